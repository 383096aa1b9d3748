using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Client;
using Keelson.Client.Election;
using Keelson.Control.Scheduler;
using static Keelson.Control.Tests.Scheduler.Samples;

namespace Keelson.Control.Tests.Scheduler;

public sealed class PodSchedulerTests
{
    [Fact]
    public async Task Pods_are_bound_and_their_events_say_so()
    {
        await using var cluster = await SchedulerCluster.StartAsync();
        await cluster.NodesAsync(Node("a"), Node("b"), Node("c"));
        await cluster.PodsAsync([.. Enumerable.Range(0, 10).Select(i => Pod($"before{i}", "500m"))]);
        cluster.Schedule();
        await cluster.PodsAsync([.. Enumerable.Range(0, 10).Select(i => Pod($"after{i}", "500m"))]);
        await cluster.UntilAsync(() => cluster.Pods.Snapshot.All.Count(pod => pod.Spec.NodeName.Length > 0) == 20);
        Assert.All(cluster.Pods.Snapshot.All.GroupBy(pod => pod.Spec.NodeName), pods => Assert.InRange(pods.Count(), 5, 8));
        await cluster.UntilAsync(() => cluster.HasEvent("after9", "Scheduled", $"Successfully assigned default/after9 to {cluster.NodeOf("after9")}"));
        Assert.Empty(cluster.Failures);
    }

    [Fact]
    public async Task A_pod_that_fits_nowhere_says_why_and_is_placed_when_a_node_comes()
    {
        await using var cluster = await SchedulerCluster.StartAsync();
        await cluster.NodesAsync(Node("a", "1"), Node("b", "1").Tainted(new Taint { Key = "k", Effect = "NoSchedule" }));
        cluster.Schedule();
        await cluster.PodsAsync(Pod("big", "2"));
        const string message = "0/2 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint(s). no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.";
        await cluster.UntilAsync(() => cluster.HasEvent("big", "FailedScheduling", message));
        await cluster.UntilAsync(() => Condition(cluster.Pod("big")) is { Status: "False", Reason: "Unschedulable", Message: message });
        await cluster.NodesAsync(Node("large", "4"));
        await cluster.UntilAsync(() => cluster.NodeOf("big") == "large");
        Assert.Equal("True", Condition(cluster.Pod("big"))!.Status);
        Assert.Empty(cluster.Failures);
    }

    [Fact]
    public async Task Room_is_made_for_an_important_pod()
    {
        await using var cluster = await SchedulerCluster.StartAsync();
        await cluster.NodesAsync(Node("n", "2"));
        await cluster.PodsAsync(Pod("lesser", "2", priority: 1));
        cluster.Schedule();
        await cluster.UntilAsync(() => cluster.NodeOf("lesser") == "n");
        await cluster.PodsAsync(Pod("vip", "2", priority: 1000));
        await cluster.UntilAsync(() => cluster.Pod("vip")!.Status.NominatedNodeName == "n" && cluster.Pod("lesser") is null or { Metadata.DeletionTimestamp: not null });
        if (cluster.Pod("lesser") is { } victim)
        {
            Assert.Contains(victim.Status.Conditions, condition => condition is { Type: "DisruptionTarget", Reason: "PreemptionByScheduler", Message: "default-scheduler: preempting to accommodate a higher priority pod" });
            // What the node agent does once the containers have ended.
            await cluster.DefaultPods.DeleteAsync("lesser", new DeleteOptions { GracePeriodSeconds = 0 });
        }

        await cluster.UntilAsync(() => cluster.NodeOf("vip") == "n");
        Assert.True(cluster.HasEvent("lesser", "Preempted", $"Preempted by pod {cluster.Pod("vip")!.Metadata.Uid} on node n"));
        Assert.Empty(cluster.Failures);
    }

    [Fact]
    public async Task Pods_of_other_schedulers_are_left_to_them()
    {
        await using var cluster = await SchedulerCluster.StartAsync();
        await cluster.NodesAsync(Node("n"));
        cluster.Schedule(new SchedulerOptions { SchedulerNames = ["mine", "mine-too"] });
        await cluster.PodsAsync(For("theirs", "default-scheduler"), For("one", "mine"), For("two", "mine-too"));
        await cluster.UntilAsync(() => cluster.NodeOf("one") == "n" && cluster.NodeOf("two") == "n");
        Assert.Equal("", cluster.NodeOf("theirs"));
    }

    [Fact]
    public async Task Only_the_elected_scheduler_places_pods()
    {
        await using var cluster = await SchedulerCluster.StartAsync();
        await cluster.NodesAsync(Node("n"));
        foreach (var name in (string[])["one", "two"])
        {
            cluster.Schedule(new SchedulerOptions { Election = new LeaderElectionOptions { Lease = new ObjectKey("kube-system", "kube-scheduler"), Identity = name } });
        }

        await cluster.PodsAsync(Pod("p"));
        await cluster.UntilAsync(() => cluster.NodeOf("p") == "n");
        Assert.Empty(cluster.Failures);
    }

    private static Pod For(string name, string scheduler)
    {
        var pod = Pod(name);
        return pod with { Spec = pod.Spec with { SchedulerName = scheduler } };
    }

    private static PodCondition? Condition(Pod? pod) => pod?.Status.Conditions.FirstOrDefault(condition => condition.Type == PodConditionType.PodScheduled);
}
