using System.Collections.Concurrent;

namespace Keelson.Node.Dns.Serving;

/// <summary>Work that runs beside its owner, up to a number at once, and that the owner awaits before it ends.</summary>
internal sealed class BoundedWork(int limit, Action<Exception>? onError)
{
    private readonly ConcurrentDictionary<long, Task> _running = new();
    private long _last;
    private int _count;

    /// <summary>Starts the work unless there is too much already.</summary>
    public bool TryStart(Func<Task> work)
    {
        if (Interlocked.Increment(ref _count) > limit)
        {
            Interlocked.Decrement(ref _count);
            return false;
        }

        var id = Interlocked.Increment(ref _last);
        var task = RunAsync(id, work);
        _running[id] = task;
        // It may have ended before it was noted.
        if (task.IsCompleted) _running.TryRemove(id, out _);
        return true;
    }

    /// <summary>Waits until all work has ended; nobody starts more.</summary>
    public Task DrainAsync() => Task.WhenAll(_running.Values);

    private async Task RunAsync(long id, Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // That is how it ends when the server does.
        }
        catch (Exception failure)
        {
            // One question's failure must not end the server.
            onError?.Invoke(failure);
        }
        finally
        {
            Interlocked.Decrement(ref _count);
            _running.TryRemove(id, out _);
        }
    }
}
