namespace Keelson.Storage.Mvcc;

/// <summary>A node of <see cref="KeyTree"/>: immutable, with sums over everything below it.</summary>
internal abstract class KeyNode(byte[] firstKey)
{
    /// <summary>The most entries of a leaf and the most children of a branch: wide enough to be flat, small enough to copy on each write.</summary>
    public const int MaxFanout = 32;

    /// <summary>Below this a node is joined with its neighbour, where both fit into one.</summary>
    public const int MinFanout = 10;

    public byte[] FirstKey { get; } = firstKey;

    /// <summary>How many keys exist now.</summary>
    public int Live { get; protected init; }

    /// <summary>How many versions are known, deletions counted. Equal to <see cref="Live"/> where nothing can be compacted.</summary>
    public long Versions { get; protected init; }

    /// <summary>The newest revision that touched anything below: a read at or above it sees what is there now.</summary>
    public long MaxRevision { get; protected init; }

    public abstract int Size { get; }
}

internal sealed class KeyLeaf : KeyNode
{
    public KeyLeaf(KeyEntry[] entries) : base(entries[0].Key)
    {
        Entries = entries;
        foreach (var entry in entries)
        {
            if (entry.IsLive) Live++;
            Versions += entry.Versions;
            MaxRevision = Math.Max(MaxRevision, entry.Latest.Revision);
        }
    }

    public KeyEntry[] Entries { get; }

    public override int Size => Entries.Length;

    /// <summary>The place of a key, or the complement of the place where it would go.</summary>
    public int Search(ReadOnlySpan<byte> key)
    {
        int low = 0, high = Entries.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = Entries[middle].Key.AsSpan().SequenceCompareTo(key);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }

        return ~low;
    }
}

internal sealed class KeyBranch : KeyNode
{
    public KeyBranch(KeyNode[] children) : base(children[0].FirstKey)
    {
        Children = children;
        foreach (var child in children)
        {
            Live += child.Live;
            Versions += child.Versions;
            MaxRevision = Math.Max(MaxRevision, child.MaxRevision);
        }
    }

    public KeyNode[] Children { get; }

    public override int Size => Children.Length;

    /// <summary>The child that holds a key, if any does.</summary>
    public int Search(ReadOnlySpan<byte> key)
    {
        int low = 1, high = Children.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            if (Children[middle].FirstKey.AsSpan().SequenceCompareTo(key) <= 0) low = middle + 1;
            else high = middle - 1;
        }

        return low - 1;
    }
}
