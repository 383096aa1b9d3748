using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Control.Tests.Cluster;

namespace Keelson.Control.Tests.Controllers.ReplicaSets;

public sealed class ReplicationControllerTests
{
    [Fact]
    public async Task A_replication_controller_keeps_its_pods_and_adopts_those_without_an_owner()
    {
        await using var cluster = await ControlCluster.StartAsync("replicationcontroller-controller");
        var template = ControlCluster.Template();
        await cluster.CreateAsync(new Pod { Metadata = new ObjectMeta { Name = "orphan", Namespace = "default", Labels = template.Metadata.Labels }, Spec = template.Spec });
        await cluster.CreateAsync(new ReplicationController
        {
            Metadata = new ObjectMeta { Name = "web", Namespace = "default" },
            Spec = new ReplicationControllerSpec { Replicas = 3, Selector = ApiMap<string>.From(("app", "web")), Template = template },
        });
        await cluster.WaitForAsync(() => cluster.Find<ReplicationController>("web")?.Status is { Replicas: 3, ReadyReplicas: 3, AvailableReplicas: 3, FullyLabeledReplicas: 3, ObservedGeneration: 1 });
        Assert.All(cluster.All<Pod>(), pod => Assert.Equal(("ReplicationController", "v1"), (pod.Metadata.OwnerReferences[0].Kind, pod.Metadata.OwnerReferences[0].ApiVersion)));
        Assert.NotNull(cluster.Find<Pod>("orphan"));
        await cluster.ChangeAsync<ReplicationController>("web", controller => controller with { Spec = controller.Spec with { Replicas = 1 } });
        await cluster.WaitForAsync(() => cluster.LivingPods.Count == 1 && cluster.Find<ReplicationController>("web")?.Status.Replicas == 1);
    }
}
