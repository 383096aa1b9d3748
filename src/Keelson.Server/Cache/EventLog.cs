namespace Keelson.Server.Cache;

/// <summary>
/// The newest changes of one resource. A watcher is a number: the sequence of the event it reads next. One writer appends; readers
/// take no lock, and one that is too slow finds that its event is gone.
/// </summary>
internal sealed class EventLog
{
    /// <summary>Events kept at most; default 8,192 a resource.</summary>
    public const int MaxEvents = 8192;

    /// <summary>Bytes that events may hold on to; default 32 MiB a resource.</summary>
    public const long MaxBytes = 32 * 1024 * 1024;

    private const int FirstSize = 16;

    private readonly Action<ObjectEvent>? _forget;
    private Slots _slots = new(FirstSize);
    private long _first;
    private long _next;
    private long _bytes;
    private long _forgotten;
    private TaskCompletionSource _appended = NewSignal();

    /// <param name="revision">Changes up to here are not in the log.</param>
    /// <param name="forget">Told of each event that the log gives up for another.</param>
    public EventLog(long revision, Action<ObjectEvent>? forget = null)
    {
        _forgotten = revision;
        _forget = forget;
    }

    /// <summary>The sequence number that the next event gets.</summary>
    public long Next => Volatile.Read(ref _next);

    /// <summary>The last revision whose changes the log can no longer tell.</summary>
    public long Forgotten => Volatile.Read(ref _forgotten);

    /// <summary>The event with a sequence number, or null where it was overwritten or is not written yet.</summary>
    public ObjectEvent? Read(long sequence)
    {
        if (sequence >= Next) return null;
        var entry = Volatile.Read(ref _slots).Read(sequence);
        return entry?.Sequence == sequence ? entry : null;
    }

    /// <summary>The sequence of the first event after a revision, or -1 where events after it are gone.</summary>
    public long FindAfter(long revision)
    {
        while (true)
        {
            if (revision < Forgotten) return -1;
            var low = Volatile.Read(ref _first);
            var high = Next;
            while (low < high)
            {
                var middle = low + ((high - low) / 2);
                if (Read(middle) is not { } entry) break;
                if (entry.Revision <= revision) low = middle + 1;
                else high = middle;
            }

            // The writer may have overtaken the search.
            if (low >= high && low >= Volatile.Read(ref _first) && revision >= Forgotten) return low;
        }
    }

    /// <summary>Appends changes and wakes who waits. Only the feed calls this.</summary>
    public void Append(ReadOnlySpan<(long Revision, EventType Type, CachedObject Object, CachedObject? Previous)> changes)
    {
        foreach (var (revision, type, value, previous) in changes)
        {
            var entry = new ObjectEvent(_next, revision, type, value, previous);
            MakeRoom(entry.Bytes);
            _slots.Write(entry);
            _bytes += entry.Bytes;
            Volatile.Write(ref _next, _next + 1);
        }

        Wake();
    }

    /// <summary>Forgets the events up to a revision. Only the feed calls this.</summary>
    public void ForgetThrough(long revision)
    {
        while (_next > _first && _slots.Read(_first)!.Revision <= revision) Forget();
        if (revision > _forgotten) Volatile.Write(ref _forgotten, revision);
    }

    /// <summary>Forgets everything: what happened up to a revision was missed. Watchers find that they are too old.</summary>
    public void Reset(long revision)
    {
        Volatile.Write(ref _forgotten, revision);
        Volatile.Write(ref _slots, new Slots(FirstSize));
        _next++;
        Volatile.Write(ref _first, _next);
        _bytes = 0;
        Wake();
    }

    /// <summary>Completes when an event with this sequence number is there.</summary>
    public Task WaitAsync(long sequence)
    {
        var signal = Volatile.Read(ref _appended).Task;
        return Next > sequence ? Task.CompletedTask : signal;
    }

    private void Wake() => Interlocked.Exchange(ref _appended, NewSignal()).SetResult();

    private void MakeRoom(long bytes)
    {
        while (_next > _first && (_next - _first >= MaxEvents || _bytes + bytes > MaxBytes)) Forget();
        if (_next - _first < _slots.Length) return;
        var larger = new Slots(_slots.Length * 2);
        for (var sequence = _first; sequence < _next; sequence++) larger.Write(_slots.Read(sequence)!);
        Volatile.Write(ref _slots, larger);
    }

    private void Forget()
    {
        var oldest = _slots.Read(_first)!;
        Volatile.Write(ref _forgotten, oldest.Revision);
        Volatile.Write(ref _first, _first + 1);
        _slots.Clear(oldest.Sequence);
        _bytes -= oldest.Bytes;
        _forget?.Invoke(oldest);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Slots(int length)
    {
        private readonly ObjectEvent?[] _events = new ObjectEvent?[length];

        public int Length => _events.Length;

        public ObjectEvent? Read(long sequence) => Volatile.Read(ref _events[sequence & (_events.Length - 1)]);

        public void Write(ObjectEvent entry) => Volatile.Write(ref _events[entry.Sequence & (_events.Length - 1)], entry);

        public void Clear(long sequence) => Volatile.Write(ref _events[sequence & (_events.Length - 1)], null);
    }
}
