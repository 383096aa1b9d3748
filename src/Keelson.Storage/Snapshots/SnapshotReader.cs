using System.Buffers.Binary;
using System.Security.Cryptography;
using Keelson.Storage.Mvcc;

namespace Keelson.Storage.Snapshots;

/// <summary>
/// Reads a snapshot and trusts nothing in it. Until <see cref="NextAsync"/> has said that the end came and
/// was right, nothing that was read may be used.
/// </summary>
internal sealed class SnapshotReader(Stream source) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[] _buffer = new byte[64 << 10];
    private int _start;
    private int _end;
    private long _leases;
    private long _versions;

    public long Revision { get; private set; }

    public long Compacted { get; private set; }

    /// <summary>The lease just read.</summary>
    public (long Id, TimeSpan TimeToLive) Lease { get; private set; }

    /// <summary>The version just read, and its key.</summary>
    public (byte[] Key, KeyVersion Version) Version { get; private set; }

    /// <summary>The value of the version just read; good until the next is read.</summary>
    public ReadOnlyMemory<byte> Value { get; private set; }

    public async ValueTask BeginAsync(CancellationToken cancel)
    {
        var header = await TakeAsync(SnapshotFormat.HeaderBytes, cancel).ConfigureAwait(false);
        if (!header.Span[..16].SequenceEqual(SnapshotFormat.Name)) throw Bad("it does not begin as one does");
        var format = BinaryPrimitives.ReadInt32LittleEndian(header.Span[16..]);
        if (format != SnapshotFormat.Format) throw Bad($"it has format {format}; this version of Keelson reads format {SnapshotFormat.Format}");
        Revision = BinaryPrimitives.ReadInt64LittleEndian(header.Span[20..]);
        Compacted = BinaryPrimitives.ReadInt64LittleEndian(header.Span[28..]);
        if (Revision < StoreState.FirstRevision || Revision >= VersionId.MaxRevision || Compacted < 0 || Compacted > Revision)
        {
            throw Bad("its revisions make no sense");
        }

        _hash.AppendData(header.Span);
    }

    /// <summary>Reads a record; tells which kind, and at the end checks the whole.</summary>
    public async ValueTask<byte> NextAsync(CancellationToken cancel)
    {
        var kind = (await PeekAsync(1, cancel).ConfigureAwait(false)).Span[0];
        switch (kind)
        {
            case SnapshotFormat.LeaseKind:
                ReadLease(await RecordAsync(SnapshotFormat.LeaseBytes, cancel).ConfigureAwait(false));
                break;
            case SnapshotFormat.VersionKind:
                var head = await PeekAsync(1 + SnapshotFormat.VersionBytes, cancel).ConfigureAwait(false);
                var keyLength = BinaryPrimitives.ReadInt32LittleEndian(head.Span[33..]);
                var valueLength = BinaryPrimitives.ReadInt32LittleEndian(head.Span[37..]);
                if (keyLength is <= 0 or > StoreLimits.MaxKeyBytes || valueLength is < 0 or > (int)StoreLimits.MaxTransactionBytes)
                {
                    throw Bad("a key or value has an impossible length");
                }

                var body = await RecordAsync(SnapshotFormat.VersionBytes + keyLength + valueLength, cancel).ConfigureAwait(false);
                ReadVersion(body, keyLength);
                break;
            case SnapshotFormat.EndKind:
                await ReadEndAsync(cancel).ConfigureAwait(false);
                break;
            default:
                throw Bad("a record has an unknown kind");
        }

        return kind;
    }

    public void Dispose() => _hash.Dispose();

    private static StoreException Bad(string why) => new(StoreError.Damaged, $"this is not a whole snapshot: {why}; nothing was restored, take another snapshot");

    private void ReadLease(ReadOnlyMemory<byte> body)
    {
        var id = BinaryPrimitives.ReadInt64LittleEndian(body.Span);
        var ticks = BinaryPrimitives.ReadInt64LittleEndian(body.Span[8..]);
        if (id <= 0 || ticks <= 0 || ticks > StoreLimits.MaxTimeToLive.Ticks) throw Bad("a lease makes no sense");
        Lease = (id, TimeSpan.FromTicks(ticks));
        _leases++;
    }

    private void ReadVersion(ReadOnlyMemory<byte> body, int keyLength)
    {
        var numbers = body.Span;
        var id = new VersionId(BinaryPrimitives.ReadInt64LittleEndian(numbers));
        var create = BinaryPrimitives.ReadInt64LittleEndian(numbers[8..]);
        var version = BinaryPrimitives.ReadInt64LittleEndian(numbers[16..]);
        var lease = BinaryPrimitives.ReadInt64LittleEndian(numbers[24..]);
        if (id.Revision <= 0 || id.Revision > Revision || create < 0 || version < 0 || lease < 0) throw Bad("a version makes no sense");
        Version = (body.Slice(SnapshotFormat.VersionBytes, keyLength).ToArray(), new KeyVersion(id, create, version, lease, null));
        Value = body[(SnapshotFormat.VersionBytes + keyLength)..];
        _versions++;
    }

    private async ValueTask ReadEndAsync(CancellationToken cancel)
    {
        var body = await RecordAsync(SnapshotFormat.EndBytes, cancel).ConfigureAwait(false);
        var leases = BinaryPrimitives.ReadInt64LittleEndian(body.Span);
        var versions = BinaryPrimitives.ReadInt64LittleEndian(body.Span[8..]);
        if (leases != _leases || versions != _versions) throw Bad($"it should hold {versions} versions and {leases} leases, and holds {_versions} and {_leases}");
        var expected = _hash.GetHashAndReset();
        var stored = await TakeAsync(expected.Length, cancel).ConfigureAwait(false);
        if (!stored.Span.SequenceEqual(expected)) throw Bad("its checksum is wrong");
        if (_start != _end || await source.ReadAsync(_buffer.AsMemory(0, 1), cancel).ConfigureAwait(false) != 0) throw Bad("something follows its end");
    }

    // A record's body, without the kind before it and the checksum after it, both checked.
    private async ValueTask<ReadOnlyMemory<byte>> RecordAsync(int length, CancellationToken cancel)
    {
        var record = await TakeAsync(1 + length + 4, cancel).ConfigureAwait(false);
        if (BinaryPrimitives.ReadUInt32LittleEndian(record.Span[^4..]) != Checksum.Add(0, record.Span[..^4])) throw Bad("the checksum of a record is wrong");
        _hash.AppendData(record.Span);
        return record[1..^4];
    }

    private async ValueTask<ReadOnlyMemory<byte>> TakeAsync(int count, CancellationToken cancel)
    {
        var taken = await PeekAsync(count, cancel).ConfigureAwait(false);
        _start += count;
        return taken;
    }

    private async ValueTask<ReadOnlyMemory<byte>> PeekAsync(int count, CancellationToken cancel)
    {
        if (_end - _start < count)
        {
            var rest = _buffer.AsSpan(_start, _end - _start);
            if (count > _buffer.Length)
            {
                var larger = new byte[count + (64 << 10)];
                rest.CopyTo(larger);
                _buffer = larger;
            }
            else
            {
                rest.CopyTo(_buffer);
            }

            (_start, _end) = (0, rest.Length);
            while (_end < count)
            {
                var read = await source.ReadAsync(_buffer.AsMemory(_end), cancel).ConfigureAwait(false);
                if (read == 0) throw Bad("it ends in the middle");
                _end += read;
            }
        }

        return _buffer.AsMemory(_start, count);
    }
}
