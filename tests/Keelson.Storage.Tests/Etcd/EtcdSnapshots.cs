using Keelson.Storage.Etcd.Bolt;
using Keelson.Storage.Memory;

namespace Keelson.Storage.Tests.Etcd;

/// <summary>Brings an etcd snapshot into an engine of our own.</summary>
internal static class EtcdSnapshots
{
    public static async ValueTask<MemoryStore> RestoreAsync(Stream snapshot)
    {
        MemoryStore? store = null;
        await EtcdSnapshot.ReadAsync(snapshot, requireChecksum: true, async stream => store = await MemoryStore.RestoreAsync(stream, TimeProvider.System));
        return store!;
    }
}
