namespace Keelson.Storage.Sqlite;

/// <summary>Decides from time to time how much history the store need not keep any longer.</summary>
internal sealed class AutomaticCompaction(TimeProvider time, SqliteStoreOptions options, Func<(long Revision, long Compacted)> read, Action<long> compact)
    : IAsyncDisposable
{
    private const int LooksAPeriod = 5;

    private readonly Queue<(long At, long Revision)> _seen = new();
    private ITimer? _timer;
    private long _due;

    public void Start()
    {
        var every = options.KeepHistoryFor / LooksAPeriod;
        if (every < TimeSpan.FromSeconds(1)) every = TimeSpan.FromSeconds(1);
        _timer = time.CreateTimer(static state => ((AutomaticCompaction)state!).Look(), this, every, every);
    }

    public ValueTask DisposeAsync() => _timer?.DisposeAsync() ?? default;

    // The timer's looks do not overlap but where the machine stood still; the lock is for that.
    private void Look()
    {
        lock (_seen)
        {
            var (revision, compacted) = read();
            _seen.Enqueue((time.GetTimestamp(), revision));
            while (_seen.TryPeek(out var oldest) && time.GetElapsedTime(oldest.At) >= options.KeepHistoryFor)
            {
                _due = oldest.Revision;
                _seen.Dequeue();
            }

            var goal = Math.Max(Math.Min(_due, revision - options.KeepRevisions), revision - options.MaxRevisions);
            if (goal > compacted) compact(goal);
        }
    }
}
