using System.Buffers.Binary;

namespace Keelson.Storage.Etcd.Bolt;

/// <summary>Writes a database file of sorted buckets, in one pass: each bucket's keys must come in order.</summary>
internal sealed class BoltWriter(Stream file)
{
    private readonly SortedDictionary<string, ulong> _roots = new(StringComparer.Ordinal);
    private readonly List<(byte[] FirstKey, ulong Page)> _pages = [];
    private readonly List<(byte[] Key, ReadOnlyMemory<byte> Value, uint Flags)> _leaf = [];
    private int _leafBytes = BoltFormat.PageHeaderBytes;
    private ulong _nextPage = 2;
    private string? _bucket;

    /// <summary>Begins a bucket; one is written at a time.</summary>
    public void Begin(string bucket)
    {
        if (_bucket is not null) throw new InvalidOperationException($"The bucket {_bucket} has not ended.");
        _bucket = bucket;
        _pages.Clear();
    }

    public async ValueTask AddAsync(byte[] key, ReadOnlyMemory<byte> value, CancellationToken cancel)
    {
        var size = BoltFormat.ElementBytes + key.Length + value.Length;
        if (_leaf.Count > 0 && _leafBytes + size > BoltFormat.PageBytes) await FlushLeafAsync(cancel).ConfigureAwait(false);
        _leaf.Add((key, value, 0));
        _leafBytes += size;
    }

    public async ValueTask EndAsync(CancellationToken cancel)
    {
        var bucket = _bucket ?? throw new InvalidOperationException("No bucket has begun.");
        _bucket = null;
        if (_leaf.Count > 0 || _pages.Count == 0) await FlushLeafAsync(cancel).ConfigureAwait(false);
        while (_pages.Count > 1) await WriteBranchesAsync(cancel).ConfigureAwait(false);
        _roots.Add(bucket, _pages[0].Page);
    }

    /// <summary>Writes what leads to the buckets. Until then, the file is none.</summary>
    public async ValueTask FinishAsync(ulong transaction, CancellationToken cancel)
    {
        _pages.Clear();
        foreach (var (name, root) in _roots)
        {
            var header = new byte[BoltFormat.BucketHeaderBytes];
            BinaryPrimitives.WriteUInt64LittleEndian(header, root);
            _leaf.Add((System.Text.Encoding.UTF8.GetBytes(name), header, BoltFormat.BucketFlag));
        }

        await FlushLeafAsync(cancel).ConfigureAwait(false);
        var free = _nextPage++;
        var page = new byte[BoltFormat.PageBytes];
        BoltFormat.WritePageHeader(page, free, BoltFormat.FreePage, 0, 0);
        await WriteAtAsync(free, page, cancel).ConfigureAwait(false);
        for (ulong id = 0; id < 2; id++) await WriteAtAsync(id, Meta(id, _pages[0].Page, free, transaction + id), cancel).ConfigureAwait(false);
        await file.FlushAsync(cancel).ConfigureAwait(false);
    }

