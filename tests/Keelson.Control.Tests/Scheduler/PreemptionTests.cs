using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Api.Policy.V1;
using static Keelson.Control.Tests.Scheduler.Samples;

namespace Keelson.Control.Tests.Scheduler;

public sealed class PreemptionTests
{
    [Fact]
    public void The_cheapest_pods_make_room_and_the_pod_takes_it()
    {
        var run = new SchedulerRun().Nodes(Node("a", "2"), Node("b", "2"))
            .Pods(Pod("dear", "2", priority: 50).On("a"), Pod("cheap1", "1", priority: 10).On("b"), Pod("cheap2", "1", priority: 5).On("b"));
        run.Pods(Pod("vip", "1", priority: 100));
        var decision = run.Next()!;
        Assert.Equal("0/2 nodes are available: 2 Insufficient cpu.", decision.Message);
        Assert.Equal("b", decision.Room!.Node);
        Assert.Equal(["default/cheap2"], decision.Room.Victims.Select(pod => pod.ToString()));
        run.Delete("cheap2");
        run.Now += TimeSpan.FromSeconds(2);
        Assert.Equal("b", run.Next()!.Node);
    }

    [Fact]
    public void The_room_is_kept_from_less_important_pods_and_open_to_more_important_ones()
    {
        var run = new SchedulerRun().Nodes(Node("n", "2")).Pods(Pod("victim", "2", priority: 1).On("n"), Pod("vip", "2", priority: 100));
        Assert.Equal("n", run.Next()!.Room!.Node);
        run.Delete("victim");
        Assert.Contains("Insufficient cpu", run.Place(Pod("thief", "1", priority: 50)), StringComparison.Ordinal);
        Assert.Equal("n", run.Place(Pod("king", "1", priority: 1000)));
    }

    [Fact]
    public void A_pod_that_never_preempts_says_so()
    {
        var pod = Pod("vip", "2", priority: 100);
        var run = new SchedulerRun().Nodes(Node("n", "2")).Pods(Pod("other", "2").On("n"));
        Assert.Equal(
            "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never.",
            run.Place(pod with { Spec = pod.Spec with { PreemptionPolicy = PreemptionPolicy.Never } }));
    }

    [Fact]
    public void Budgets_are_respected_where_that_is_possible()
    {
        var run = new SchedulerRun().Nodes(Node("a", "2"), Node("b", "2"))
            .Pods(Pod("guarded", "2", priority: 1, labels: ("app", "g")).On("a"), Pod("free", "2", priority: 50).On("b"));
        run.Budgets.Add(new PodDisruptionBudget
        {
            Metadata = new ObjectMeta { Name = "budget", Namespace = "default" },
            Spec = new PodDisruptionBudgetSpec { Selector = Selector("app", "g") },
        });
        run.Pods(Pod("vip", "2", priority: 100));
        Assert.Equal("b", run.Next()!.Room!.Node);
    }

    [Fact]
    public void Whoever_waits_for_a_victim_to_end_takes_no_other()
    {
        var run = new SchedulerRun().Nodes(Node("n", "2"), Node("m", "2")).Pods(Pod("victim", "2", priority: 1).On("n"), Pod("other", "2", priority: 5).On("m"), Pod("vip", "2", priority: 100));
        Assert.Equal("n", run.Next()!.Room!.Node);
        var victim = Pod("victim", "2", priority: 1).On("n");
        run.Pods(victim with
        {
            Metadata = victim.Metadata with { DeletionTimestamp = Api.Time.FromDateTimeOffset(run.Now) },
            Status = new PodStatus { Conditions = new[] { new PodCondition { Type = "DisruptionTarget", Status = "True", Reason = "PreemptionByScheduler" } } },
        });
        run.Now += TimeSpan.FromMinutes(6);
        Assert.EndsWith("preemption: not eligible due to a terminating pod on the nominated node.", run.Next()!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_question_leaves_the_cluster_as_it_was()
    {
        var run = new SchedulerRun().Nodes(Node("n", "2")).Pods(Pod("x", "1", "1Gi", priority: 1).On("n"), Pod("y", "1", "1Gi", priority: 2).On("n"), Pod("vip", "2", priority: 100));
        run.Next();
        var node = run.Core.Cluster.Node("n")!;
        Assert.Equal((2000, 2L << 30, 2), (node.Requested.MilliCpu, node.Requested.Memory, node.Pods.Count));
    }
}
