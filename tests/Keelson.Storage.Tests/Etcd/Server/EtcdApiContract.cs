using Keelson.Storage.Etcd;
using Keelson.Storage.Memory;
using Keelson.Storage.Tests.Contract;

namespace Keelson.Storage.Tests.Etcd.Server;

/// <summary>The contract through both ends of the API: what comes out of the client is what the store behind the server said.</summary>
public sealed class EtcdApiContract : StoreContract
{
    private readonly TurnedClock _clock = new();
    private MemoryStore? _store;
    private ApiServer? _server;

    protected override async ValueTask<IStore> CreateAsync()
    {
        _store = new MemoryStore(_clock);
        _server = await ApiServer.StartAsync(_store, _clock, options => options with { ProgressInterval = TimeSpan.FromMilliseconds(100) });
        return new EtcdStore(_server.StoreOptions());
    }

    protected override ValueTask PassTimeAsync(TimeSpan time)
    {
        _clock.Turn(time);
        return default;
    }

    protected override async ValueTask<IStore?> RestoreAsync(Stream snapshot) => await EtcdSnapshots.RestoreAsync(snapshot);

    protected override async ValueTask CleanUpAsync()
    {
        await _server!.DisposeAsync();
        await _store!.DisposeAsync();
    }
}
