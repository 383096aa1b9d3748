namespace Keelson.Storage.Sqlite;

/// <summary>
/// The tables. Versions lie in the order of history, so that writing is appending at one end; which key is
/// where is known in memory.
/// </summary>
internal static class Schema
{
    /// <summary>The number that a newer layout would raise.</summary>
    public const int Version = 1;

    /// <summary>Large enough that most rows do without a page of their own, small enough that a lone write is one quick sync: measured best of 4, 8 and 16 KiB.</summary>
    public const int PageBytes = 8_192;

    /// <summary>"KEEL": says whose file this is.</summary>
    private const int ApplicationId = 0x4B45454C;

    /// <summary>The oldest readable revision.</summary>
    public const string Compacted = "compacted";

    /// <summary>A revision that the store is known to have reached, whatever the versions say: after a restore.</summary>
    public const string Revision = "revision";

    /// <summary>A revision up to which all garbage is removed, with the number of rows up to it and their digest; zero while it is being removed.</summary>
    public const string Settled = "settled";
    public const string SettledCount = "settled-count";
    public const string SettledDigest = "settled-digest";

    /// <summary>Says that the store came from a snapshot.</summary>
    public const string Restored = "restored";

    private static readonly string[] Tables =
    [
        "CREATE TABLE facts (name TEXT PRIMARY KEY, value INTEGER NOT NULL, checksum INTEGER NOT NULL) WITHOUT ROWID",
        "CREATE TABLE leases (id INTEGER PRIMARY KEY, ticks INTEGER NOT NULL, checksum INTEGER NOT NULL)",
        """
        CREATE TABLE versions (
          id INTEGER PRIMARY KEY,
          checksums INTEGER NOT NULL,
          created INTEGER NOT NULL,
          version INTEGER NOT NULL,
          lease INTEGER NOT NULL,
          key BLOB NOT NULL,
          value BLOB)
        """,
    ];

    /// <summary>Sets a writing connection up.</summary>
    /// <param name="cachePages">How many pages of memory the connection may keep.</param>
    public static void ConfigureWriter(Connection connection, int cachePages)
    {
        // Only these two must be set before the first table is there.
        connection.Execute($"PRAGMA page_size = {PageBytes}");
        connection.Execute("PRAGMA auto_vacuum = INCREMENTAL");
        var mode = connection.QueryTexts("PRAGMA journal_mode = WAL", 1);
        if (mode is not ["wal"]) throw new StoreException(StoreError.Unavailable, "the file system does not let SQLite keep a write-ahead log; the store needs a local disk");

        // Full: a commit returns when it is on disk. The two below matter on macOS, whose fsync is not one.
        connection.Execute("PRAGMA synchronous = FULL");
        connection.Execute("PRAGMA fullfsync = ON");
        connection.Execute("PRAGMA checkpoint_fullfsync = ON");
        connection.Execute("PRAGMA wal_autocheckpoint = 0");
        connection.Execute("PRAGMA secure_delete = OFF");
        ConfigureReader(connection, cachePages);
        connection.CountLogFrames();
    }

    /// <summary>Sets a connection up that fills a file nobody relies on yet: it is synced once, at the end.</summary>
    public static void ConfigureRestore(Connection connection)
    {
        connection.Execute($"PRAGMA page_size = {PageBytes}");
        connection.Execute("PRAGMA auto_vacuum = INCREMENTAL");
        connection.Execute("PRAGMA journal_mode = OFF");
        connection.Execute("PRAGMA synchronous = FULL");
        connection.Execute("PRAGMA fullfsync = ON");
    }

    public static void ConfigureReader(Connection connection, int cachePages)
    {
        connection.Execute($"PRAGMA cache_size = {cachePages}");
        connection.Execute("PRAGMA cell_size_check = ON");
        connection.Execute("PRAGMA trusted_schema = OFF");
        connection.Execute("PRAGMA temp_store = MEMORY");
    }

    /// <summary>Creates the tables in an empty file, or checks whose file this is.</summary>
    public static void CreateOrCheck(Connection connection, string path)
    {
        var application = connection.QueryInteger("PRAGMA application_id");
        var version = connection.QueryInteger("PRAGMA user_version");
        if (application == 0 && version == 0 && connection.QueryInteger("SELECT count(*) FROM sqlite_master") == 0)
        {
            connection.Execute("BEGIN IMMEDIATE");
            foreach (var table in Tables) connection.Execute(table);
            connection.Execute($"PRAGMA application_id = {ApplicationId}");
            connection.Execute($"PRAGMA user_version = {Version}");
            connection.Execute("COMMIT");
            return;
        }

        if (application != ApplicationId) throw new StoreException(StoreError.Damaged, $"{path} is not a store of Keelson's");
        if (version != Version)
        {
            throw new StoreException(
                StoreError.Unavailable,
                $"{path} has layout {version}, and this version of Keelson knows layout {Version}; open it with the version that wrote it, take a snapshot, and restore that here");
        }
    }
}
