using Keelson.Storage;

namespace Keelson.Testing.Faults;

/// <summary>What a test does to a <see cref="FaultyStore"/>: make calls fail, wait, or lose their answer.</summary>
/// <remarks>Calls meet holds first, then failures; of several faults that fit a call, the oldest that is not used up hits it.</remarks>
public sealed class StoreFaults
{
    private readonly Lock _lock = new();
    private readonly List<Fault> _faults = [];
    private readonly List<StoreHold> _holds = [];
    private CancellationTokenSource _watches = new();

    private enum Kind { Fail, LoseAnswer }

    /// <summary>The next <paramref name="count"/> calls fail and change nothing.</summary>
    public void FailNext(int count = 1, StoreCalls calls = StoreCalls.All, StoreError error = StoreError.Unavailable) =>
        Add(new Fault(Kind.Fail, calls, error, count));

    /// <summary>The next writes are done, but their caller is told that the store cannot be reached.</summary>
    public void LoseAnswerOfNext(int count = 1, StoreCalls calls = StoreCalls.Commit)
    {
        if ((calls & ~StoreCalls.Writes) != 0) throw new ArgumentException("Only writes have an answer to lose.", nameof(calls));
        Add(new Fault(Kind.LoseAnswer, calls, StoreError.Unavailable, count));
    }

    /// <summary>Calls wait, before they do anything, until the hold is disposed or they are cancelled.</summary>
    public StoreHold Hold(StoreCalls calls = StoreCalls.All)
    {
        var hold = new StoreHold(this, calls);
        lock (_lock) _holds.Add(hold);
        return hold;
    }

    /// <summary>Every watch that runs now ends as if the connection broke; watches that begin later run.</summary>
    public void BreakWatches()
    {
        CancellationTokenSource broken;
        lock (_lock) (broken, _watches) = (_watches, new CancellationTokenSource());
        broken.Cancel();
        broken.Dispose();
    }

    /// <summary>Drops every fault that has not hit yet. Holds stay until they are disposed.</summary>
    public void Clear()
    {
        lock (_lock) _faults.Clear();
    }

    internal CancellationToken WatchesToken
    {
        get { lock (_lock) return _watches.Token; }
    }

    internal static StoreException Failure(StoreError error) => new(error, $"A fault of the test: {error}.");

    /// <summary>Called before a call is passed on; returns whether its answer is to be lost.</summary>
    internal async ValueTask<bool> MeetAsync(StoreCalls call, CancellationToken cancel)
    {
        while (FindHold(call) is { } hold) await hold.WaitAsync(cancel).ConfigureAwait(false);
        if (Take(call) is not { } fault) return false;
        return fault.Kind == Kind.LoseAnswer ? true : throw Failure(fault.Error);
    }

    internal void Release(StoreHold hold)
    {
        lock (_lock) _holds.Remove(hold);
    }

    private StoreHold? FindHold(StoreCalls call)
    {
        lock (_lock) return _holds.Find(hold => (hold.Calls & call) != 0);
    }

    private void Add(Fault fault)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(fault.Left, "count");
        lock (_lock) _faults.Add(fault);
    }

    private Fault? Take(StoreCalls call)
    {
        lock (_lock)
        {
            var fault = _faults.Find(fault => (fault.Calls & call) != 0);
            if (fault is not null && --fault.Left == 0) _faults.Remove(fault);
            return fault;
        }
    }

    private sealed class Fault(Kind kind, StoreCalls calls, StoreError error, int left)
    {
        public Kind Kind => kind;

        public StoreCalls Calls => calls;

        public StoreError Error => error;

        public int Left { get; set; } = left;
    }
}
