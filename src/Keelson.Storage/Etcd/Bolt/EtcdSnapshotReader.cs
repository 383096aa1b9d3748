using System.Buffers.Binary;
using System.Text;
using Keelson.Storage.Etcd.Protos;
using Keelson.Storage.Mvcc;
using Keelson.Storage.Snapshots;

namespace Keelson.Storage.Etcd.Bolt;

/// <summary>Tells the content of an etcd database as a snapshot of ours.</summary>
internal sealed class EtcdSnapshotReader(BoltReader database)
{
    private const int RevisionBytes = 17;

    // What of each key is left at the compacted revision. etcd removes the rest in the background, so some of it may be there.
    private readonly Dictionary<byte[], VersionId> _newestBeforeCompaction = new(KeyOrder.Instance);

    public async ValueTask CopyAsync(Stream destination, CancellationToken cancel)
    {
        var compacted = ReadCompacted();
        var revision = Math.Max(StoreState.FirstRevision, Math.Max(compacted, Survey(compacted)));
        using var writer = new SnapshotWriter(destination);
        await writer.BeginAsync(revision, compacted, cancel).ConfigureAwait(false);
        foreach (var (_, value) in database.Read("lease"))
        {
            var lease = Protos.Lease.Parser.ParseFrom(value.Span);
            if (lease.ID <= 0 || lease.TTL <= 0) throw BoltReader.Bad("a lease makes no sense");
            var seconds = Math.Min(lease.TTL, (long)StoreLimits.MaxTimeToLive.TotalSeconds);
            await writer.LeaseAsync(lease.ID, TimeSpan.FromSeconds(seconds), cancel).ConfigureAwait(false);
        }

        foreach (var (key, value) in database.Read("key"))
        {
            var (id, isDeletion) = ReadRevision(key.Span);
            var item = KeyValue.Parser.ParseFrom(value.Span);
            if (id.Revision <= compacted && !IsLeft(item.Key.ToByteArray(), id, isDeletion, compacted)) continue;
            if (!isDeletion && item.ModRevision != id.Revision) throw BoltReader.Bad($"the version of revision {id.Revision} says that it is of revision {item.ModRevision}");
            var version = isDeletion ? new KeyVersion(id, 0, 0, 0, null) : new KeyVersion(id, item.CreateRevision, item.Version, item.Lease, null);
            await writer.VersionAsync(item.Key.ToByteArray(), version, item.Value.Span, cancel).ConfigureAwait(false);
        }

        await writer.EndAsync(cancel).ConfigureAwait(false);
    }

    // The newest revision there is.
    private long Survey(long compacted)
    {
        long newest = 0;
        foreach (var (key, value) in database.Read("key"))
        {
            var (id, _) = ReadRevision(key.Span);
            newest = Math.Max(newest, id.Revision);
            if (id.Revision <= compacted) _newestBeforeCompaction[KeyValue.Parser.ParseFrom(value.Span).Key.ToByteArray()] = id;
        }

        return newest;
    }

    private bool IsLeft(byte[] key, VersionId id, bool isDeletion, long compacted) =>
        _newestBeforeCompaction[key] == id && (!isDeletion || id.Revision == compacted);

    private long ReadCompacted()
    {
        long compacted = 0;
        foreach (var (key, value) in database.Read("meta"))
        {
            if (Encoding.ASCII.GetString(key.Span) is not ("scheduledCompactRev" or "finishedCompactRev")) continue;
            if (value.Length < sizeof(long)) throw BoltReader.Bad("its compacted revision makes no sense");
            compacted = Math.Max(compacted, BinaryPrimitives.ReadInt64BigEndian(value.Span));
        }

        return compacted;
    }

    private static (VersionId Id, bool IsDeletion) ReadRevision(ReadOnlySpan<byte> key)
    {
        var isDeletion = key.Length == RevisionBytes + 1 && key[RevisionBytes] == 't';
        if (key.Length != RevisionBytes && !isDeletion) throw BoltReader.Bad("a revision is malformed");
        var revision = BinaryPrimitives.ReadInt64BigEndian(key);
        var place = BinaryPrimitives.ReadInt64BigEndian(key[9..]);
        if (revision is <= 0 or >= VersionId.MaxRevision || place is < 0 or >= VersionId.MaxOrdinals) throw BoltReader.Bad($"the revision {revision}.{place} is out of bounds");
        return (new(revision, (int)place), isDeletion);
    }
}
