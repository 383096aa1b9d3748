using Keelson.Storage.Mvcc;

namespace Keelson.Storage.Sqlite;

public sealed partial class SqliteStore
{
    private const string EngineName = "sqlite";

    /// <summary>Memory for pages: 8 MiB for the writer, 1 MiB for each reader.</summary>
    private const int CachePagesOfWriter = (8 << 20) / Schema.PageBytes;
    private const int CachePagesOfReader = (1 << 20) / Schema.PageBytes;

    private static readonly TimeSpan ExpiryRetry = TimeSpan.FromSeconds(1);

    /// <summary>Opens the store in a directory, and creates it where there is none.</summary>
    /// <remarks>
    /// A store that finds itself damaged opens all the same, if it can be read at all: it refuses writes,
    /// serves what verifies, and says in its status what it found.
    /// </remarks>
    public static async ValueTask<SqliteStore> OpenAsync(
        string dataDirectory, TimeProvider time, SqliteStoreOptions? options = null, CancellationToken cancel = default)
    {
        options ??= new SqliteStoreOptions();
        var opened = await Task.Run(() => Open(dataDirectory, options, cancel), cancel).ConfigureAwait(false);
        var store = new SqliteStore(opened, time, options);
        store.Start(options);
        return store;
    }

    private void Start(SqliteStoreOptions options)
    {
        // Every lease has its whole time again: while nothing ran, nobody could keep it alive.
        foreach (var lease in _hub.State.Leases.All) _deadlines.Start(lease.Id, lease.TimeToLive);
        _compactor.Begin();
        _writer.Start();
        if (options.CompactsItself) _automatic.Start();
    }

    private static Opened Open(string dataDirectory, SqliteStoreOptions options, CancellationToken cancel)
    {
        var directory = DataDirectory.Take(dataDirectory);
        AcknowledgedMark? mark = null;
        Connection? connection = null;
        try
        {
            File.Delete(directory.Partial);
            var fault = new FaultState(directory.Path);
            mark = OpenMark(directory);
            var acknowledged = mark.Read();
            var wasInterrupted = DataDirectory.Size(directory.Log) > 0;
            if (wasInterrupted && LogInspection.FindDamage(directory.Log) is { } damage) fault.Raise(damage);

            DataDirectory.Create(directory.Database);
            connection = Connection.Open(directory.Database, write: true);
            Schema.ConfigureWriter(connection, CachePagesOfWriter);
            Schema.CreateOrCheck(connection, directory.Database);
            if (wasInterrupted && DataDirectory.Size(directory.Database) <= options.MaxCheckedBytes) Loader.Check(connection, fault);
            var state = Loader.Load(connection, fault, cancel);
            if (state.Revision < acknowledged)
            {
                fault.Raise($"revision {acknowledged} was acknowledged, and the newest one there is {state.Revision}");
                state = state with { Revision = acknowledged };
            }

            return new Opened(directory, fault, mark, new WriteSession(connection, fault), state);
        }
        catch (Exception exception)
        {
            connection?.Dispose();
            mark?.Dispose();
            directory.Dispose();
            throw exception switch
            {
                SqliteFailure failure => new FaultState(directory.Path).Translate(failure),
                UnauthorizedAccessException or IOException => new StoreException(StoreError.Unavailable, $"the data directory {directory.Path} cannot be written: {exception.Message}", exception),
                _ => exception,
            };
        }
    }

    private static AcknowledgedMark OpenMark(DataDirectory directory)
    {
        try
        {
            return AcknowledgedMark.Open(directory.Mark);
        }
        catch (IOException exception)
        {
            throw new StoreException(StoreError.NoSpace, $"no space is left for the store in {directory.Path}: {exception.Message}", exception);
        }
    }

    private sealed record Opened(DataDirectory Directory, FaultState Fault, AcknowledgedMark Mark, WriteSession Session, StoreState State);
}
