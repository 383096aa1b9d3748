namespace Keelson.Storage.Mvcc;

/// <summary>One walk over a key range as it stood at a revision: collects up to a limit, and counts all.</summary>
internal sealed class RangeScan(long revision, int limit)
{
    /// <summary>A key that the range holds, and the version of it.</summary>
    public readonly record struct Hit(KeyEntry Entry, KeyVersion Version);

    public List<Hit> Hits { get; } = [];

    public long Count { get; private set; }

    /// <summary>The hits of a range. A limit of zero means all of them, a negative one that only the count is wanted.</summary>
    public static RangeScan Run(KeyTree keys, KeyRange range, long revision, int limit)
    {
        var scan = new RangeScan(revision, limit == 0 ? int.MaxValue : Math.Max(limit, 0));
        if (range.IsSingle)
        {
            if (keys.Find(range.Start.Span) is { } entry) scan.Visit(entry);
            return scan;
        }

        if (keys.Root is { } root) scan.Visit(root, range.Start.Span, true, range.End is { } end ? end.Span : default, range.End is not null);
        return scan;
    }

    private void Visit(KeyNode node, ReadOnlySpan<byte> start, bool boundedBelow, ReadOnlySpan<byte> end, bool boundedAbove)
    {
        if (boundedAbove && node.FirstKey.AsSpan().SequenceCompareTo(end) >= 0) return;
        if (!boundedBelow && !boundedAbove && Hits.Count >= limit && node.MaxRevision <= revision)
        {
            Count += node.Live;
            return;
        }

        if (node is KeyBranch branch)
        {
            var first = boundedBelow ? branch.Search(start) : 0;
            var last = boundedAbove ? branch.Search(end) : branch.Size - 1;
            for (var i = first; i <= last; i++)
            {
                Visit(branch.Children[i], start, boundedBelow && i == first, end, boundedAbove && i == last);
            }

            return;
        }

        foreach (var entry in ((KeyLeaf)node).Entries)
        {
            if (boundedBelow && entry.Key.AsSpan().SequenceCompareTo(start) < 0) continue;
            if (boundedAbove && entry.Key.AsSpan().SequenceCompareTo(end) >= 0) return;
            Visit(entry);
        }
    }

    private void Visit(KeyEntry entry)
    {
        if (!entry.TryAt(revision, out var version)) return;
        Count++;
        if (Hits.Count < limit) Hits.Add(new Hit(entry, version));
    }
}
