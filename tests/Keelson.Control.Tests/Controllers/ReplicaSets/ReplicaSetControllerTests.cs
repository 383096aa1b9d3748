using Keelson.Api;
using Keelson.Api.Apps.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Control.Tests.Cluster;

namespace Keelson.Control.Tests.Controllers.ReplicaSets;

public sealed class ReplicaSetControllerTests
{
    [Fact]
    public async Task A_set_gets_the_pods_that_it_asks_for_and_says_so()
    {
        await using var cluster = await ControlCluster.StartAsync("replicaset-controller");
        var created = await cluster.CreateAsync(Set(3));
        await cluster.WaitForAsync(() => cluster.Find<ReplicaSet>("web")?.Status is { Replicas: 3, ReadyReplicas: 3, AvailableReplicas: 3, FullyLabeledReplicas: 3, ObservedGeneration: 1 });
        Assert.Equal(3, cluster.All<Pod>().Count);
        foreach (var pod in cluster.All<Pod>())
        {
            Assert.StartsWith("web-", pod.Metadata.Name);
            var owner = Assert.Single(pod.Metadata.OwnerReferences);
            Assert.Equal(("ReplicaSet", "apps/v1", created.Metadata.Uid, true, true), (owner.Kind, owner.ApiVersion, owner.Uid, owner.Controller, owner.BlockOwnerDeletion));
        }

        await cluster.WaitForAsync(() => cluster.EventsOf("web").Count == 3);
        Assert.All(cluster.EventsOf("web"), text => Assert.StartsWith("SuccessfulCreate: Created pod: web-", text));
    }

    [Fact]
    public async Task A_set_that_shrinks_deletes_pods_that_are_not_ready_first()
    {
        await using var cluster = await ControlCluster.StartAsync("replicaset-controller");
        cluster.Kubelet.Place = pod => "node-" + pod.Metadata.Name;
        string? unready = null;
        cluster.Kubelet.Play = pod => PlayedKubelet.Ready(pod, pod.Metadata.Name != Interlocked.CompareExchange(ref unready, pod.Metadata.Name, null) && unready != pod.Metadata.Name);
        await cluster.CreateAsync(Set(3));
        await cluster.WaitForAsync(() => cluster.Find<ReplicaSet>("web")?.Status.ReadyReplicas == 2);
        await cluster.ChangeAsync<ReplicaSet>("web", set => set with { Spec = set.Spec with { Replicas = 2 } });
        await cluster.WaitForAsync(() => cluster.All<Pod>().Count == 2 && cluster.Find<ReplicaSet>("web")?.Status.Replicas == 2);
        Assert.DoesNotContain(cluster.All<Pod>(), pod => pod.Metadata.Name == unready);
    }

    [Fact]
    public async Task A_deleted_pod_is_replaced()
    {
        await using var cluster = await ControlCluster.StartAsync("replicaset-controller");
        await cluster.CreateAsync(Set(1));
        await cluster.WaitForAsync(() => cluster.LivingPods.Count == 1);
        var first = cluster.LivingPods[0].Metadata.Name;
        await cluster.Client.Resource<Pod>().In("default").DeleteAsync(first);
        await cluster.WaitForAsync(() => cluster.LivingPods is [var other] && other.Metadata.Name != first && cluster.All<Pod>().Count == 1);
    }

    [Fact]
    public async Task An_orphan_that_fits_is_adopted_and_a_pod_that_no_longer_fits_is_let_go()
    {
        await using var cluster = await ControlCluster.StartAsync("replicaset-controller");
        var orphan = new Pod { Metadata = new ObjectMeta { Name = "orphan", Namespace = "default", Labels = ApiMap<string>.From(("app", "web")) }, Spec = ControlCluster.Template().Spec };
        await cluster.CreateAsync(orphan);
        await cluster.WaitForAsync(() => cluster.LivingPods.Count == 1);
        await cluster.CreateAsync(Set(2));
        await cluster.WaitForAsync(() => cluster.Find<ReplicaSet>("web")?.Status.ReadyReplicas == 2);
        Assert.Equal(2, cluster.All<Pod>().Count);
        Assert.Equal("web", Assert.Single(cluster.Find<Pod>("orphan")!.Metadata.OwnerReferences).Name);

        await cluster.ChangeAsync<Pod>("orphan", pod => pod with { Metadata = pod.Metadata with { Labels = ApiMap<string>.From(("app", "other")) } });
        await cluster.WaitForAsync(() => cluster.All<Pod>().Count == 3 && cluster.Find<Pod>("orphan")!.Metadata.OwnerReferences.IsEmpty);
        await cluster.WaitForAsync(() => cluster.Find<ReplicaSet>("web")?.Status.ReadyReplicas == 2);
    }

    [Fact]
    public async Task Many_pods_are_never_more_than_asked_for()
    {
        await using var cluster = await ControlCluster.StartAsync("replicaset-controller");
        var most = 0;
        using var watch = cluster.Informers.For<Pod>().AddHandler(_ => most = Math.Max(most, cluster.LivingPods.Count));
        await cluster.CreateAsync(Set(60));
        await cluster.WaitForAsync(() => cluster.Find<ReplicaSet>("web")?.Status.ReadyReplicas == 60);
        Assert.Equal(60, most);
    }

    [Fact]
    public async Task A_pod_counts_as_available_only_after_it_was_ready_long_enough()
    {
        await using var cluster = await ControlCluster.StartAsync("replicaset-controller");
        var set = Set(1);
        await cluster.CreateAsync(set with { Spec = set.Spec with { MinReadySeconds = 20 } });
        await cluster.WaitForAsync(() => cluster.Find<ReplicaSet>("web")?.Status.ReadyReplicas == 1);
        await cluster.WaitForAsync(() => cluster.Find<ReplicaSet>("web")?.Status.AvailableReplicas == 1);
        Assert.True(cluster.Now - cluster.All<Pod>()[0].Status.Conditions[0].LastTransitionTime >= TimeSpan.FromSeconds(20));
    }

    private static ReplicaSet Set(int replicas) => new()
    {
        Metadata = new ObjectMeta { Name = "web", Namespace = "default" },
        Spec = new ReplicaSetSpec { Replicas = replicas, Selector = ControlCluster.Selector(), Template = ControlCluster.Template() },
    };
}
