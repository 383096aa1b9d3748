using System.Collections.Concurrent;
using Keelson.Storage.Mvcc;

namespace Keelson.Storage.Sqlite;

/// <summary>The reading side of the database: a few connections that readers take turns at. They never hold the writer up.</summary>
internal sealed class ReadPool(string path, FaultState fault, int maxConnections, int cachePages) : IAsyncDisposable
{
    private readonly ConcurrentBag<ReadSession> _idle = [];
    private readonly SemaphoreSlim _free = new(maxConnections, maxConnections);
    private volatile bool _closed;

    /// <summary>Takes a connection; waits where all are in use.</summary>
    public async ValueTask<Lease> TakeAsync(CancellationToken cancel)
    {
        await _free.WaitAsync(cancel).ConfigureAwait(false);
        return Take();
    }

    /// <summary>The same for a caller that cannot wait without blocking, and for no longer than one read takes.</summary>
    public Lease Take(CancellationToken cancel)
    {
        _free.Wait(cancel);
        return Take();
    }

    public async ValueTask DisposeAsync()
    {
        _closed = true;
        for (var i = 0; i < maxConnections; i++) await _free.WaitAsync().ConfigureAwait(false);
        while (_idle.TryTake(out var session)) session.Dispose();

        // Whoever comes too late is let in, and told so.
        _free.Release(maxConnections);
    }

    private Lease Take()
    {
        try
        {
            if (_closed) throw StoreErrors.Closed();
            if (_idle.TryTake(out var session)) return new Lease(this, session);
            var connection = Connection.Open(path, write: false);
            Schema.ConfigureReader(connection, cachePages);
            return new Lease(this, new ReadSession(connection, fault));
        }
        catch (Exception exception)
        {
            _free.Release();
            if (exception is SqliteFailure failure) throw fault.Translate(failure);
            throw;
        }
    }

    /// <summary>The use of a connection until it is disposed.</summary>
    public readonly struct Lease(ReadPool pool, ReadSession session) : IDisposable
    {
        public ReadSession Session => session;

        public void Dispose()
        {
            if (session.TryEnd()) pool._idle.Add(session);
            pool._free.Release();
        }
    }
}
