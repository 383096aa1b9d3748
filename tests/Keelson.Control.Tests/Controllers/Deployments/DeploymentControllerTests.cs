using Keelson.Api.Apps.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Control.Tests.Cluster;

namespace Keelson.Control.Tests.Controllers.Deployments;

public sealed class DeploymentControllerTests
{
    private const string Revision = "deployment.kubernetes.io/revision";

    [Fact]
    public async Task A_new_deployment_becomes_complete_and_tells_the_story_as_kubectl_reads_it()
    {
        await using var cluster = await StartAsync();
        await cluster.CreateAsync(Deployment(3));
        await cluster.WaitForAsync(() => IsComplete(cluster, 3));
        var set = Assert.Single(cluster.All<ReplicaSet>());
        var hash = set.Metadata.Labels["pod-template-hash"];
        Assert.Matches("^[bcdfghjklmnpqrstvwxz2456789]+$", hash);
        Assert.Equal("web-" + hash, set.Metadata.Name);
        Assert.Equal(hash, set.Spec.Selector!.MatchLabels["pod-template-hash"]);
        Assert.Equal(("1", "3", "4"), (set.Metadata.Annotations[Revision], set.Metadata.Annotations["deployment.kubernetes.io/desired-replicas"], set.Metadata.Annotations["deployment.kubernetes.io/max-replicas"]));
        Assert.All(cluster.All<Pod>(), pod => Assert.Equal(hash, pod.Metadata.Labels["pod-template-hash"]));
        var deployment = cluster.Find<Deployment>("web")!;
        Assert.Equal("1", deployment.Metadata.Annotations[Revision]);
        Assert.Equal(("True", "MinimumReplicasAvailable", "Deployment has minimum availability."), Condition(deployment, "Available"));
        Assert.Equal(("True", "NewReplicaSetAvailable", $"ReplicaSet \"{set.Metadata.Name}\" has successfully progressed."), Condition(deployment, "Progressing"));
        await cluster.WaitForAsync(() => cluster.EventsOf("web").Contains($"ScalingReplicaSet: Scaled up replica set {set.Metadata.Name} from 0 to 3"));
    }

    [Fact]
    public async Task A_rolling_update_stays_within_its_bounds_and_a_rollback_takes_the_old_set_again()
    {
        await using var cluster = await StartAsync();
        await cluster.CreateAsync(Deployment(4));
        await cluster.WaitForAsync(() => IsComplete(cluster, 4));
        var first = cluster.All<ReplicaSet>()[0].Metadata.Name;
        var (most, fewestReady) = (0, int.MaxValue);
        // Pods are counted by what the sets are told: one set may start a pod a moment before another has ended its own.
        using var sizes = cluster.Informers.For<ReplicaSet>().AddHandler(_ => most = Math.Max(most, cluster.All<ReplicaSet>().Sum(set => set.Spec.Replicas ?? 0)));
        using var watch = cluster.Informers.For<Pod>().AddHandler(_ =>
        {
            fewestReady = Math.Min(fewestReady, cluster.LivingPods.Count(pod => pod.Status.Conditions.Any(condition => condition is { Type: "Ready", Status: "True" })));
        });

        await cluster.ChangeAsync<Deployment>("web", deployment => deployment with { Spec = deployment.Spec with { Template = ControlCluster.Template("two") } });
        await cluster.WaitForAsync(() => IsComplete(cluster, 4) && cluster.LivingPods.All(pod => pod.Spec.Containers[0].Image == "two"));
        Assert.InRange(most, 5, 5);
        Assert.InRange(fewestReady, 3, 4);
        Assert.Equal("2", cluster.Find<Deployment>("web")!.Metadata.Annotations[Revision]);
        Assert.Equal(2, cluster.All<ReplicaSet>().Count);

        await cluster.ChangeAsync<Deployment>("web", deployment => deployment with { Spec = deployment.Spec with { Template = ControlCluster.Template("one") } });
        await cluster.WaitForAsync(() => IsComplete(cluster, 4) && cluster.LivingPods.All(pod => pod.Spec.Containers[0].Image == "one"));
        Assert.Equal(2, cluster.All<ReplicaSet>().Count);
        var again = cluster.Find<ReplicaSet>(first)!;
        Assert.Equal(("3", "1"), (again.Metadata.Annotations[Revision], again.Metadata.Annotations["deployment.kubernetes.io/revision-history"]));
        Assert.Equal("3", cluster.Find<Deployment>("web")!.Metadata.Annotations[Revision]);
    }

    [Fact]
    public async Task Recreate_ends_all_old_pods_before_it_starts_new_ones()
    {
        await using var cluster = await StartAsync();
        var deployment = Deployment(3);
        await cluster.CreateAsync(deployment with { Spec = deployment.Spec with { Strategy = new DeploymentStrategy { Type = DeploymentStrategyType.Recreate } } });
        await cluster.WaitForAsync(() => IsComplete(cluster, 3));
        var mixed = false;
        using var watch = cluster.Informers.For<Pod>().AddHandler(_ => mixed |= cluster.All<Pod>().Select(pod => pod.Spec.Containers[0].Image).Distinct().Count() > 1);
        await cluster.ChangeAsync<Deployment>("web", value => value with { Spec = value.Spec with { Template = ControlCluster.Template("two") } });
        await cluster.WaitForAsync(() => IsComplete(cluster, 3) && cluster.LivingPods.All(pod => pod.Spec.Containers[0].Image == "two"));
        Assert.False(mixed);
    }

