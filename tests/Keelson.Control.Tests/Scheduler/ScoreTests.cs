using Keelson.Api.Core.V1;
using static Keelson.Control.Tests.Scheduler.Samples;

namespace Keelson.Control.Tests.Scheduler;

public sealed class ScoreTests
{
    [Fact]
    public void The_node_with_most_left_is_taken() =>
        Always(run => run.Nodes(Node("full"), Node("empty")).Pods(Pod("x", "2", "4Gi").On("full")), Pod("p", "1", "1Gi"), "empty");

    [Fact]
    public void A_node_that_would_rather_be_left_alone_is_taken_last()
    {
        var tainted = new Taint { Key = "k", Effect = TaintEffect.PreferNoSchedule };
        Always(run => run.Nodes(Node("shy").Tainted(tainted), Node("open")).Pods(Pod("x", "1", "1Gi").On("open")), Pod("p", "1", "1Gi"), "open");
    }

    [Fact]
    public void Preferred_node_affinity_counts()
    {
        var term = new PreferredSchedulingTerm
        {
            Weight = 10,
            Preference = new NodeSelectorTerm { MatchExpressions = new[] { new NodeSelectorRequirement { Key = "disk", Operator = "In", Values = new[] { "ssd" } } } },
        };
        var pod = Pod("p").With(new Affinity { NodeAffinity = new NodeAffinity { PreferredDuringSchedulingIgnoredDuringExecution = new[] { term } } });
        Always(run => run.Nodes(Node("a"), Node("b", labels: ("disk", "ssd")), Node("c")), pod, "b");
    }

    [Fact]
    public void A_node_with_the_image_is_preferred()
    {
        var image = new ContainerImage { Names = new[] { "image:latest" }, SizeBytes = 900L << 20 };
        var node = Node("has");
        Always(run => run.Nodes(Node("a"), Node("b"), node with { Status = node.Status with { Images = new[] { image } } }), Pod("p"), "has");
    }

    [Fact]
    public void Nodes_that_are_equally_good_all_get_their_turn()
    {
        var taken = Enumerable.Range(0, 60).Select(seed => new SchedulerRun(seed).Nodes(Node("a"), Node("b"), Node("c")).Place(Pod("p"))).ToHashSet();
        Assert.Equal(3, taken.Count);
    }

    [Theory]
    [InlineData(50, 50)]
    [InlineData(100, 100)]
    [InlineData(200, 100)]
    [InlineData(1000, 420)]
    [InlineData(5000, 500)]
    [InlineData(10000, 500)]
    public void The_more_nodes_the_fewer_are_looked_at_in_proportion(int nodes, int expected)
    {
        var profile = Control.Scheduler.DefaultProfile.Create("s", () => [], (_, _, _) => Task.CompletedTask, 1);
        Assert.Equal(expected, new Control.Scheduler.Engine(new Control.Scheduler.Cache.ClusterState(), profile, new()).NumberToFind(nodes));
    }

    private static void Always(Action<SchedulerRun> prepare, Pod pod, string expected)
    {
        for (var seed = 0; seed < 10; seed++)
        {
            var run = new SchedulerRun(seed);
            prepare(run);
            Assert.Equal(expected, run.Place(pod));
        }
    }
}
