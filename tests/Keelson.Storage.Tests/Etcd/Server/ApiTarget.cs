using Google.Protobuf;
using Keelson.Rpc.Client;
using Keelson.Storage.Memory;
using Wire = Keelson.Storage.Etcd.Protos;

namespace Keelson.Storage.Tests.Etcd.Server;

/// <summary>The API, from a real etcd or from ours: a test that passes on both tests what it means to.</summary>
internal sealed class ApiTarget : IAsyncDisposable
{
    private readonly EtcdProcess? _etcd;
    private readonly MemoryStore? _store;
    private readonly ApiServer? _server;

    private ApiTarget(EtcdProcess? etcd, MemoryStore? store, ApiServer? server)
    {
        (_etcd, _store, _server) = (etcd, store, server);
        Channel = new(new() { Endpoints = [etcd?.Endpoint ?? server!.Address], Time = TimeProvider.System, Random = new Random(1), MaxReceiveBytes = 64 << 20 });
    }

    public RpcChannel Channel { get; }

    public static async Task<ApiTarget> StartAsync(bool real)
    {
        if (real)
        {
            Assert.SkipUnless(EtcdProcess.IsInstalled, EtcdProcess.Missing);
            return new(await EtcdProcess.StartAsync(["--experimental-watch-progress-notify-interval", "100ms"]), null, null);
        }

        var store = new MemoryStore(TimeProvider.System);
        return new(null, store, await ApiServer.StartAsync(store, TimeProvider.System, options => options with { ProgressInterval = TimeSpan.FromMilliseconds(100) }));
    }

    public static ByteString Bytes(string text) => ByteString.CopyFromUtf8(text);

    public async Task<long> PutAsync(string key, string value, long lease = 0)
    {
        var response = await Channel.CallAsync(Storage.Etcd.EtcdMethods.Put, new Wire.PutRequest { Key = Bytes(key), Value = Bytes(value), Lease = lease });
        return response.Header.Revision;
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        if (_server is not null) await _server.DisposeAsync();
        if (_store is not null) await _store.DisposeAsync();
        if (_etcd is not null) await _etcd.DisposeAsync();
    }
}
