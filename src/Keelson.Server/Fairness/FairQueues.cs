using Keelson.Api.FlowControl.V1;

namespace Keelson.Server.Fairness;

/// <summary>A request that waits for seats.</summary>
internal sealed class Waiter(int width)
{
    private readonly TaskCompletionSource _seated = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How many seats it takes.</summary>
    public int Width => width;

    public Task Seated => _seated.Task;

    public int Queue { get; init; }

    public void Seat() => _seated.TrySetResult();
}

/// <summary>
/// The queues of a level. A flow always waits in one of the same few, the shortest of its hand, so that a flow that floods fills only
/// those. Of all queues the one whose requests have had the least is served next.
/// </summary>
internal sealed class FairQueues
{
    /// <summary>Queues of a level whose configuration names none; default 64, and 8 in a hand, and 50 in a queue, as upstream.</summary>
    private const int DefaultQueues = 64;

    private const int DefaultHand = 8;
    private const int DefaultLength = 50;

    /// <summary>For how long a request is thought to take its seats until it is known; default 3 ms, as upstream.</summary>
    private static readonly TimeSpan Guess = TimeSpan.FromMilliseconds(3);

    private readonly LinkedList<Waiter>[] _queues;
    private readonly double[] _served;
    private readonly int _hand;
    private readonly int _length;
    private double _clock;

    public FairQueues(QueuingConfiguration configuration)
    {
        (var queues, _hand, _length) = Read(configuration);
        _queues = new LinkedList<Waiter>[queues];
        for (var i = 0; i < queues; i++) _queues[i] = new LinkedList<Waiter>();
        _served = new double[queues];
    }

    /// <summary>How many wait.</summary>
    public int Count { get; private set; }

    public bool IsLike(QueuingConfiguration configuration) => Read(configuration) == (_queues.Length, _hand, _length);

    /// <summary>Lets a request of a flow wait; null where its queues are full.</summary>
    public Waiter? TryEnqueue(ulong flow, int width)
    {
        var shortest = ShortestOf(flow);
        if (_queues[shortest].Count >= _length) return null;
        var waiter = new Waiter(width) { Queue = shortest };

        // Who comes after a pause has no claim on what was given to others meanwhile.
        if (_queues[shortest].Count == 0) _served[shortest] = Math.Max(_served[shortest], _clock);
        _queues[shortest].AddLast(waiter);
        Count++;
        return waiter;
    }

    /// <summary>Whose turn it is; null where nobody waits.</summary>
    public Waiter? Peek()
    {
        var next = -1;
        for (var i = 0; i < _queues.Length; i++)
        {
            if (_queues[i].Count > 0 && (next < 0 || _served[i] < _served[next])) next = i;
        }

        return next < 0 ? null : _queues[next].First!.Value;
    }

    /// <summary>Takes out whose turn it is.</summary>
    public void Dequeue(Waiter waiter)
    {
        Remove(waiter);
        _clock = Math.Max(_clock, _served[waiter.Queue]);
        _served[waiter.Queue] += waiter.Width * Guess.TotalSeconds;
    }

    /// <summary>Takes out who does not wait any longer.</summary>
    /// <returns>Whether it waited.</returns>
    public bool Remove(Waiter waiter)
    {
        if (!_queues[waiter.Queue].Remove(waiter)) return false;
        Count--;
        return true;
    }

    /// <summary>Puts right what was guessed of a request that came out of a queue.</summary>
    public void Served(Waiter waiter, TimeSpan took)
    {
        if (waiter.Queue < _served.Length) _served[waiter.Queue] += waiter.Width * (took - Guess).TotalSeconds;
    }

    // Draws cards from a deck of all queues without putting them back, by the digits of the flow's number.
    private int ShortestOf(ulong flow)
    {
        Span<int> drawn = stackalloc int[_hand];
        var best = -1;
        for (var i = 0; i < _hand; i++)
        {
            var left = (ulong)(_queues.Length - i);
            var card = (int)(flow % left);
            flow /= left;

            // The cards that are out are kept in order; each of them at or below it moves the card up.
            var place = 0;
            while (place < i && card >= drawn[place])
            {
                card++;
                place++;
            }

            drawn[place..i].CopyTo(drawn[(place + 1)..]);
            drawn[place] = card;
            if (best < 0 || _queues[card].Count < _queues[best].Count) best = card;
        }

        return best;
    }

    private static (int Queues, int Hand, int Length) Read(QueuingConfiguration configuration)
    {
        var queues = configuration.Queues > 0 ? configuration.Queues : DefaultQueues;
        var hand = configuration.HandSize > 0 ? configuration.HandSize : DefaultHand;
        return (queues, Math.Min(hand, queues), configuration.QueueLengthLimit > 0 ? configuration.QueueLengthLimit : DefaultLength);
    }
}
