using Keelson.Control.Scheduler.Queue;
using static Keelson.Control.Tests.Scheduler.Samples;

namespace Keelson.Control.Tests.Scheduler;

public sealed class QueueTests
{
    [Fact]
    public void The_more_important_pod_is_first_and_of_equals_the_one_that_came_first()
    {
        var run = new SchedulerRun().Nodes(Node("n"));
        run.Pods(Pod("first"));
        run.Now += TimeSpan.FromSeconds(1);
        run.Pods(Pod("second"), Pod("vip", priority: 5));
        Assert.Equal(["vip", "first", "second"], Enumerable.Range(0, 3).Select(_ => run.Next()!.Pod.Key.Name));
    }

    [Fact]
    public void Pauses_double_up_to_the_longest()
    {
        var queue = new SchedulerRun().Core.Queue;
        Assert.Equal([1, 2, 4, 8, 10, 10], Enumerable.Range(1, 6).Select(attempts => (int)queue.BackOffAfter(attempts).TotalSeconds));
        Assert.Equal(10, queue.BackOffAfter(int.MaxValue).TotalSeconds);
    }

    [Fact]
    public void A_pod_that_fits_nowhere_is_tried_again_when_that_may_help_after_its_pause()
    {
        var run = new SchedulerRun().Nodes(Node("n", "1")).Pods(Pod("big", "2"));
        Assert.Null(run.Next()!.Node);
        run.Nodes(Node("small", "1"));
        Assert.Equal(QueuePlace.Unschedulable, run.Core.Queue.Find("uid-big")!.Place);
        run.Nodes(Node("large", "4"));
        Assert.Equal(QueuePlace.BackOff, run.Core.Queue.Find("uid-big")!.Place);
        Assert.Null(run.Next());
        run.Now += TimeSpan.FromSeconds(1);
        Assert.Equal("large", run.Next()!.Node);
    }

    [Fact]
    public void A_pod_that_nothing_helps_is_tried_again_after_five_minutes()
    {
        var run = new SchedulerRun().Nodes(Node("n", "1")).Pods(Pod("big", "2"));
        Assert.NotNull(run.Next());
        Assert.Equal(run.Now + TimeSpan.FromMinutes(5), run.Core.NextAt(run.Now));
        run.Now += TimeSpan.FromMinutes(5);
        Assert.NotNull(run.Next());
    }

    [Fact]
    public void A_failed_binding_gives_the_place_back_and_the_pod_another_chance()
    {
        var run = new SchedulerRun().Nodes(Node("n", "1")).Pods(Pod("a", "1"));
        var decision = run.Core.Next(run.Now)!;
        Assert.Equal(1, run.Core.Cluster.AssumedCount);
        run.Core.NotBound(decision, run.Now);
        Assert.Equal(0, run.Core.Cluster.Node("n")!.Requested.MilliCpu);
        Assert.Null(run.Next());
        run.Now += TimeSpan.FromSeconds(1);
        Assert.Equal("n", run.Next()!.Node);
    }

    [Fact]
    public void A_pod_that_was_bound_and_never_seen_gives_its_place_up()
    {
        var run = new SchedulerRun().Nodes(Node("n", "1")).Pods(Pod("a", "1"));
        run.Core.Bound(run.Core.Next(run.Now)!, run.Now);
        run.Now += TimeSpan.FromSeconds(31);
        Assert.Equal("n", run.Place(Pod("b", "1")));
        Assert.Equal(QueuePlace.BackOff, run.Core.Queue.Find("uid-a")!.Place);
    }

    [Fact]
    public void A_pod_that_comes_again_under_its_name_is_another()
    {
        var run = new SchedulerRun().Nodes(Node("n", "1")).Pods(Pod("a", "1").On("n"));
        var again = Pod("a", "1");
        run.Pods(again with { Metadata = again.Metadata with { Uid = "another" } });
        Assert.Equal("n", run.Next()!.Node);
    }
}
