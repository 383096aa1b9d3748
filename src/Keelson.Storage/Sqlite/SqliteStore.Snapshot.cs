using Keelson.Storage.Mvcc;
using Keelson.Storage.Snapshots;

namespace Keelson.Storage.Sqlite;

public sealed partial class SqliteStore
{
    /// <summary>So much is read before it is written to the destination, with no hold on the database in between.</summary>
    private const int SnapshotRows = 1_000;
    private const int SnapshotBytes = 1 << 20;

    /// <inheritdoc/>
    /// <remarks>
    /// The copy is of the moment of the call, however long it takes to write. A destination that takes more
    /// than ten minutes may find that a compaction went ahead without it; the snapshot then fails.
    /// </remarks>
    public async ValueTask SnapshotAsync(Stream destination, CancellationToken cancel = default)
    {
        CheckOpen(cancel);
        _compactor.Pause();
        try
        {
            var state = _hub.State;
            using var writer = new SnapshotWriter(destination);
            await writer.BeginAsync(state.Revision, state.Compacted, cancel).ConfigureAwait(false);
            foreach (var lease in state.Leases.All) await writer.LeaseAsync(lease.Id, lease.TimeToLive, cancel).ConfigureAwait(false);

            long written = 0;
            for (VersionId? next = VersionId.FirstOf(0); next is { } from;)
            {
                (var rows, next) = await ReadAsync(state, from, cancel).ConfigureAwait(false);
                foreach (var (key, version, value) in rows) await writer.VersionAsync(key, version, value, cancel).ConfigureAwait(false);
                written += rows.Count;
            }

            if (written != state.Keys.Versions)
            {
                throw _hub.State.Compacted > state.Compacted
                    ? new StoreException(StoreError.Unavailable, "the snapshot took so long that a compaction went ahead without it; write it to something faster")
                    : _fault.Raise($"{state.Keys.Versions} versions should be there, and {written} are");
            }

            await writer.EndAsync(cancel).ConfigureAwait(false);
        }
        finally
        {
            _compactor.Resume();
            _writer.Nudge();
        }
    }

    /// <summary>Makes a store from a snapshot, in a directory where there is none. Open it afterwards.</summary>
    /// <param name="revisionBump">
    /// How far above the snapshot the store goes on. Zero where nobody saw anything later than the snapshot;
    /// else more than was written since it was taken, so that no revision that somebody has seen comes again.
    /// </param>
    public static async ValueTask RestoreAsync(Stream snapshot, string dataDirectory, long revisionBump = 0, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(revisionBump);
        using var directory = DataDirectory.Take(dataDirectory);
        if (!directory.IsEmpty()) throw StoreErrors.Invalid($"the directory {directory.Path} is not empty; a snapshot is restored into an empty one");
        File.Delete(directory.Partial);
        try
        {
            await FillAsync(snapshot, directory, revisionBump, cancel).ConfigureAwait(false);
            File.Move(directory.Partial, directory.Database);
            Seal(directory);
        }
        catch (SqliteFailure failure)
        {
            throw failure.ToStoreException(directory.Path);
        }
        finally
        {
            File.Delete(directory.Partial);
        }
    }

    private static async ValueTask FillAsync(Stream snapshot, DataDirectory directory, long revisionBump, CancellationToken cancel)
    {
        using var reader = new SnapshotReader(snapshot);
        await reader.BeginAsync(cancel).ConfigureAwait(false);
        if (revisionBump >= VersionId.MaxRevision - reader.Revision) throw StoreErrors.Invalid("the revision would be beyond the last one that there is");
        var revision = reader.Revision + revisionBump;
        var compacted = revisionBump > 0 ? revision : reader.Compacted;

        DataDirectory.Create(directory.Partial);
        using var connection = Connection.Open(directory.Partial, write: true);
        Schema.ConfigureRestore(connection);
        Schema.CreateOrCheck(connection, directory.Partial);
        using var session = new WriteSession(connection, new FaultState(directory.Path));
        session.SetFact(Schema.Revision, revision);
        session.SetFact(Schema.Compacted, compacted);
        var leases = LeaseBook.Empty;
        StateBuilder? builder = null;
        while (await reader.NextAsync(cancel).ConfigureAwait(false) is var kind && kind != SnapshotFormat.EndKind)
        {
            if (kind == SnapshotFormat.LeaseKind)
            {
                if (builder is not null || leases.Find(reader.Lease.Id) is not null) throw SnapshotState.Contradiction("its leases are out of place");
                leases = leases.Grant(reader.Lease.Id, reader.Lease.TimeToLive);
                session.InsertLease(reader.Lease.Id, reader.Lease.TimeToLive);
                continue;
            }

            builder ??= new StateBuilder(reader.Compacted, leases, keepItems: false);
            builder.Add(reader.Version.Key, reader.Version.Version);
            if (builder.Problems.Count > 0) throw SnapshotState.Contradiction(builder.Problems[0]);
            session.InsertVersion(reader.Version.Key, reader.Version.Version, reader.Value.Span);
        }

        builder?.Build(reader.Revision);
        if (builder?.Problems.Count > 0) throw SnapshotState.Contradiction(builder.Problems[0]);
        session.Commit();
    }

    // A first commit in the file's final place: SQLite then syncs the directory as well.
    private static void Seal(DataDirectory directory)
    {
        using var connection = Connection.Open(directory.Database, write: true);
        Schema.ConfigureWriter(connection, CachePagesOfWriter);
        using var session = new WriteSession(connection, new FaultState(directory.Path));
        session.SetFact(Schema.Restored, 1);
        session.Commit();
    }

    private async ValueTask<(List<(byte[] Key, KeyVersion Version, byte[] Value)> Rows, VersionId? Next)> ReadAsync(
        StoreState state, VersionId from, CancellationToken cancel)
    {
        var found = new List<(byte[] Key, KeyVersion Version, byte[] Value)>();
        using var lease = await _readers.TakeAsync(cancel).ConfigureAwait(false);
        var rows = lease.Session.History;
        try
        {
            rows.Bind(1, from.Packed);
            rows.Bind(2, VersionId.LastOf(state.Revision).Packed);
            var (looked, bytes) = (0, 0);
            while (rows.Step())
            {
                var version = new KeyVersion(new VersionId(rows.Integer(0)), rows.Integer(2), rows.Integer(3), rows.Integer(4), null);
                if (looked++ >= SnapshotRows || bytes >= SnapshotBytes) return (found, version.Id);

                // Rows that compaction has not removed yet are no part of the store any more.
                if (state.Keys.Find(rows.Bytes(5))?.Has(version.Id) != true) continue;
                var (key, value) = (rows.Bytes(5).ToArray(), rows.Bytes(6).ToArray());
                if (!RowChecksum.Matches(rows.Integer(1), version, key, value)) throw _fault.Raise($"a version written at revision {version.Revision} fails its checksum");
                bytes += key.Length + value.Length;
                found.Add((key, version, value));
            }

            return (found, null);
        }
        catch (SqliteFailure failure)
        {
            throw _fault.Translate(failure);
        }
        finally
        {
            rows.Reset();
        }
    }
}
