using Keelson.Storage.Tests.Etcd;

namespace Keelson.EndToEnd.Store;

/// <summary>One served store for all tests of a class; each keeps to keys of its own.</summary>
public sealed class ServedStore : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("store");
    private KeelsonStore? _store;

    internal Etcdctl Etcdctl => new(_store!.Endpoint);

    public async ValueTask InitializeAsync()
    {
        if (EtcdProcess.Find("etcdctl") is not null) _store = await KeelsonStore.ServeAsync(_folder.FullName);
    }

    public async ValueTask DisposeAsync()
    {
        if (_store is not null) await _store.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
