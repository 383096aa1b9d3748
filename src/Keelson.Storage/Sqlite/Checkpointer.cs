namespace Keelson.Storage.Sqlite;

/// <summary>
/// Copies the write-ahead log into the database, beside the writer, so that no commit waits for it; and
/// starts the log over before it grows large.
/// </summary>
/// <remarks>
/// SQLite before 3.51.3 can lose pages when a checkpoint that finds nothing left to copy runs while a
/// commit starts the log over. So a copy is begun only when the log is known to hold frames that were not
/// copied: until it has copied them, no commit can start the log over. That knowledge is exact or errs to
/// the safe side: <see cref="_copied"/> is never less than what was copied of the log as it is, because it
/// goes back to zero only when a commit left fewer frames than the one before, which proves a new log.
/// </remarks>
internal sealed class Checkpointer(string path, FaultState fault) : IAsyncDisposable
{
    /// <summary>So many frames after the last time, the log is copied: 4 MiB.</summary>
    private const int CopyEvery = 512;

    /// <summary>A log of so many frames is made to start over, which a busy one does not by itself: 32 MiB.</summary>
    private const int RestartAt = 4_096;

    private Connection? _connection;
    private Task<int> _copying = Task.FromResult(0);
    private int _frames;
    private int _copied;
    private int _restartAt = RestartAt;
    private int _retryAt;
    private bool _closed;

    /// <summary>Whether the log should start over now.</summary>
    public bool IsRestartDue => _frames >= _restartAt && _copying.IsCompleted;

    /// <summary>Learns how many frames the log has after a commit. Runs on the writer's thread.</summary>
    public void Committed(int frames)
    {
        if (frames < _frames)
        {
            // While a copy runs, what it reports may still be of the log before; that number is too high, and so safe.
            (_copied, _restartAt, _retryAt) = (0, RestartAt, 0);
        }
        else if (frames > _frames && _restartAt == int.MaxValue)
        {
            // A reader kept the log from starting over after all.
            _restartAt = frames + CopyEvery;
        }

        _frames = frames;
        if (!_copying.IsCompleted || _closed) return;
        _copied = Math.Max(_copied, _copying.Result);
        _copying = Task.FromResult(0);
        if (frames < _copied) _copied = 0;
        if (frames - _copied < CopyEvery || frames < _retryAt) return;
        _retryAt = frames + CopyEvery;
        _copying = Task.Run(Copy);
    }

    /// <summary>Makes the log start over with the next commit; what was not copied yet is little. Runs on the writer's thread, so that no commit can come in between.</summary>
    public void Restart(Connection writer)
    {
        try
        {
            var copied = writer.Checkpoint(NativeSqlite.CheckpointRestart, out var isComplete);
            _copied = Math.Max(_copied, copied);

            // Where a reader is still in the log, the next copy brings the next attempt.
            _restartAt = isComplete ? int.MaxValue : _frames + CopyEvery;
        }
        catch (SqliteFailure failure)
        {
            _restartAt = _frames + CopyEvery;
            fault.Translate(failure);
        }
    }

    /// <summary>Waits for a copy under way; the writer has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        _closed = true;
        await _copying.ConfigureAwait(false);
        _connection?.Dispose();
    }

    private int Copy()
    {
        try
        {
            _connection ??= Open();
            return _connection.Checkpoint(NativeSqlite.CheckpointPassive, out _);
        }
        catch (SqliteFailure failure)
        {
            // A full disk is met again by the next commit, which says so; what is in the log is safe there.
            fault.Translate(failure);
            return 0;
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
