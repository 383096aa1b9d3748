using Keelson.Storage.Etcd;
using Keelson.Storage.Tests.Contract;

namespace Keelson.Storage.Tests.Etcd;

/// <summary>The contract against a real etcd.</summary>
public sealed class EtcdStoreContract(EtcdStoreContract.Server server) : StoreContract, IClassFixture<EtcdStoreContract.Server>
{
    // The version of Debian 12 forgets them.
    protected override bool KeepsDeletionsOfCompactedRevision => false;

    protected override ValueTask<IStore> CreateAsync()
    {
        Assert.SkipUnless(server.Etcd is not null, EtcdProcess.Missing);
        return new(new EtcdStore(server.Etcd!.StoreOptions()));
    }

    protected override async ValueTask PassTimeAsync(TimeSpan time) => await Task.Delay(time, TimeProvider.System, Deadline);

    protected override async ValueTask<IStore?> RestoreAsync(Stream snapshot) => await EtcdSnapshots.RestoreAsync(snapshot);

    /// <summary>One etcd for all tests of the contract.</summary>
    public sealed class Server : IAsyncLifetime
    {
        public EtcdProcess? Etcd { get; private set; }

        public async ValueTask InitializeAsync()
        {
            if (EtcdProcess.IsInstalled) Etcd = await EtcdProcess.StartAsync(["--experimental-watch-progress-notify-interval", "100ms"]);
        }

        public async ValueTask DisposeAsync()
        {
            if (Etcd is not null) await Etcd.DisposeAsync();
        }
    }
}
