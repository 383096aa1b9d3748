namespace Keelson.Storage.Sqlite;

/// <summary>
/// Copies the write-ahead log into the database, beside the writer, so that no commit waits for it; and
/// starts the log over before it grows large.
/// </summary>
internal sealed class Checkpointer(string path, FaultState fault) : IAsyncDisposable
{
    /// <summary>So many frames after the last time, the log is copied: 4 MiB.</summary>
    private const int CopyEvery = 1_000;

    /// <summary>A log of so many frames is made to start over, which a busy one does not by itself: 32 MiB.</summary>
    private const int RestartAt = 8_000;

    private readonly Lock _gate = new();
    private Connection? _connection;
    private Task _copying = Task.CompletedTask;
    private int _copiedAt;
    private int _restartAt = RestartAt;
    private bool _closed;

    /// <summary>Whether the log should start over now.</summary>
    public bool IsRestartDue(int frames) => frames >= Volatile.Read(ref _restartAt) && _copying.IsCompleted;

    /// <summary>Learns how long the log is after a commit.</summary>
    public void Committed(int frames)
    {
        if (frames < _copiedAt) (_copiedAt, _restartAt) = (0, RestartAt);
        if (frames - _copiedAt < CopyEvery || !_copying.IsCompleted) return;
        _copiedAt = frames;
        lock (_gate)
        {
            if (!_closed) _copying = Task.Run(Copy);
        }
    }

    /// <summary>Makes the log start over; what was not copied yet is little. Runs on the writer's thread.</summary>
    public void Restart(Connection writer)
    {
        var frames = writer.LogFrames;
        try
        {
            // Where a reader is still in the log, the next thousand frames bring the next attempt.
            if (!writer.Checkpoint(NativeSqlite.CheckpointRestart)) _restartAt = frames + CopyEvery;
        }
        catch (SqliteFailure failure)
        {
            _restartAt = frames + CopyEvery;
            fault.Translate(failure);
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate) _closed = true;
        await _copying.ConfigureAwait(false);
        _connection?.Dispose();
    }

    private void Copy()
    {
        try
        {
            _connection ??= Open();
            _connection.Checkpoint(NativeSqlite.CheckpointPassive);
        }
        catch (SqliteFailure failure)
        {
            // A full disk is met again by the next commit, which says so; what is in the log is safe there.
            fault.Translate(failure);
        }
    }

    private Connection Open()
    {
        var connection = Connection.Open(path, write: true);
        connection.Execute("PRAGMA synchronous = FULL");
        connection.Execute("PRAGMA checkpoint_fullfsync = ON");
        connection.Execute("PRAGMA wal_autocheckpoint = 0");
        connection.Execute("PRAGMA cache_size = 16");
        return connection;
    }
}
