using Keelson.Storage.Mvcc;
using Keelson.Storage.Watching;

namespace Keelson.Storage.Sqlite;

/// <summary>
/// Reads of the store. Which version of which key is asked of the state in memory, and its value fetched from the
/// log in memory or from its row.
/// </summary>
/// <remarks>
/// A row can go between looking at the state and fetching it, when a compaction began in between; that is
/// the only reason, so where none began a missing row is damage, and where one did the read starts again.
/// </remarks>
internal sealed class SqliteReader(ReadPool readers, FaultState fault) : IItemSource
{
    private WatchHub _hub = null!;

    private StoreState Current => _hub.State;

    public void Attach(WatchHub hub) => _hub = hub;

    public async ValueTask<StoredItem?> GetAsync(ReadOnlyMemory<byte> key, long revision, CancellationToken cancel)
    {
        while (true)
        {
            var state = Current;
            var at = state.Resolve(revision);
            if (state.Keys.Find(key.Span) is not { } entry || !entry.TryAt(at, out var version)) return null;
            if (state.Log.Find(version.Id) is { } change) return change.Change.Item;
            using var lease = await readers.TakeAsync(cancel).ConfigureAwait(false);
            if (lease.Session.Versions.Find(entry.Key, version) is { } item) return item;
            if (Current.Compacted == state.Compacted) throw Missing(version);
        }
    }

    public async ValueTask<RangeResult> RangeAsync(RangeRequest request, CancellationToken cancel)
    {
        if (request.KeysOnly || request.CountOnly) return Current.Read(request, this);
        while (true)
        {
            var state = Current;
            using var lease = await readers.TakeAsync(cancel).ConfigureAwait(false);
            lease.Session.Begin();
            if (Current.Compacted != state.Compacted) continue;
            return state.Read(request, new Picture(lease.Session, state));
        }
    }

    // For watchers' previous versions.
    public StoredItem Load(byte[] key, in KeyVersion version) => TryLoad(key, version, out var item) ? item! : throw Missing(version);

    public bool TryLoad(byte[] key, in KeyVersion version, out StoredItem? item)
    {
        item = Current.Log.Find(version.Id)?.Change.Item;
        if (item is not null) return true;
        using var lease = readers.Take(CancellationToken.None);
        item = lease.Session.Versions.Find(key, version);
        return item is not null;
    }

    private StoreException Missing(in KeyVersion version) => fault.Raise($"the version written at revision {version.Revision} is missing");

    /// <summary>One moment of the database, at which every row of the state is there.</summary>
    private sealed class Picture(ReadSession session, StoreState state) : IItemSource
    {
        public StoredItem Load(byte[] key, in KeyVersion version) =>
            state.Log.Find(version.Id)?.Change.Item ?? session.Versions.Load(key, version);

        public bool TryLoad(byte[] key, in KeyVersion version, out StoredItem? item)
        {
            item = Load(key, version);
            return true;
        }
    }
}
