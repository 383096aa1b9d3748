using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Keelson.Storage.Etcd.Bolt;

/// <summary>Reads a database file, and trusts nothing in it: every number is checked before it leads anywhere.</summary>
internal sealed class BoltReader
{
    private const int MaxDepth = 32;
    private const int MaxPageBytes = 256 << 20;

    private readonly Stream _file;
    private readonly long _length;
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _buckets = new(StringComparer.Ordinal);
    private int _pageBytes;
    private ulong _pages;
    private ulong _pagesSeen;

    private BoltReader(Stream file, long length)
    {
        _file = file;
        _length = length;
    }

    /// <param name="length">How much of the file is the database; a checksum may follow.</param>
    public static BoltReader Open(Stream file, long length)
    {
        var reader = new BoltReader(file, length);
        var root = reader.FindRoot();
        foreach (var (key, value, isBucket) in reader.Walk(root, 0))
        {
            if (isBucket) reader._buckets.TryAdd(Encoding.UTF8.GetString(key.Span), value.ToArray());
        }

        return reader;
    }

    /// <summary>The keys and values of a bucket, in order; none where there is no such bucket.</summary>
    public IEnumerable<(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value)> Read(string bucket)
    {
        if (!_buckets.TryGetValue(bucket, out var header)) yield break;
        if (header.Length < BoltFormat.BucketHeaderBytes) throw Bad("a bucket has no header");
        _pagesSeen = 0;
        var root = BinaryPrimitives.ReadUInt64LittleEndian(header.Span);
        var elements = root == 0 ? Leaf(header[BoltFormat.BucketHeaderBytes..]) : Walk(root, 0);
        foreach (var (key, value, isBucket) in elements)
        {
            if (!isBucket) yield return (key, value);
        }
    }

    internal static StoreException Bad(string why) => new(StoreError.Damaged, $"this is not a whole etcd snapshot: {why}; nothing was restored, take another snapshot");

    // A crash may have torn the newer of the two.
    private ulong FindRoot()
    {
        (ulong Transaction, ulong Root)? best = null;
        int[] sizes = [BoltFormat.PageBytes, 8192, 16384, 32768, 65536, 2048, 1024];
        foreach (var place in sizes.Select(size => (long)size).Prepend(0))
        {
            if (ReadMeta(place) is not { } meta || (best is { } known && meta.Transaction <= known.Transaction)) continue;
            best = (meta.Transaction, meta.Root);
            _pageBytes = meta.PageBytes;
            _pages = meta.Pages;
        }

        return best?.Root ?? throw Bad("it does not begin as a database does");
    }

    private (ulong Transaction, ulong Root, int PageBytes, ulong Pages)? ReadMeta(long place)
    {
        var bytes = new byte[BoltFormat.PageHeaderBytes + BoltFormat.MetaBytes + sizeof(ulong)];
        if (place + bytes.Length > _length) return null;
        _file.Position = place;
        _file.ReadExactly(bytes);
        var meta = bytes.AsSpan(BoltFormat.PageHeaderBytes);
        if (BinaryPrimitives.ReadUInt32LittleEndian(meta) != BoltFormat.Magic || BinaryPrimitives.ReadUInt32LittleEndian(meta[4..]) != BoltFormat.Version) return null;
        if (BinaryPrimitives.ReadUInt64LittleEndian(meta[BoltFormat.MetaBytes..]) != BoltFormat.Checksum(meta[..BoltFormat.MetaBytes])) return null;
        var pageBytes = BinaryPrimitives.ReadInt32LittleEndian(meta[8..]);
        if (pageBytes is < 1024 or > 65536 || !BitOperations.IsPow2(pageBytes) || (place != 0 && place != pageBytes)) return null;
        return (BinaryPrimitives.ReadUInt64LittleEndian(meta[48..]), BinaryPrimitives.ReadUInt64LittleEndian(meta[16..]), pageBytes, BinaryPrimitives.ReadUInt64LittleEndian(meta[40..]));
    }

    private IEnumerable<(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value, bool IsBucket)> Walk(ulong id, int depth)
    {
        if (depth >= MaxDepth) throw Bad("its tree is too deep");
        var page = ReadPage(id);
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(page.Span[8..]);
        if ((flags & BoltFormat.LeafPage) != 0)
        {
            foreach (var element in Leaf(page)) yield return element;
            yield break;
        }

        if ((flags & BoltFormat.BranchPage) == 0) throw Bad($"page {id} is neither leaf nor branch");
        for (var index = 0; index < Elements(page); index++)
        {
            var element = page.Span.Slice(BoltFormat.PageHeaderBytes + index * BoltFormat.ElementBytes, BoltFormat.ElementBytes);
            foreach (var below in Walk(BinaryPrimitives.ReadUInt64LittleEndian(element[8..]), depth + 1)) yield return below;
        }
    }

    private static IEnumerable<(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value, bool IsBucket)> Leaf(ReadOnlyMemory<byte> page)
    {
        var count = Elements(page);
        for (var index = 0; index < count; index++)
        {
            var start = BoltFormat.PageHeaderBytes + index * BoltFormat.ElementBytes;
            var element = page.Span.Slice(start, BoltFormat.ElementBytes);
            var flags = BinaryPrimitives.ReadUInt32LittleEndian(element);
            var place = start + (long)BinaryPrimitives.ReadUInt32LittleEndian(element[4..]);
            var keyBytes = BinaryPrimitives.ReadUInt32LittleEndian(element[8..]);
            var valueBytes = BinaryPrimitives.ReadUInt32LittleEndian(element[12..]);
            if (place + keyBytes + valueBytes > page.Length) throw Bad("an element lies outside of its page");
            yield return (page.Slice((int)place, (int)keyBytes), page.Slice((int)(place + keyBytes), (int)valueBytes), (flags & BoltFormat.BucketFlag) != 0);
        }
    }

    private static int Elements(ReadOnlyMemory<byte> page)
    {
        if (page.Length < BoltFormat.PageHeaderBytes) throw Bad("a page has no header");
        var count = BinaryPrimitives.ReadUInt16LittleEndian(page.Span[10..]);
        if (BoltFormat.PageHeaderBytes + count * BoltFormat.ElementBytes > page.Length) throw Bad("a page has more elements than room");
        return count;
    }

    private ReadOnlyMemory<byte> ReadPage(ulong id)
    {
        // No tree visits a page twice, so this bounds what a circle of pages can do.
        if (id < 2 || id >= _pages || ++_pagesSeen > _pages) throw Bad($"page {id} is out of place");
        var place = checked((long)id * _pageBytes);
        if (place + _pageBytes > _length) throw Bad("it ends too early");
        var header = new byte[BoltFormat.PageHeaderBytes];
        _file.Position = place;
        _file.ReadExactly(header);
        if (BinaryPrimitives.ReadUInt64LittleEndian(header) != id) throw Bad($"page {id} holds another");
        var bytes = (1L + BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(12))) * _pageBytes;
        if (bytes > MaxPageBytes || place + bytes > _length) throw Bad($"page {id} is too long");
        var page = new byte[bytes];
        header.CopyTo(page, 0);
        _file.ReadExactly(page.AsSpan(header.Length));
        return page;
    }
}
