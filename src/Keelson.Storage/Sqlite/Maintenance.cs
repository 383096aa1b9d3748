namespace Keelson.Storage.Sqlite;

/// <summary>What the writer does beside writing: compaction, and keeping the write-ahead log short.</summary>
internal sealed class Maintenance(WriteSession session, Compactor compactor, Checkpointer checkpointer, SqliteStoreOptions options) : IBackgroundWork
{
    /// <summary>After so many revisions it is measured how much room the data takes.</summary>
    private const long MeasureEvery = 256;

    private readonly Statement _pages = session.Connection.Prepare("PRAGMA page_count");
    private readonly Statement _freePages = session.Connection.Prepare("PRAGMA freelist_count");
    private long _sinceMeasured = MeasureEvery;
    private bool _isFull;

    public bool HasWork => compactor.HasWork || checkpointer.IsRestartDue;

    /// <summary>Whether the data has reached the most it may take.</summary>
    public bool IsFull
    {
        get
        {
            if (_sinceMeasured >= MeasureEvery || _isFull) Measure();
            return _isFull;
        }
    }

    public void Committed(long revisions)
    {
        _sinceMeasured += revisions;
        compactor.Committed(revisions);
        checkpointer.Committed(session.Connection.LogFrames);
    }

    public void Step()
    {
        if (checkpointer.IsRestartDue) checkpointer.Restart(session.Connection);
        if (!compactor.HasWork) return;
        compactor.Step();
        checkpointer.Committed(session.Connection.LogFrames);
    }

    private void Measure()
    {
        _isFull = (Read(_pages) - Read(_freePages)) * Schema.PageBytes > options.MaxBytes;
        _sinceMeasured = 0;
    }

    private static long Read(Statement statement)
    {
        var value = statement.Step() ? statement.Integer(0) : 0;
        statement.Reset();
        return value;
    }
}