    private byte[] Meta(ulong id, ulong root, ulong free, ulong transaction)
    {
        var page = new byte[BoltFormat.PageBytes];
        BoltFormat.WritePageHeader(page, id, BoltFormat.MetaPage, 0, 0);
        var meta = page.AsSpan(BoltFormat.PageHeaderBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(meta, BoltFormat.Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(meta[4..], BoltFormat.Version);
        BinaryPrimitives.WriteUInt32LittleEndian(meta[8..], BoltFormat.PageBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(meta[16..], root);
        BinaryPrimitives.WriteUInt64LittleEndian(meta[32..], free);
        BinaryPrimitives.WriteUInt64LittleEndian(meta[40..], _nextPage);
        BinaryPrimitives.WriteUInt64LittleEndian(meta[48..], transaction);
        BinaryPrimitives.WriteUInt64LittleEndian(meta[BoltFormat.MetaBytes..], BoltFormat.Checksum(meta[..BoltFormat.MetaBytes]));
        return page;
    }

    private async ValueTask FlushLeafAsync(CancellationToken cancel)
    {
        var size = BoltFormat.PageHeaderBytes + _leaf.Sum(element => BoltFormat.ElementBytes + element.Key.Length + element.Value.Length);
        var page = NewPage(BoltFormat.LeafPage, _leaf.Count, size, out var id);
        var data = BoltFormat.PageHeaderBytes + _leaf.Count * BoltFormat.ElementBytes;
        for (var index = 0; index < _leaf.Count; index++)
        {
            var (key, value, flags) = _leaf[index];
            var start = BoltFormat.PageHeaderBytes + index * BoltFormat.ElementBytes;
            var element = page.AsSpan(start, BoltFormat.ElementBytes);
            BinaryPrimitives.WriteUInt32LittleEndian(element, flags);
            BinaryPrimitives.WriteInt32LittleEndian(element[4..], data - start);
            BinaryPrimitives.WriteInt32LittleEndian(element[8..], key.Length);
            BinaryPrimitives.WriteInt32LittleEndian(element[12..], value.Length);
            key.CopyTo(page, data);
            value.CopyTo(page.AsMemory(data + key.Length));
            data += key.Length + value.Length;
        }

        await WriteAtAsync(id, page, cancel).ConfigureAwait(false);
        _pages.Add((_leaf.Count > 0 ? _leaf[0].Key : [], id));
        _leaf.Clear();
        _leafBytes = BoltFormat.PageHeaderBytes;
    }

    // One level of the tree above the pages there are.
    private async ValueTask WriteBranchesAsync(CancellationToken cancel)
    {
        var below = _pages.ToArray();
        _pages.Clear();
        for (var first = 0; first < below.Length;)
        {
            var size = BoltFormat.PageHeaderBytes;
            var count = 0;
            while (first + count < below.Length && (count < 2 || size + BoltFormat.ElementBytes + below[first + count].FirstKey.Length <= BoltFormat.PageBytes))
                size += BoltFormat.ElementBytes + below[first + count++].FirstKey.Length;

            await WriteBranchAsync(below.AsMemory(first, count), size, cancel).ConfigureAwait(false);
            first += count;
        }
    }

    private ValueTask WriteBranchAsync(ReadOnlyMemory<(byte[] FirstKey, ulong Page)> below, int size, CancellationToken cancel)
    {
        var page = NewPage(BoltFormat.BranchPage, below.Length, size, out var id);
        var data = BoltFormat.PageHeaderBytes + below.Length * BoltFormat.ElementBytes;
        for (var index = 0; index < below.Length; index++)
        {
            var (key, child) = below.Span[index];
            var start = BoltFormat.PageHeaderBytes + index * BoltFormat.ElementBytes;
            var element = page.AsSpan(start, BoltFormat.ElementBytes);
            BinaryPrimitives.WriteInt32LittleEndian(element, data - start);
            BinaryPrimitives.WriteInt32LittleEndian(element[4..], key.Length);
            BinaryPrimitives.WriteUInt64LittleEndian(element[8..], child);
            key.CopyTo(page, data);
            data += key.Length;
        }

        _pages.Add((below.Span[0].FirstKey, id));
        return WriteAtAsync(id, page, cancel);
    }

    private byte[] NewPage(ushort flags, int elements, int size, out ulong id)
    {
        var pages = (size + BoltFormat.PageBytes - 1) / BoltFormat.PageBytes;
        id = _nextPage;
        _nextPage += (ulong)pages;
        var page = new byte[pages * BoltFormat.PageBytes];
        BoltFormat.WritePageHeader(page, id, flags, elements, pages - 1);
        return page;
    }

    private ValueTask WriteAtAsync(ulong id, byte[] page, CancellationToken cancel)
    {
        file.Position = (long)id * BoltFormat.PageBytes;
        return file.WriteAsync(page, cancel);
    }
}
