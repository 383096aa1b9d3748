namespace Keelson.Storage.Sqlite;

/// <summary>SQLite refused something. Never leaves the engine: what a caller sees is a <see cref="StoreException"/>.</summary>
internal sealed class SqliteFailure(int code, int systemError, string message) : Exception($"{message} (SQLite {code}, system {systemError})")
{
    private const int CodeNoMemory = 7;
    private const int CodeReadOnly = 8;
    private const int CodeInputOutput = 10;
    private const int CodeCorrupt = 11;
    private const int CodeFull = 13;
    private const int CodeCannotOpen = 14;
    private const int CodeNotADatabase = 26;
    private const int CodeBusy = 5;
    private const int CodePermission = 3;
    private const int CodeFsyncFailed = 1034;
    private const int CodeDirectoryFsyncFailed = 1290;
    private const int CodeReadFailed = 266;
    private const int CodeShortRead = 522;
    private const int CodeDataChecksum = 8202;
    private const int CodeCorruptFileSystem = 8458;

    // The same numbers on Linux and macOS, but for the quota.
    private const int ErrorAccess = 13;
    private const int ErrorFileTooLarge = 27;
    private const int ErrorNoSpace = 28;
    private const int ErrorReadOnly = 30;

    private static int ErrorQuota => OperatingSystem.IsMacOS() ? 69 : 122;

    public int Code => code;

    private int Primary => code & 0xff;

    public bool IsNoSpace => Primary == CodeFull
        || (Primary == CodeInputOutput && !IsFsync && (systemError is ErrorNoSpace or ErrorFileTooLarge || systemError == ErrorQuota));

    public bool IsReadOnly => Primary is CodeReadOnly or CodePermission || (Primary is CodeInputOutput or CodeCannotOpen && systemError is ErrorReadOnly or ErrorAccess);

    /// <summary>
    /// Whether nobody knows any more what is on disk. After a failed fsync the system may have dropped the
    /// pages and report success the next time: trying again would be pretending. A failed write is none:
    /// nothing was acknowledged, and the next one writes over it.
    /// </summary>
    public bool IsDamage => IsFsync || Primary is CodeCorrupt or CodeNotADatabase
        || code is CodeReadFailed or CodeShortRead or CodeDataChecksum or CodeCorruptFileSystem;

    private bool IsFsync => code is CodeFsyncFailed or CodeDirectoryFsyncFailed;

    /// <summary>What to tell the caller, where it is not damage.</summary>
    public StoreException ToStoreException(string directory)
    {
        if (IsNoSpace) return new(StoreError.NoSpace, $"no space is left for the store in {directory}; nothing was written. Free some space and try again", this);
        if (IsReadOnly) return new(StoreError.Unavailable, $"the store in {directory} cannot be written: the files or the disk are read-only; nothing was written", this);
        return Primary switch
        {
            CodeBusy => new(StoreError.Unavailable, $"another program has locked the store's files in {directory}", this),
            CodeNoMemory => new(StoreError.Unavailable, "SQLite has no memory left", this),
            _ => new(StoreError.Unavailable, $"the store in {directory} cannot be used: {Message}", this),
        };
    }
}
