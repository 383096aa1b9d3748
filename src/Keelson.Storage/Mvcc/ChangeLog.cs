namespace Keelson.Storage.Mvcc;

/// <summary>
/// The recent revisions in order, as an immutable list: adding one and dropping the oldest cost next to
/// nothing, and a fork of a store shares it. Watchers are cursors into it.
/// </summary>
/// <remarks>
/// The entries lie in chunks that several logs share. A log sees only its own first entries of the last
/// chunk; the one that first adds to a shared chunk claims the next place, any other copies the chunk.
/// </remarks>
internal sealed class ChangeLog
{
    public static readonly ChangeLog Empty = new([], 0, 0, 0);

    private const int ChunkSize = 128;

    private readonly Chunk[] _chunks;
    private readonly int _first;

    private ChangeLog(Chunk[] chunks, int first, int count, long bytes)
    {
        _chunks = chunks;
        _first = first;
        Count = count;
        Bytes = bytes;
    }

    public int Count { get; }

    public long Bytes { get; }

    public RevisionRecord this[int index]
    {
        get
        {
            var place = _first + index;
            return _chunks[place / ChunkSize].Entries[place % ChunkSize];
        }
    }

    /// <summary>The oldest revision in the log; everything from it on is there. Meaningless in an empty log.</summary>
    public long Oldest => this[0].Revision;

    public ChangeLog Add(RevisionRecord entry)
    {
        var end = _first + Count;
        var place = end % ChunkSize;
        var chunks = _chunks;
        if (place == 0)
        {
            chunks = [.. _chunks, new Chunk()];
            chunks[^1].TryClaim(0);
        }
        else if (!_chunks[^1].TryClaim(place))
        {
            chunks = [.. _chunks[..^1], _chunks[^1].CopyFirst(place)];
            chunks[^1].TryClaim(place);
        }

        chunks[^1].Entries[place] = entry;
        return new ChangeLog(chunks, _first, Count + 1, Bytes + entry.Bytes);
    }

    /// <summary>The log without its oldest entries, in whole chunks, so that what remains is within the bounds.</summary>
    public ChangeLog Bound(int maxCount, long maxBytes)
    {
        if (Count <= maxCount && Bytes <= maxBytes) return this;
        int drop = 0;
        var bytes = Bytes;
        while (drop < Count && (Count - drop > maxCount || bytes > maxBytes)) bytes -= this[drop++].Bytes;
        return Drop(drop, bytes);
    }

    public ChangeLog DropBefore(long revision)
    {
        var drop = FindFirst(revision);
        var bytes = Bytes;
        for (var i = 0; i < drop; i++) bytes -= this[i].Bytes;
        return drop == 0 ? this : Drop(drop, bytes);
    }

    /// <summary>The place of the first entry at or after a revision; the count where there is none.</summary>
    public int FindFirst(long revision)
    {
        int low = 0, high = Count;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (this[middle].Revision < revision) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    /// <summary>The change of one version, if the log reaches back to it.</summary>
    public ChangeRecord? Find(VersionId id)
    {
        var place = FindFirst(id.Revision);
        return place < Count && this[place].Revision == id.Revision ? this[place].Changes[id.Ordinal] : null;
    }

    private ChangeLog Drop(int count, long bytes)
    {
        if (count == Count) return Empty;
        var first = _first + count;
        var wholeChunks = first / ChunkSize;
        return new ChangeLog(wholeChunks == 0 ? _chunks : _chunks[wholeChunks..], first % ChunkSize, Count - count, bytes);
    }

    private sealed class Chunk
    {
        private int _used;

        public RevisionRecord[] Entries { get; } = new RevisionRecord[ChunkSize];

        public bool TryClaim(int place) => Interlocked.CompareExchange(ref _used, place + 1, place) == place;

        public Chunk CopyFirst(int count)
        {
            var copy = new Chunk { _used = count };
            Array.Copy(Entries, copy.Entries, count);
            return copy;
        }
    }
}
