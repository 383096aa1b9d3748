using System.Text;
using Keelson.Storage.Mvcc;

namespace Keelson.Storage.Sqlite;

/// <summary>The writing side of the database: one connection, and every statement that changes anything.</summary>
internal sealed class WriteSession : IItemSource, IDisposable
{
    private readonly Statement _begin;
    private readonly Statement _commit;
    private readonly Statement _rollback;
    private readonly Statement _insertVersion;
    private readonly Statement _deleteVersion;
    private readonly Statement _insertLease;
    private readonly Statement _deleteLease;
    private readonly Statement _setFact;
    private readonly VersionReader _reader;
    private ChangeLog _log = ChangeLog.Empty;

    public WriteSession(Connection connection, FaultState fault)
    {
        Connection = connection;
        _begin = connection.Prepare("BEGIN IMMEDIATE");
        _commit = connection.Prepare("COMMIT");
        _rollback = connection.Prepare("ROLLBACK");
        _insertVersion = connection.Prepare("INSERT INTO versions (id, checksums, created, version, lease, key, value) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
        _deleteVersion = connection.Prepare("DELETE FROM versions WHERE id = ?1");
        _insertLease = connection.Prepare("INSERT INTO leases (id, ticks, checksum) VALUES (?1, ?2, ?3)");
        _deleteLease = connection.Prepare("DELETE FROM leases WHERE id = ?1");
        _setFact = connection.Prepare("INSERT OR REPLACE INTO facts (name, value, checksum) VALUES (CAST(?1 AS TEXT), ?2, ?3)");
        _reader = new VersionReader(connection, fault);
    }

    public Connection Connection { get; }

    /// <summary>Whether anything was written since the last commit.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Runs a change against a state, and writes down what it changed.</summary>
    public (StoreState Next, T Result) Run<T>(StoreState state, Func<TransactionRun, T> change)
    {
        _log = state.Log;
        var run = new TransactionRun(state, this, keepItems: false);
        var result = change(run);
        var next = run.Finish();
        for (var ordinal = 0; ordinal < run.Changes.Count; ordinal++)
        {
            var (key, item) = (run.Changes[ordinal].Key, run.Changes[ordinal].Change.Item);
            var id = new VersionId(next.Revision, ordinal);
            InsertVersion(key, new KeyVersion(id, item.CreateRevision, item.Version, item.Lease, null), item.Value.Span);
        }

        return (next, result);
    }

    public void InsertVersion(byte[] key, in KeyVersion version, ReadOnlySpan<byte> value)
    {
        Begin();
        _insertVersion.Bind(1, version.Id.Packed);
        _insertVersion.Bind(2, RowChecksum.OfVersion(version, key, value));
        _insertVersion.Bind(3, version.Create);
        _insertVersion.Bind(4, version.Version);
        _insertVersion.Bind(5, version.Lease);
        _insertVersion.Bind(6, key);
        if (version.IsDeletion) _insertVersion.BindNull(7);
        else _insertVersion.Bind(7, value);
        _insertVersion.Run();
    }

    public void DeleteVersion(long id)
    {
        Begin();
        _deleteVersion.Bind(1, id);
        _deleteVersion.Run();
    }

    public void InsertLease(long id, TimeSpan timeToLive)
    {
        Begin();
        _insertLease.Bind(1, id);
        _insertLease.Bind(2, timeToLive.Ticks);
        _insertLease.Bind(3, RowChecksum.OfLease(id, timeToLive.Ticks));
        _insertLease.Run();
    }

    public void DeleteLease(long id)
    {
        Begin();
        _deleteLease.Bind(1, id);
        _deleteLease.Run();
    }

    public void SetFact(string name, long value)
    {
        Begin();
        var bytes = Encoding.UTF8.GetBytes(name);
        _setFact.Bind(1, bytes);
        _setFact.Bind(2, value);
        _setFact.Bind(3, RowChecksum.OfFact(bytes, value));
        _setFact.Run();
    }

    public void Begin()
    {
        if (HasBegun) return;
        _begin.Run();
        HasBegun = true;
    }

    /// <summary>Puts what was written on disk; when this returns, it is there.</summary>
    public void Commit()
    {
        if (!HasBegun) return;
        _commit.Run();
        HasBegun = false;
    }

    public void Rollback()
    {
        HasBegun = false;
        if (Connection.IsInTransaction) _rollback.Run();
    }

    public StoredItem Load(byte[] key, in KeyVersion version) => _log.Find(version.Id)?.Change.Item ?? _reader.Load(key, version);

    public bool TryLoad(byte[] key, in KeyVersion version, out StoredItem? item)
    {
        item = Load(key, version);
        return true;
    }

    public void Dispose() => Connection.Dispose();
}
