namespace Keelson.Server.Allocation;

/// <summary>What writes under way have taken and the cache does not show yet. Every call is under the owner's lock.</summary>
internal sealed class Reservations
{
    /// <summary>How long something stays taken by a write of which nobody knows whether it was stored; default 5 minutes.</summary>
    private static readonly TimeSpan UnknownFor = TimeSpan.FromMinutes(5);

    private readonly List<Reservation> _held = [];

    public IEnumerable<Reservation> Held => _held;

    public void Add(Reservation reservation) => _held.Add(reservation);

    /// <summary>Forgets what the cache shows by now, what was given back, and what must be settled after so long.</summary>
    public void Prune(long revision, DateTimeOffset now) => _held.RemoveAll(reservation => reservation.State switch
    {
        ReservationState.Released => true,
        ReservationState.Stored => revision >= reservation.Revision,
        ReservationState.Unknown => now >= reservation.EndedAt + UnknownFor,
        _ => false,
    });
}

/// <summary>How the write went that a reservation is for.</summary>
internal enum ReservationState { Open, Released, Stored, Unknown }

/// <summary>Addresses and ports that one write has taken: they become the service's when it is stored, or free again.</summary>
internal sealed class Reservation(TimeProvider time)
{
    public HashSet<string> Addresses { get; } = new(StringComparer.Ordinal);

    public HashSet<int> Ports { get; } = [];

    /// <summary>Whether the write is only tried, so that nothing of it counts.</summary>
    public bool IsTrial { get; init; }

    public ReservationState State { get; private set; }

    public long Revision { get; private set; }

    public DateTimeOffset EndedAt { get; private set; }

    public void Release() => State = ReservationState.Released;

    public void Store(long revision) => (Revision, State) = (revision, ReservationState.Stored);

    /// <summary>The store was asked to write and gave no answer.</summary>
    public void Abandon() => (EndedAt, State) = (time.GetUtcNow(), ReservationState.Unknown);
}
