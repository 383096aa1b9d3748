using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Control.Tests.Cluster;

namespace Keelson.Control.Tests.Controllers.Protection;

public sealed class VolumeProtectionTests
{
    [Fact]
    public async Task A_volume_that_is_deleted_stays_as_long_as_it_is_bound()
    {
        await using var cluster = await ControlCluster.StartAsync("persistentvolume-protection-controller");
        await cluster.CreateAsync(new PersistentVolume
        {
            Metadata = new ObjectMeta { Name = "disk" },
            Spec = new PersistentVolumeSpec
            {
                AccessModes = ["ReadWriteOnce"],
                Capacity = ApiMap<Quantity>.From(("storage", Quantity.Parse("1Gi"))),
                PersistentVolumeSource = new PersistentVolumeSource { HostPath = new HostPathVolumeSource { Path = "/data" } },
            },
        });
        await cluster.WaitForAsync(() => Volume()?.Metadata.Finalizers.Contains("kubernetes.io/pv-protection") == true);
        await SetAsync(PersistentVolumePhase.Bound);
        await cluster.Client.Resource<PersistentVolume>().DeleteAsync("disk");
        await cluster.WaitForAsync(() => Volume() is { Metadata.DeletionTimestamp: not null, Status.Phase: PersistentVolumePhase.Bound });
        await SetAsync(PersistentVolumePhase.Released);
        await cluster.WaitForAsync(() => Volume() is null);
        Assert.Null(await cluster.Client.Resource<PersistentVolume>().FindAsync("disk"));

        PersistentVolume? Volume() => cluster.Find<PersistentVolume>("disk");

        async Task SetAsync(string phase)
        {
            var volume = await cluster.Client.Resource<PersistentVolume>().GetAsync("disk");
            await cluster.Client.Resource<PersistentVolume>().UpdateStatusAsync(volume with { Status = volume.Status with { Phase = phase } });
        }
    }
}
