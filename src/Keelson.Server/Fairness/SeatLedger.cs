using Keelson.Api.FlowControl.V1;
using Keelson.Server.Serving;

namespace Keelson.Server.Fairness;

/// <summary>Who works on what: gives seats to requests, takes them back, and lends what is free.</summary>
internal sealed class SeatLedger(int totalSeats, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, PriorityLevel> _levels = new(StringComparer.Ordinal);

    // Levels that are gone but still have requests.
    private readonly List<PriorityLevel> _leaving = [];
    private PriorityLevel[] _all = [];
    private int _next;

    /// <summary>Why a request got no seat.</summary>
    public enum Refusal { None, QueueFull, ConcurrencyLimit, TimeOut, Cancelled }

    /// <summary>Takes over the levels that are configured.</summary>
    /// <returns>The levels by name, with those that every cluster has.</returns>
    public IReadOnlyDictionary<string, PriorityLevel> Configure(IEnumerable<PriorityLevelConfiguration> configurations)
    {
        var wanted = configurations.ToDictionary(level => level.Metadata.Name, StringComparer.Ordinal);
        foreach (var needed in BootstrapFlows.Levels.Where(level => level.Metadata.Name is FlowTable.Exempt or FlowTable.CatchAll)) wanted.TryAdd(needed.Metadata.Name, needed);
        var shares = wanted.Values.Sum(PriorityLevel.SharesOf);
        lock (_gate)
        {
            foreach (var gone in _levels.Keys.Except(wanted.Keys).ToList())
            {
                _levels.Remove(gone, out var level);
                _leaving.Add(level!);
            }

            _leaving.RemoveAll(level => level is { InUse: 0, Queues: null or { Count: 0 } });
            foreach (var (name, configuration) in wanted)
            {
                if (!_levels.TryGetValue(name, out var level)) _levels[name] = level = new PriorityLevel(name);
                level.Configure(configuration, shares, totalSeats);
            }

            _all = [.. _levels.Values, .. _leaving];
            Dispatch();
            return new Dictionary<string, PriorityLevel>(_levels, StringComparer.Ordinal);
        }
    }

    /// <summary>Takes seats at a level, at once or when it is the flow's turn.</summary>
    public async ValueTask<(Refusal Refusal, Seats? Seats)> TakeAsync(PriorityLevel level, ulong flow, int width, TimeSpan limit, CancellationToken cancel)
    {
        Waiter? waiter;
        FairQueues? queues;
        lock (_gate)
        {
            queues = level.Open();
            if (level.IsExempt || (level.Queues is null or { Count: 0 } && CanStart(level, width)))
            {
                Start(level, width);
                return (Refusal.None, new Seats(this, level, width, null, null, time.GetTimestamp()));
            }

            if (queues is null) return (Refusal.ConcurrencyLimit, null);
            waiter = queues.TryEnqueue(flow, width);
            if (waiter is null) return (Refusal.QueueFull, null);
        }

        try
        {
            await waiter.Seated.WaitAsync(limit, time, cancel).ConfigureAwait(false);
        }
        catch (Exception end) when (end is TimeoutException or OperationCanceledException)
        {
            lock (_gate)
            {
                // It may have been given its seats at the last moment; then it has them.
                if (queues.Remove(waiter)) return (end is TimeoutException ? Refusal.TimeOut : Refusal.Cancelled, null);
            }
        }

        return (Refusal.None, new Seats(this, level, width, queues, waiter, time.GetTimestamp()));
    }

    /// <summary>What there is of each level, for whoever looks at it.</summary>
    public IReadOnlyList<LevelState> Look()
    {
        lock (_gate)
        {
            return [.. _all.Select(level => new LevelState(level.Name, level.IsExempt, level.Nominal, level.Lendable, level.Borrowable, level.InUse, level.Executing, level.Queues?.Count ?? 0))];
        }
    }

    private void Release(Seats seats)
    {
        lock (_gate)
        {
            seats.Level.InUse -= seats.Width;
            seats.Level.Executing--;
            if (seats.Waiter is { } waiter) seats.Queues!.Served(waiter, time.GetElapsedTime(seats.Since));
            Dispatch();
        }
    }

    private static void Start(PriorityLevel level, int width)
    {
        level.InUse += width;
        level.Executing++;
    }

    // What is its own a level always gets; beyond that, what others have lent and do not need now.
    private bool CanStart(PriorityLevel level, int width)
    {
        if (level.InUse == 0 && level.Nominal > 0) return true;
        var wanted = level.InUse + width;
        if (wanted <= level.Nominal) return true;
        if (level.Borrowable is { } most && wanted > level.Nominal + most) return false;
        var kept = 0;
        foreach (var other in _all)
        {
            if (!ReferenceEquals(other, level) && !other.IsExempt) kept += other.Kept;
        }

        return kept + wanted <= totalSeats;
    }

    private void Dispatch()
    {
        // Each level in turn is first, so that no level alone gets what is lent.
        for (var i = 0; i < _all.Length; i++)
        {
            var level = _all[(_next + i) % _all.Length];
            while (level.Queues?.Peek() is { } waiter && (level.IsExempt || CanStart(level, waiter.Width)))
            {
                level.Queues.Dequeue(waiter);
                Start(level, waiter.Width);
                waiter.Seat();
            }
        }

        if (_all.Length > 0) _next = (_next + 1) % _all.Length;
    }

    /// <summary>The seats of a request, until it gives them back.</summary>
    internal sealed class Seats(SeatLedger ledger, PriorityLevel level, int width, FairQueues? queues, Waiter? waiter, long since)
    {
        private int _isBack;

        public PriorityLevel Level => level;

        public int Width => width;

        public FairQueues? Queues => queues;

        public Waiter? Waiter => waiter;

        public long Since => since;

        /// <summary>Gives them back; once, however often it is called.</summary>
        public void Release()
        {
            if (Interlocked.Exchange(ref _isBack, 1) == 0) ledger.Release(this);
        }
    }
}

/// <summary>What a level has and does at a moment.</summary>
internal sealed record LevelState(string Name, bool IsExempt, int Nominal, int Lendable, int? Borrowable, int InUse, int Executing, int Waiting);
