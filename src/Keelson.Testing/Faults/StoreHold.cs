namespace Keelson.Testing.Faults;

/// <summary>Calls that wait for a test; disposing it lets them go on.</summary>
public sealed class StoreHold : IDisposable
{
    private readonly StoreFaults _faults;
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private readonly List<(int Count, TaskCompletionSource Reached)> _waiters = [];
    private int _held;

    internal StoreHold(StoreFaults faults, StoreCalls calls)
    {
        _faults = faults;
        Calls = calls;
    }

    /// <summary>Which calls it holds.</summary>
    public StoreCalls Calls { get; }

    /// <summary>How many calls it holds at this moment.</summary>
    public int HeldCount
    {
        get { lock (_lock) return _held; }
    }

    /// <summary>Returns once it holds so many calls.</summary>
    public Task WhenHeldAsync(int count = 1, CancellationToken cancel = default)
    {
        lock (_lock)
        {
            if (_held >= count) return Task.CompletedTask;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((count, reached));
            return reached.Task.WaitAsync(cancel);
        }
    }

    public void Dispose()
    {
        _faults.Release(this);
        _released.TrySetResult();
    }

    internal async ValueTask WaitAsync(CancellationToken cancel)
    {
        Count(1);
        try
        {
            await _released.Task.WaitAsync(cancel).ConfigureAwait(false);
        }
        finally
        {
            Count(-1);
        }
    }

    private void Count(int change)
    {
        lock (_lock)
        {
            _held += change;
            foreach (var (_, reached) in _waiters.Where(waiter => _held >= waiter.Count)) reached.TrySetResult();
            _waiters.RemoveAll(waiter => waiter.Reached.Task.IsCompleted);
        }
    }
}
