using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace Keelson.Client.Queues;

/// <summary>Work to do, each item once: what is added again while it waits is one, what is added while it is worked on comes again after.</summary>
/// <remarks>No item is ever worked on by two at once. Whoever takes an item says when it is done.</remarks>
public sealed partial class WorkQueue<TItem> : IDisposable
    where TItem : notnull
{
    private readonly Lock _lock = new();
    private readonly WorkQueueOptions<TItem> _options;
    private readonly TimeProvider _time;
    private readonly IRateLimiter<TItem> _limiter;
    private readonly Channel<TItem> _ready = Channel.CreateUnbounded<TItem>();
    private readonly Dictionary<TItem, long> _dirty = [];
    private readonly Dictionary<TItem, long> _processing = [];
    private TaskCompletionSource? _drained;
    private bool _isShutDown;

    public WorkQueue(WorkQueueOptions<TItem>? options = null)
    {
        _options = options ?? new WorkQueueOptions<TItem>();
        _time = _options.Time;
        _limiter = _options.RateLimiter ?? RateLimiters.Default<TItem>(_time);
    }

    /// <summary>How many items wait to be taken.</summary>
    public int Count
    {
        get { lock (_lock) return _ready.Reader.Count; }
    }

    /// <summary>How many items are being worked on.</summary>
    public int InProgress
    {
        get { lock (_lock) return _processing.Count; }
    }

    public bool IsShutDown
    {
        get { lock (_lock) return _isShutDown; }
    }

    /// <summary>Adds an item; nothing happens when it waits already, or the queue was shut down.</summary>
    /// <exception cref="InvalidOperationException">The queue is full, which means that something adds without end.</exception>
    public void Add(TItem item)
    {
        lock (_lock) AddLocked(item);
    }

    /// <summary>Takes the next item, waiting for one; false once the queue is shut down and empty.</summary>
    public async ValueTask<Taken> TakeAsync(CancellationToken cancel)
    {
        while (await _ready.Reader.WaitToReadAsync(cancel).ConfigureAwait(false))
        {
            lock (_lock)
            {
                if (!_ready.Reader.TryRead(out var item)) continue;
                var now = _time.GetTimestamp();
                _dirty.Remove(item, out var addedAt);
                _processing.Add(item, now);
                _options.Metrics?.Taken(_ready.Reader.Count, _time.GetElapsedTime(addedAt, now));
                return new Taken(true, item);
            }
        }

        return default;
    }

    /// <summary>The work on an item that was taken is over; if it was added meanwhile, it waits again.</summary>
    public void Done(TItem item)
    {
        lock (_lock)
        {
            if (!_processing.Remove(item, out var takenAt)) throw new InvalidOperationException($"{item} is not being worked on.");
            _options.Metrics?.Done(_time.GetElapsedTime(takenAt));
            if (_dirty.ContainsKey(item)) _ready.Writer.TryWrite(item);
            EndIfOver();
        }
    }

    /// <summary>Adds an item after the pause that its failures and the rate allow.</summary>
    public void AddRateLimited(TItem item)
    {
        _options.Metrics?.Retried();
        AddAfter(item, _limiter.When(item));
    }

    /// <summary>The item did well: its next failure counts as the first.</summary>
    public void Forget(TItem item) => _limiter.Forget(item);

    /// <summary>How often the item failed in a row.</summary>
    public int Failures(TItem item) => _limiter.Failures(item);

    /// <summary>Takes nothing new; what waits is still given out, then TakeAsync says that it is over.</summary>
    public void ShutDown()
    {
        lock (_lock)
        {
            _isShutDown = true;
            DropDelayed();
            EndIfOver();
        }
    }

    /// <summary>Shuts down and waits until everything that was taken is done.</summary>
    public Task DrainAsync(CancellationToken cancel)
    {
        ShutDown();
        lock (_lock)
        {
            if (_dirty.Count == 0 && _processing.Count == 0) return Task.CompletedTask;
            _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _drained.Task.WaitAsync(cancel);
        }
    }

    public void Dispose()
    {
        ShutDown();
        _timer?.Dispose();
    }

    private void AddLocked(TItem item)
    {
        if (_isShutDown || _dirty.ContainsKey(item)) return;
        if (_dirty.Count >= _options.Capacity) throw new InvalidOperationException($"The work queue is full: {_options.Capacity} items.");
        _dirty.Add(item, _time.GetTimestamp());
        if (!_processing.ContainsKey(item)) _ready.Writer.TryWrite(item);
        _options.Metrics?.Added(_ready.Reader.Count);
    }

    private void EndIfOver()
    {
        if (!_isShutDown) return;
        // Nothing can become ready any more once no item is both in work and added again.
        if (!_processing.Keys.Any(_dirty.ContainsKey)) _ready.Writer.TryComplete();
        if (_dirty.Count == 0 && _processing.Count == 0) _drained?.TrySetResult();
    }

    /// <summary>What was taken: an item, or nothing because the queue is shut down.</summary>
    [SuppressMessage("Design", "CA1034", Justification = "It is the answer of one method.")]
    public readonly record struct Taken(bool HasItem, TItem Item);
}