    [Fact]
    public async Task A_rollout_that_does_not_move_exceeds_its_deadline_and_keeps_the_old_pods()
    {
        await using var cluster = await StartAsync();
        var deployment = Deployment(4);
        await cluster.CreateAsync(deployment with { Spec = deployment.Spec with { ProgressDeadlineSeconds = 60 } });
        await cluster.WaitForAsync(() => IsComplete(cluster, 4));
        cluster.Kubelet.Play = pod => PlayedKubelet.Ready(pod, pod.Spec.Containers[0].Image == "one");
        await cluster.ChangeAsync<Deployment>("web", value => value with { Spec = value.Spec with { Template = ControlCluster.Template("broken") } });
        await cluster.WaitForAsync(() => Condition(cluster.Find<Deployment>("web")!, "Progressing").Reason == "ProgressDeadlineExceeded");
        Assert.Equal("False", Condition(cluster.Find<Deployment>("web")!, "Progressing").Status);
        Assert.Equal(3, cluster.LivingPods.Count(pod => pod.Spec.Containers[0].Image == "one"));
        Assert.Equal(("True", "MinimumReplicasAvailable", "Deployment has minimum availability."), Condition(cluster.Find<Deployment>("web")!, "Available"));
    }

    [Fact]
    public async Task A_paused_deployment_scales_but_rolls_nothing_out()
    {
        await using var cluster = await StartAsync();
        await cluster.CreateAsync(Deployment(2));
        await cluster.WaitForAsync(() => IsComplete(cluster, 2));
        await cluster.ChangeAsync<Deployment>("web", value => value with { Spec = value.Spec with { Paused = true, Replicas = 5, Template = ControlCluster.Template("two") } });
        await cluster.WaitForAsync(() => cluster.LivingPods.Count == 5 && Condition(cluster.Find<Deployment>("web")!, "Progressing").Reason == "DeploymentPaused");
        Assert.All(cluster.LivingPods, pod => Assert.Equal("one", pod.Spec.Containers[0].Image));
        Assert.Single(cluster.All<ReplicaSet>());
        await cluster.ChangeAsync<Deployment>("web", value => value with { Spec = value.Spec with { Paused = false } });
        await cluster.WaitForAsync(() => IsComplete(cluster, 5) && cluster.LivingPods.All(pod => pod.Spec.Containers[0].Image == "two"));
    }

    [Fact]
    public async Task Only_as_many_former_sets_are_kept_as_the_limit_says()
    {
        await using var cluster = await StartAsync();
        var deployment = Deployment(1);
        await cluster.CreateAsync(deployment with { Spec = deployment.Spec with { RevisionHistoryLimit = 1 } });
        foreach (var image in new[] { "one", "two", "three", "four" })
        {
            await cluster.ChangeAsync<Deployment>("web", value => value with { Spec = value.Spec with { Template = ControlCluster.Template(image) } });
            await cluster.WaitForAsync(() => IsComplete(cluster, 1) && cluster.LivingPods.All(pod => pod.Spec.Containers[0].Image == image));
        }

        await cluster.WaitForAsync(() => cluster.All<ReplicaSet>().Count == 2);
        Assert.Equal(["3", "4"], cluster.All<ReplicaSet>().Select(set => set.Metadata.Annotations[Revision]).Order(StringComparer.Ordinal));
    }

    private static Task<ControlCluster> StartAsync() => ControlCluster.StartAsync("replicaset-controller", "deployment-controller");

    private static bool IsComplete(ControlCluster cluster, int replicas) =>
        cluster.Find<Deployment>("web") is { } deployment
        && deployment.Status.ObservedGeneration == deployment.Metadata.Generation
        && deployment.Status.Replicas == replicas && deployment.Status.UpdatedReplicas == replicas && deployment.Status.AvailableReplicas == replicas
        && Condition(deployment, "Progressing").Reason == "NewReplicaSetAvailable" && cluster.LivingPods.Count == replicas;

    private static (string Status, string Reason, string Message) Condition(Deployment deployment, string type)
    {
        var condition = deployment.Status.Conditions.FirstOrDefault(condition => condition.Type == type);
        return condition is null ? ("", "", "") : (condition.Status, condition.Reason, condition.Message);
    }

    private static Deployment Deployment(int replicas) => new()
    {
        Metadata = new ObjectMeta { Name = "web", Namespace = "default" },
        Spec = new DeploymentSpec { Replicas = replicas, Selector = ControlCluster.Selector(), Template = ControlCluster.Template() },
    };
}
