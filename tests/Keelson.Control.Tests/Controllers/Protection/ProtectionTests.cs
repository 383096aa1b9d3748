using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Control.Tests.Cluster;

namespace Keelson.Control.Tests.Controllers.Protection;

public sealed class ProtectionTests
{
    [Fact]
    public async Task A_claim_that_is_deleted_stays_until_no_pod_uses_it()
    {
        await using var cluster = await ControlCluster.StartAsync("persistentvolumeclaim-protection-controller");
        await cluster.CreateAsync(new PersistentVolumeClaim
        {
            Metadata = new ObjectMeta { Name = "data", Namespace = "default" },
            Spec = new PersistentVolumeClaimSpec { AccessModes = ["ReadWriteOnce"], Resources = new VolumeResourceRequirements { Requests = ApiMap<Quantity>.From(("storage", Quantity.Parse("1Gi"))) } },
        });
        await cluster.WaitForAsync(() => cluster.Find<PersistentVolumeClaim>("data")?.Metadata.Finalizers.Contains("kubernetes.io/pvc-protection") == true);
        var template = ControlCluster.Template();
        var volume = new Volume { Name = "data", VolumeSource = new VolumeSource { PersistentVolumeClaim = new PersistentVolumeClaimVolumeSource { ClaimName = "data" } } };
        await cluster.CreateAsync(new Pod { Metadata = new ObjectMeta { Name = "user", Namespace = "default" }, Spec = template.Spec with { Volumes = [volume] } });
        await cluster.WaitForAsync(() => cluster.Find<Pod>("user")?.Status.Phase == PodPhase.Running);
        await cluster.Client.Resource<PersistentVolumeClaim>().In("default").DeleteAsync("data");
        await cluster.WaitForAsync(() => cluster.Find<PersistentVolumeClaim>("data")?.Metadata.DeletionTimestamp is not null);
        Assert.NotNull(await cluster.Client.Resource<PersistentVolumeClaim>().In("default").FindAsync("data"));
        await cluster.Client.Resource<Pod>().In("default").DeleteAsync("user");
        await cluster.WaitForAsync(() => cluster.Find<PersistentVolumeClaim>("data") is null && cluster.Find<Pod>("user") is null);
        Assert.Null(await cluster.Client.Resource<PersistentVolumeClaim>().In("default").FindAsync("data"));
    }
}
