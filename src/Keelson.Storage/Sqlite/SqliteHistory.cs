using Keelson.Storage.Mvcc;
using Keelson.Storage.Watching;

namespace Keelson.Storage.Sqlite;

/// <summary>Older changes, read from the database for watchers that fell out of the log in memory or come from before it.</summary>
internal sealed class SqliteHistory(ReadPool readers, FaultState fault, Func<StoreState> current) : IChangeHistory
{
    /// <summary>A page ends with the revision that makes it look at so many rows, whether they are of interest or not.</summary>
    private const int RowsAPage = 5_000;

    public HistoryPage Read(long fromRevision, long toRevision, KeyRange keys, bool withPrevious, CancellationToken cancel)
    {
        using var lease = readers.Take(cancel);
        lease.Session.Begin();
        var page = new Page(keys, withPrevious, lease.Session, fault, current());
        var rows = lease.Session.History;
        try
        {
            rows.Bind(1, VersionId.FirstOf(fromRevision).Packed);
            rows.Bind(2, VersionId.LastOf(toRevision).Packed);
            while (rows.Step())
            {
                var id = new VersionId(rows.Integer(0));
                if (page.IsFull && id.Revision != page.Last) return new HistoryPage(page.Changes, page.Last);
                page.Add(id, rows);
            }

            return new HistoryPage(page.Changes, toRevision);
        }
        catch (SqliteFailure failure)
        {
            throw fault.Translate(failure);
        }
        finally
        {
            rows.Reset();
        }
    }

    private sealed class Page(KeyRange keys, bool withPrevious, ReadSession session, FaultState fault, StoreState state)
    {
        private int _rows;
        private long _bytes;

        public List<Change> Changes { get; } = [];

        public long Last { get; private set; }

        public bool IsFull => _rows >= RowsAPage || Changes.Count >= Watcher.BatchChanges || _bytes >= Watcher.BatchBytes;

        public void Add(VersionId id, Statement row)
        {
            _rows++;
            Last = id.Revision;
            if (!keys.Contains(row.Bytes(5))) return;
            var key = row.Bytes(5).ToArray();
            var version = new KeyVersion(id, row.Integer(2), row.Integer(3), row.Integer(4), null);
            var value = row.Bytes(6);
            if (row.IsNull(6) != version.IsDeletion || !RowChecksum.Matches(row.Integer(1), version, key, value))
            {
                throw fault.Raise($"a version written at revision {id.Revision} fails its checksum");
            }

            _bytes += key.Length + value.Length;
            Changes.Add(new Change(version.IsDeletion, version.ToItem(key, value.ToArray()), withPrevious ? Previous(key, id) : null));
        }

        private StoredItem? Previous(byte[] key, VersionId id)
        {
            var entry = state.Keys.Find(key);
            if (entry is null || !entry.TryAt(id.Revision - 1, out var version)) return null;
            return session.Versions.Find(key, version);
        }
    }
}
