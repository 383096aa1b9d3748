namespace Keelson.Server.Verbs;

/// <summary>Lets one watch wait for changes. One timer and one registration serve all its waits, as there may be very many of these.</summary>
internal sealed class WatchPause(TimeProvider time, CancellationToken cancel) : IDisposable
{
    private TaskCompletionSource _due = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset _until = DateTimeOffset.MinValue;
    private CancellationTokenRegistration _canceled;
    private ITimer? _timer;

    /// <summary>Waits until one of two tasks has ended or a time has come.</summary>
    /// <param name="other">Null for none.</param>
    public async ValueTask WaitAsync(Task woken, Task? other, DateTimeOffset until)
    {
        if (woken.IsCompleted) return;
        if (until != _until || _due.Task.IsCompleted) Set(until);
        cancel.ThrowIfCancellationRequested();
        await (other is null ? Task.WhenAny(woken, _due.Task) : Task.WhenAny(woken, _due.Task, other)).ConfigureAwait(false);
        cancel.ThrowIfCancellationRequested();
    }

    public void Dispose()
    {
        _timer?.Dispose();
        _canceled.Dispose();
    }

    private void Set(DateTimeOffset until)
    {
        Volatile.Write(ref _due, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        _until = until;

        // Timers count whole milliseconds: less than one would be no wait at all, again and again.
        var wait = TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling((until - time.GetUtcNow()).TotalMilliseconds)));
        if (_timer is not null)
        {
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
            return;
        }

        _timer = time.CreateTimer(static pause => ((WatchPause)pause!).End(), this, wait, Timeout.InfiniteTimeSpan);
        _canceled = cancel.UnsafeRegister(static pause => ((WatchPause)pause!).End(), this);
    }

    private void End() => Volatile.Read(ref _due).TrySetResult();
}
