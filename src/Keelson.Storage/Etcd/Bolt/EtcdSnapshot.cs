using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Security.Cryptography;
using Google.Protobuf;
using Keelson.Storage.Etcd.Protos;
using Keelson.Storage.Mvcc;
using Keelson.Storage.Snapshots;

namespace Keelson.Storage.Etcd.Bolt;

/// <summary>Snapshots as etcd has them, a database file with its SHA-256 behind it, made from ours and read as ours.</summary>
public static class EtcdSnapshot
{
    private const int ChecksumBytes = 32;
    private const int SectorBytes = 512;
    private const int RevisionBytes = 17;
    private const string ScheduledCompaction = "scheduledCompactRev";
    private const string FinishedCompaction = "finishedCompactRev";
    private const string ConsistentIndex = "consistent_index";
    private const string Term = "term";

    // In etcd's own order.
    private static readonly string[] EmptyBuckets = ["alarm", "auth", "authRoles", "authUsers", "cluster", "members", "members_removed"];

    /// <summary>Whether a file begins as an etcd database, rather than as one of our own snapshots.</summary>
    public static bool IsOne(Stream file)
    {
        var beginning = new byte[SnapshotFormat.Name.Length];
        file.Position = 0;
        var count = file.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false);
        file.Position = 0;
        return !beginning.AsSpan(0, count).SequenceEqual(SnapshotFormat.Name);
    }

    /// <summary>Makes an etcd database, without the checksum behind it, from a snapshot of an embedded engine.</summary>
    /// <param name="database">An empty file.</param>
    public static async ValueTask WriteAsync(Stream snapshot, Stream database, CancellationToken cancel = default)
    {
        using var reader = new SnapshotReader(snapshot);
        await reader.BeginAsync(cancel).ConfigureAwait(false);
        var writer = new BoltWriter(database);
        var leases = new SortedDictionary<long, TimeSpan>();
        writer.Begin("key");
        while (await reader.NextAsync(cancel).ConfigureAwait(false) is var kind && kind != SnapshotFormat.EndKind)
        {
            if (kind == SnapshotFormat.LeaseKind)
            {
                leases[reader.Lease.Id] = reader.Lease.TimeToLive;
                continue;
            }

            var (key, version) = reader.Version;
            await writer.AddAsync(RevisionKey(version.Id.Revision, version.Id.Ordinal, version.IsDeletion), Value(key, version, reader.Value), cancel).ConfigureAwait(false);
        }

        await writer.EndAsync(cancel).ConfigureAwait(false);
        writer.Begin("lease");
        foreach (var (id, timeToLive) in leases)
        {
            var lease = new Protos.Lease { ID = id, TTL = (long)Math.Ceiling(timeToLive.TotalSeconds) };
            await writer.AddAsync(BigEndian(id), lease.ToByteArray(), cancel).ConfigureAwait(false);
        }

        await writer.EndAsync(cancel).ConfigureAwait(false);
        await WriteMetaAsync(writer, reader.Revision, reader.Compacted, cancel).ConfigureAwait(false);
        foreach (var bucket in EmptyBuckets)
        {
            writer.Begin(bucket);
            await writer.EndAsync(cancel).ConfigureAwait(false);
        }

        await writer.FinishAsync((ulong)reader.Revision, cancel).ConfigureAwait(false);
    }

    /// <summary>Hands an etcd snapshot to a reader of ours.</summary>
    /// <param name="file">The snapshot; it must be seekable.</param>
    /// <param name="requireChecksum">Whether a file without checksum, copied from under an etcd, is refused.</param>
    public static async ValueTask ReadAsync(Stream file, bool requireChecksum, Func<Stream, ValueTask> read, CancellationToken cancel = default)
    {
        var length = await CheckAsync(file, requireChecksum, cancel).ConfigureAwait(false);
        var pipe = new Pipe();
        var converting = FillAsync(file, length, pipe.Writer, cancel);
        try
        {
            await read(pipe.Reader.AsStream()).ConfigureAwait(false);
        }
        finally
        {
            await pipe.Reader.CompleteAsync().ConfigureAwait(false);
            await converting.ConfigureAwait(false);
        }
    }

    // Never fails: the reader of the pipe gets the failure.
    private static async Task FillAsync(Stream file, long length, PipeWriter pipe, CancellationToken cancel)
    {
        Exception? failure = null;
        try
        {
            await Task.Yield();
            using var converted = pipe.AsStream(leaveOpen: true);
            await new EtcdSnapshotReader(BoltReader.Open(file, length)).CopyAsync(converted, cancel).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            failure = error is OverflowException or EndOfStreamException or InvalidProtocolBufferException ? BoltReader.Bad(error.Message) : error;
        }

        await pipe.CompleteAsync(failure).ConfigureAwait(false);
    }

    private static async ValueTask<long> CheckAsync(Stream file, bool requireChecksum, CancellationToken cancel)
    {
        if (file.Length % SectorBytes != ChecksumBytes)
        {
            return requireChecksum
                ? throw new StoreException(StoreError.Damaged, "this etcd snapshot has no checksum, so it is cut short or a copy of a database in use; nothing was restored")
                : file.Length;
        }

        var length = file.Length - ChecksumBytes;
        file.Position = 0;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[128 << 10];
        for (var left = length; left > 0;)
        {
            var count = await file.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), cancel).ConfigureAwait(false);
            if (count == 0) throw BoltReader.Bad("it became shorter while it was read");
            hash.AppendData(buffer, 0, count);
            left -= count;
        }

        var stored = new byte[ChecksumBytes];
        await file.ReadExactlyAsync(stored, cancel).ConfigureAwait(false);
        return hash.GetHashAndReset().AsSpan().SequenceEqual(stored) ? length : throw BoltReader.Bad("its checksum is wrong");
    }

    private static async ValueTask WriteMetaAsync(BoltWriter writer, long revision, long compacted, CancellationToken cancel)
    {
        writer.Begin("meta");
        await writer.AddAsync(Name(ConsistentIndex), BigEndian(revision), cancel).ConfigureAwait(false);
        if (compacted > 0)
        {
            await writer.AddAsync(Name(FinishedCompaction), RevisionKey(compacted, 0, isDeletion: false), cancel).ConfigureAwait(false);
            await writer.AddAsync(Name(ScheduledCompaction), RevisionKey(compacted, 0, isDeletion: false), cancel).ConfigureAwait(false);
        }

        await writer.AddAsync(Name(Term), BigEndian((long)Server.ApiContext.Term), cancel).ConfigureAwait(false);
        await writer.EndAsync(cancel).ConfigureAwait(false);
    }

    private static byte[] Value(byte[] key, in KeyVersion version, ReadOnlyMemory<byte> value)
    {
        var item = new KeyValue { Key = EtcdMapping.ToWire(key) };
        if (version.IsDeletion) return item.ToByteArray();
        item.Value = EtcdMapping.ToWire(value);
        item.CreateRevision = version.Create;
        item.ModRevision = version.Revision;
        item.Version = version.Version;
        item.Lease = version.Lease;
        return item.ToByteArray();
    }

    // A key of the bucket "key": revision, underscore, place within the revision, and a mark where it is a deletion.
    private static byte[] RevisionKey(long revision, int place, bool isDeletion)
    {
        var key = new byte[RevisionBytes + (isDeletion ? 1 : 0)];
        BinaryPrimitives.WriteInt64BigEndian(key, revision);
        key[8] = (byte)'_';
        BinaryPrimitives.WriteInt64BigEndian(key.AsSpan(9), place);
        if (isDeletion) key[RevisionBytes] = (byte)'t';
        return key;
    }

    private static byte[] BigEndian(long number)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        return bytes;
    }

    private static byte[] Name(string text) => System.Text.Encoding.ASCII.GetBytes(text);
}
