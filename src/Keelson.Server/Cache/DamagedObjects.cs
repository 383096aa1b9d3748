using System.Collections.Immutable;
using System.Text;

namespace Keelson.Server.Cache;

/// <summary>The keys of a resource whose values can't be read. A value, as the index beside it is.</summary>
internal sealed class DamagedObjects
{
    /// <summary>Damaged objects that an answer names; default 100, as upstream.</summary>
    public const int MaxNamed = 100;

    public static readonly DamagedObjects None = new(ImmutableSortedDictionary.Create<string, DamagedObject>(StringComparer.Ordinal));

    private readonly ImmutableSortedDictionary<string, DamagedObject> _byPath;

    private DamagedObjects(ImmutableSortedDictionary<string, DamagedObject> byPath) => _byPath = byPath;

    public bool IsEmpty => _byPath.IsEmpty;

    public IEnumerable<DamagedObject> All => _byPath.Values;

    public DamagedObject? Find(string path) => _byPath.GetValueOrDefault(path);

    /// <param name="path">The key behind the resource's prefix: "namespace/name".</param>
    public DamagedObjects With(string path, DamagedObject damaged) => new(_byPath.SetItem(path, damaged));

    public DamagedObjects Without(ReadOnlySpan<byte> path) => IsEmpty ? this : new(_byPath.Remove(Encoding.UTF8.GetString(path)));

    /// <summary>Those in a range of keys.</summary>
    public IEnumerable<DamagedObject> In(byte[] start, byte[]? end) => _byPath.Where(pair => IsIn(Encoding.UTF8.GetBytes(pair.Key), start, end)).Select(pair => pair.Value);

    private static bool IsIn(ReadOnlySpan<byte> key, byte[] start, byte[]? end) => key.SequenceCompareTo(start) >= 0 && (end is null || key.SequenceCompareTo(end) < 0);
}
