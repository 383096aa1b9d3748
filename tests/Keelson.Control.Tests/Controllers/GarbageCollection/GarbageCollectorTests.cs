using Keelson.Api.Apps.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Control.Tests.Cluster;

namespace Keelson.Control.Tests.Controllers.GarbageCollection;

public sealed class GarbageCollectorTests
{
    [Fact]
    public async Task What_a_deployment_owns_goes_with_it()
    {
        await using var cluster = await StartAsync();
        await RunDeploymentAsync(cluster);
        await cluster.Client.Resource<Deployment>().In("default").DeleteAsync("web", new DeleteOptions { PropagationPolicy = DeletionPropagation.Background });
        await cluster.WaitForAsync(() => cluster.All<Deployment>().Count == 0 && cluster.All<ReplicaSet>().Count == 0 && cluster.All<Pod>().Count == 0);
    }

    [Fact]
    public async Task In_the_foreground_the_owner_goes_last()
    {
        await using var cluster = await StartAsync();
        await RunDeploymentAsync(cluster);
        var wasFirst = false;
        using var watch = cluster.Informers.For<Pod>().AddHandler(_ => wasFirst |= cluster.All<ReplicaSet>().Count == 0 && cluster.All<Pod>().Count > 0);
        await cluster.Client.Resource<Deployment>().In("default").DeleteAsync("web", new DeleteOptions { PropagationPolicy = DeletionPropagation.Foreground });
        await cluster.WaitForAsync(() => cluster.All<Deployment>().Count == 0);
        await cluster.WaitForAsync(() => cluster.All<ReplicaSet>().Count == 0 && cluster.All<Pod>().Count == 0);
        Assert.False(wasFirst);
    }

    [Fact]
    public async Task Orphans_stay_and_forget_their_owner()
    {
        await using var cluster = await StartAsync();
        await RunDeploymentAsync(cluster);
        await cluster.Client.Resource<Deployment>().In("default").DeleteAsync("web", new DeleteOptions { PropagationPolicy = DeletionPropagation.Orphan });
        await cluster.WaitForAsync(() => cluster.All<Deployment>().Count == 0);
        await cluster.WaitForAsync(() => cluster.All<ReplicaSet>() is [{ Metadata.OwnerReferences.IsEmpty: true }]);
        Assert.Equal(2, cluster.LivingPods.Count);
    }

    [Fact]
    public async Task An_object_whose_owner_never_was_is_collected_and_one_with_another_owner_only_forgets_it()
    {
        await using var cluster = await StartAsync();
        var there = await cluster.CreateAsync(new ConfigMap { Metadata = new ObjectMeta { Name = "there", Namespace = "default" } });
        var absent = new OwnerReference { ApiVersion = "v1", Kind = "ConfigMap", Name = "absent", Uid = "11111111-2222-3333-4444-555555555555" };
        var solid = new OwnerReference { ApiVersion = "v1", Kind = "ConfigMap", Name = "there", Uid = there.Metadata.Uid };
        await cluster.CreateAsync(new ConfigMap { Metadata = new ObjectMeta { Name = "lost", Namespace = "default", OwnerReferences = [absent] } });
        await cluster.CreateAsync(new ConfigMap { Metadata = new ObjectMeta { Name = "kept", Namespace = "default", OwnerReferences = [absent, solid] } });
        await cluster.WaitForAsync(() => cluster.Find<ConfigMap>("lost") is null && cluster.Find<ConfigMap>("kept")?.Metadata.OwnerReferences.Count == 1);
        Assert.Equal(there.Metadata.Uid, cluster.Find<ConfigMap>("kept")!.Metadata.OwnerReferences[0].Uid);
        await cluster.Client.Resource<ConfigMap>().In("default").DeleteAsync("there");
        await cluster.WaitForAsync(() => cluster.Find<ConfigMap>("kept") is null);
    }

    private static Task<ControlCluster> StartAsync() => ControlCluster.StartAsync("replicaset-controller", "deployment-controller", "garbage-collector-controller");

    private static async Task RunDeploymentAsync(ControlCluster cluster)
    {
        await cluster.CreateAsync(new Deployment
        {
            Metadata = new ObjectMeta { Name = "web", Namespace = "default" },
            Spec = new DeploymentSpec { Replicas = 2, Selector = ControlCluster.Selector(), Template = ControlCluster.Template() },
        });
        await cluster.WaitForAsync(() => cluster.Find<Deployment>("web")?.Status.AvailableReplicas == 2);
    }
}
