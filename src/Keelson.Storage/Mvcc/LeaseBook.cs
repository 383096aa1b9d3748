using System.Collections.Immutable;

namespace Keelson.Storage.Mvcc;

/// <summary>The leases and the keys that hang on them. Immutable; when a lease runs out is not its matter.</summary>
internal sealed class LeaseBook
{
    public static readonly LeaseBook Empty = new(ImmutableSortedDictionary<long, Lease>.Empty);

    private static readonly ImmutableSortedSet<byte[]> NoKeys = ImmutableSortedSet.Create<byte[]>(KeyOrder.Instance);

    private readonly ImmutableSortedDictionary<long, Lease> _leases;

    private LeaseBook(ImmutableSortedDictionary<long, Lease> leases) => _leases = leases;

    public IEnumerable<long> Ids => _leases.Keys;

    public IEnumerable<Lease> All => _leases.Values;

    public Lease? Find(long id) => _leases.GetValueOrDefault(id);

    public LeaseBook Grant(long id, TimeSpan timeToLive) => new(_leases.Add(id, new Lease(id, timeToLive, NoKeys)));

    public LeaseBook Remove(long id) => new(_leases.Remove(id));

    /// <summary>Moves a key from one lease to another; zero is no lease.</summary>
    public LeaseBook Move(byte[] key, long from, long to)
    {
        if (from == to) return this;
        var leases = _leases;
        if (from != 0 && leases.TryGetValue(from, out var old)) leases = leases.SetItem(from, old with { Keys = old.Keys.Remove(key) });
        if (to != 0 && leases.TryGetValue(to, out var next)) leases = leases.SetItem(to, next with { Keys = next.Keys.Add(key) });
        return new LeaseBook(leases);
    }
}

/// <summary>One lease.</summary>
internal sealed record Lease(long Id, TimeSpan TimeToLive, ImmutableSortedSet<byte[]> Keys);

/// <summary>The order of keys: by their bytes.</summary>
internal sealed class KeyOrder : IComparer<byte[]>, IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    public static readonly KeyOrder Instance = new();

    public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

    public int GetHashCode(byte[] key) => GetHashCode(key.AsSpan());

    // Seeded by the runtime, once a process: nobody outside can choose keys that collide.
    public int GetHashCode(ReadOnlySpan<byte> key)
    {
        var hash = new HashCode();
        hash.AddBytes(key);
        return hash.ToHashCode();
    }

    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
}
