using System.Runtime.CompilerServices;

namespace Keelson.Api.Patch.Apply;

/// <summary>A set of places in an object, such as those that a manager owns. Immutable; parts are shared between sets.</summary>
/// <remarks>
/// A trie: an element may itself be in the set, have members below it, or both. Membership of a place says nothing
/// about what is below it.
/// </remarks>
public sealed partial class FieldSet : IEquatable<FieldSet>
{
    public static readonly FieldSet Empty = new([]);

    private readonly Entry[] _entries;

    /// <param name="entries">Sorted by element, each once, none without effect.</param>
    private FieldSet(Entry[] entries) => _entries = entries;

    public bool IsEmpty => _entries.Length == 0;

    /// <summary>How many places are in the set.</summary>
    public int Count
    {
        get
        {
            var count = 0;
            foreach (var entry in _entries) count += (entry.IsMember ? 1 : 0) + (entry.Below?.Count ?? 0);
            return count;
        }
    }

    internal ReadOnlySpan<Entry> Entries => _entries;

    public static FieldSet Of(params ReadOnlySpan<FieldPath> paths)
    {
        var builder = new FieldSetBuilder();
        foreach (var path in paths) builder.Add(path.Elements);
        return builder.Build();
    }

    public bool Contains(FieldPath path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Contains(path.Elements);
    }

    public bool Contains(ReadOnlySpan<PathElement> path)
    {
        // Nobody owns the object as a whole.
        if (path.IsEmpty) return false;
        var set = this;
        for (var i = 0; i < path.Length - 1; i++)
        {
            set = set.Below(path[i]);
            if (set.IsEmpty) return false;
        }

        return set.Find(path[^1]) is { IsMember: true };
    }

    /// <summary>What of the set is below an element, relative to it.</summary>
    public FieldSet Below(PathElement element) => Find(element)?.Below ?? Empty;

    internal bool ContainsElement(PathElement element) => Find(element) is { IsMember: true };

    /// <summary>All places: on each level first those on it, then those below them.</summary>
    public IEnumerable<FieldPath> Paths()
    {
        var paths = new List<FieldPath>();
        Collect(paths, []);
        return paths;
    }

    public bool Equals(FieldSet? other)
    {
        if (ReferenceEquals(this, other)) return true;
        if (other is null || other._entries.Length != _entries.Length) return false;
        for (var i = 0; i < _entries.Length; i++)
        {
            ref readonly var left = ref _entries[i];
            ref readonly var right = ref other._entries[i];
            if (left.IsMember != right.IsMember || left.Element != right.Element) return false;
            if (left.Below is null ? right.Below is not null : !left.Below.Equals(right.Below)) return false;
        }

        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as FieldSet);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var entry in _entries) hash.Add(HashCode.Combine(entry.Element, entry.IsMember, entry.Below));
        return hash.ToHashCode();
    }

    /// <summary>One place a line.</summary>
    public override string ToString() => string.Join('\n', Paths());

    /// <summary>Sorts entries and joins those of the same element.</summary>
    internal static FieldSet From(List<Entry> entries)
    {
        if (entries.Count == 0) return Empty;
        for (var i = 1; i < entries.Count; i++)
        {
            if (entries[i - 1].Element.CompareTo(entries[i].Element) < 0) continue;
            return new FieldSet(Joined(entries));
        }

        return new FieldSet([.. entries]);
    }

    private static Entry[] Joined(List<Entry> entries)
    {
        entries.Sort((left, right) => left.Element.CompareTo(right.Element));
        var joined = new List<Entry>(entries.Count);
        foreach (var entry in entries)
        {
            if (joined.Count > 0 && joined[^1].Element.CompareTo(entry.Element) == 0)
            {
                joined[^1] = Entry.Union(joined[^1], entry);
            }
            else
            {
                joined.Add(entry);
            }
        }

        return [.. joined];
    }

    private Entry? Find(PathElement element)
    {
        var low = 0;
        var high = _entries.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = _entries[middle].Element.CompareTo(element);
            if (order == 0) return _entries[middle];
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }

        return null;
    }

    private void Collect(List<FieldPath> paths, List<PathElement> prefix)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        foreach (var entry in _entries)
        {
            if (entry.IsMember) paths.Add(FieldPath.Of([.. prefix, entry.Element]));
        }

        foreach (var entry in _entries)
        {
            if (entry.Below is null) continue;
            prefix.Add(entry.Element);
            entry.Below.Collect(paths, prefix);
            prefix.RemoveAt(prefix.Count - 1);
        }
    }

    /// <summary>An element of one level of the trie.</summary>
    /// <param name="Element">Which child it is.</param>
    /// <param name="IsMember">Whether the child itself is in the set.</param>
    /// <param name="Below">What below the child is in the set; null for nothing.</param>
    internal readonly record struct Entry(PathElement Element, bool IsMember, FieldSet? Below)
    {
        internal static Entry Union(in Entry left, in Entry right) => new(
            left.Element,
            left.IsMember || right.IsMember,
            left.Below is null ? right.Below : right.Below is null ? left.Below : left.Below.Union(right.Below));
    }
}
