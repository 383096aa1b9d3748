using System.Buffers.Binary;
using System.Security.Cryptography;
using Keelson.Storage.Mvcc;

namespace Keelson.Storage.Snapshots;

/// <summary>Writes a snapshot: leases, then versions in the order of history, then the end.</summary>
internal sealed class SnapshotWriter(Stream destination) : IDisposable
{
    private const int FlushAt = 256 << 10;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[] _buffer = new byte[FlushAt + 4096];
    private int _used;
    private long _leases;
    private long _versions;

    public ValueTask BeginAsync(long revision, long compacted, CancellationToken cancel)
    {
        var span = Take(SnapshotFormat.HeaderBytes);
        SnapshotFormat.Name.CopyTo(span);
        BinaryPrimitives.WriteInt32LittleEndian(span[16..], SnapshotFormat.Format);
        BinaryPrimitives.WriteInt64LittleEndian(span[20..], revision);
        BinaryPrimitives.WriteInt64LittleEndian(span[28..], compacted);
        return FlushIfFullAsync(cancel);
    }

    public ValueTask LeaseAsync(long id, TimeSpan timeToLive, CancellationToken cancel)
    {
        var span = Take(1 + SnapshotFormat.LeaseBytes + 4);
        span[0] = SnapshotFormat.LeaseKind;
        BinaryPrimitives.WriteInt64LittleEndian(span[1..], id);
        BinaryPrimitives.WriteInt64LittleEndian(span[9..], timeToLive.Ticks);
        Seal(span);
        _leases++;
        return FlushIfFullAsync(cancel);
    }

    public ValueTask VersionAsync(byte[] key, in KeyVersion version, ReadOnlySpan<byte> value, CancellationToken cancel)
    {
        var span = Take(1 + SnapshotFormat.VersionBytes + key.Length + value.Length + 4);
        span[0] = SnapshotFormat.VersionKind;
        BinaryPrimitives.WriteInt64LittleEndian(span[1..], version.Id.Packed);
        BinaryPrimitives.WriteInt64LittleEndian(span[9..], version.Create);
        BinaryPrimitives.WriteInt64LittleEndian(span[17..], version.Version);
        BinaryPrimitives.WriteInt64LittleEndian(span[25..], version.Lease);
        BinaryPrimitives.WriteInt32LittleEndian(span[33..], key.Length);
        BinaryPrimitives.WriteInt32LittleEndian(span[37..], value.Length);
        key.CopyTo(span[41..]);
        value.CopyTo(span[(41 + key.Length)..]);
        Seal(span);
        _versions++;
        return FlushIfFullAsync(cancel);
    }

    public async ValueTask EndAsync(CancellationToken cancel)
    {
        WriteEnd();
        await FlushAsync(cancel).ConfigureAwait(false);
        await destination.WriteAsync(_hash.GetHashAndReset(), cancel).ConfigureAwait(false);
        await destination.FlushAsync(cancel).ConfigureAwait(false);
    }

    public void Dispose() => _hash.Dispose();

    private void WriteEnd()
    {
        var span = Take(1 + SnapshotFormat.EndBytes + 4);
        span[0] = SnapshotFormat.EndKind;
        BinaryPrimitives.WriteInt64LittleEndian(span[1..], _leases);
        BinaryPrimitives.WriteInt64LittleEndian(span[9..], _versions);
        Seal(span);
    }

    private static void Seal(Span<byte> record) =>
        BinaryPrimitives.WriteUInt32LittleEndian(record[^4..], Checksum.Add(0, record[..^4]));

    private Span<byte> Take(int count)
    {
        if (_used + count > _buffer.Length) Array.Resize(ref _buffer, Math.Max(_used + count, 2 * _buffer.Length));
        var span = _buffer.AsSpan(_used, count);
        _used += count;
        return span;
    }

    private ValueTask FlushIfFullAsync(CancellationToken cancel) => _used < FlushAt ? default : FlushAsync(cancel);

    private async ValueTask FlushAsync(CancellationToken cancel)
    {
        _hash.AppendData(_buffer, 0, _used);
        await destination.WriteAsync(_buffer.AsMemory(0, _used), cancel).ConfigureAwait(false);
        _used = 0;
    }
}
