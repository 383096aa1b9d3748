namespace Keelson.Storage.Sqlite;

/// <summary>Whether the store has found anything wrong with its data. Once it has, it writes no more; reading goes on where rows verify.</summary>
internal sealed class FaultState(string directory)
{
    private StoreException? _fault;

    public string Directory => directory;

    /// <summary>What was found first, or null where all is well.</summary>
    public string? Message => Volatile.Read(ref _fault)?.Message;

    /// <summary>Refuses to go on where something was found.</summary>
    public void Check()
    {
        if (Volatile.Read(ref _fault) is { } fault) throw new StoreException(StoreError.Damaged, fault.Message, fault);
    }

    /// <summary>Notes what was found; the first finding is the one that is told from then on.</summary>
    public StoreException Raise(string finding, Exception? cause = null)
    {
        var fault = new StoreException(
            StoreError.Damaged,
            $"the store in {directory} is damaged: {finding}. It refuses further writes. Keep the directory for examination, and restore the newest snapshot "
            + "into an empty one: keelson store restore FILE --data-dir DIR",
            cause);
        Interlocked.CompareExchange(ref _fault, fault, null);
        return fault;
    }

    /// <summary>What to tell a caller about a failure of SQLite's; damage is noted.</summary>
    public StoreException Translate(SqliteFailure failure) =>
        failure.IsDamage ? Raise(failure.Message, failure) : failure.ToStoreException(directory);
}
