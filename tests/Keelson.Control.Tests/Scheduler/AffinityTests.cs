using Keelson.Api.Core.V1;
using static Keelson.Control.Tests.Scheduler.Samples;

namespace Keelson.Control.Tests.Scheduler;

public sealed class AffinityTests
{
    private const string Zone = "topology.kubernetes.io/zone";
    private const string Host = "kubernetes.io/hostname";

    [Fact]
    public void A_pod_goes_where_the_pods_are_that_it_needs()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var run = Zones(seed).Pods(Pod("db", labels: ("app", "db")).On("b1"));
            Assert.StartsWith("b", run.Place(Pod("web").With(Needs("db", Zone))), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_first_of_a_group_that_stays_together_may_begin_anywhere_and_the_others_follow()
    {
        var run = Zones(3);
        var first = run.Place(Pod("a", labels: ("app", "a")).With(Needs("a", Zone)));
        for (var i = 0; i < 5; i++) Assert.Equal(first[0], run.Place(Pod($"more{i}", labels: ("app", "a")).With(Needs("a", Zone)))[0]);
    }

    [Fact]
    public void A_pod_that_needs_others_that_are_nowhere_waits_for_them()
    {
        var run = Zones(1);
        Assert.StartsWith("0/4 nodes are available: 4 node(s) didn't match pod affinity rules.", run.Place(Pod("web").With(Needs("db", Zone))), StringComparison.Ordinal);
        run.Now += TimeSpan.FromSeconds(20);
        run.Pods(Pod("other", labels: ("app", "other")).On("a1"));
        run.Pods(Pod("db", labels: ("app", "db")).On("b1"));
        Assert.StartsWith("b", run.Next()!.Node, StringComparison.Ordinal);
    }

    [Fact]
    public void Pods_that_cannot_bear_each_other_get_a_node_each()
    {
        var run = Zones(5);
        var nodes = Enumerable.Range(0, 4).Select(i => run.Place(Pod($"p{i}", labels: ("app", "a")).With(Shuns("a", Host)))).ToHashSet();
        Assert.Equal(4, nodes.Count);
        Assert.StartsWith("0/4 nodes are available: 4 node(s) didn't match pod anti-affinity rules.", run.Place(Pod("more", labels: ("app", "a")).With(Shuns("a", Host))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_placed_pod_keeps_away_whom_it_cannot_bear_until_it_is_gone()
    {
        var run = new SchedulerRun().Nodes(Node("n")).Pods(Pod("hermit").With(Shuns("a", Host)).On("n"));
        Assert.StartsWith("0/1 nodes are available: 1 node(s) didn't satisfy existing pods anti-affinity rules.", run.Place(Pod("p", labels: ("app", "a"))), StringComparison.Ordinal);
        run.Now += TimeSpan.FromSeconds(20);
        run.Delete("hermit");
        Assert.Equal("n", run.Next()!.Node);
    }

    [Fact]
    public void What_is_preferred_decides_between_nodes_that_fit()
    {
        var preferred = new WeightedPodAffinityTerm { Weight = 100, PodAffinityTerm = Term("app", "db", Zone) };
        var likes = new Affinity { PodAffinity = new PodAffinity { PreferredDuringSchedulingIgnoredDuringExecution = new[] { preferred } } };
        var dislikes = new Affinity { PodAntiAffinity = new PodAntiAffinity { PreferredDuringSchedulingIgnoredDuringExecution = new[] { preferred } } };
        for (var seed = 0; seed < 10; seed++)
        {
            var run = Zones(seed).Pods(Pod("db", labels: ("app", "db")).On("b1"));
            Assert.StartsWith("b", run.Place(Pod("near").With(likes)), StringComparison.Ordinal);
            Assert.StartsWith("a", run.Place(Pod("far").With(dislikes)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_spread_constraint_keeps_zones_even()
    {
        var run = Zones(7);
        var counts = new Dictionary<char, int> { ['a'] = 0, ['b'] = 0 };
        for (var i = 0; i < 20; i++)
        {
            counts[run.Place(Spread(Pod($"p{i}", labels: ("app", "s")), 1))[0]]++;
            Assert.InRange(Math.Abs(counts['a'] - counts['b']), 0, 1);
        }
    }

    [Fact]
    public void A_zone_that_takes_no_more_holds_the_others_up()
    {
        var run = new SchedulerRun().Nodes(Node("a1", pods: "1", labels: (Zone, "a")), Node("b1", labels: (Zone, "b")), Node("c"));
        for (var i = 0; i < 3; i++) Assert.DoesNotContain("available", run.Place(Spread(Pod($"p{i}", labels: ("app", "s")), 1)), StringComparison.Ordinal);
        Assert.StartsWith(
            "0/3 nodes are available: 1 Too many pods, 1 node(s) didn't match pod topology spread constraints, 1 node(s) didn't match pod topology spread constraints (missing required label).",
            run.Place(Spread(Pod("more", labels: ("app", "s")), 1)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_preferred_spread_is_preferred()
    {
        var run = Zones(2).Pods(Pod("x", labels: ("app", "s")).On("a1"), Pod("y", labels: ("app", "s")).On("a2"));
        Assert.StartsWith("b", run.Place(Spread(Pod("p", labels: ("app", "s")), 1, UnsatisfiableConstraintAction.ScheduleAnyway)), StringComparison.Ordinal);
    }

    private static SchedulerRun Zones(int seed) => new SchedulerRun(seed).Nodes(
        Node("a1", labels: (Zone, "a")), Node("a2", labels: (Zone, "a")), Node("b1", labels: (Zone, "b")), Node("b2", labels: (Zone, "b")));

    private static Affinity Needs(string app, string topology) => new()
    {
        PodAffinity = new PodAffinity { RequiredDuringSchedulingIgnoredDuringExecution = new[] { Term("app", app, topology) } },
    };

    private static Affinity Shuns(string app, string topology) => new()
    {
        PodAntiAffinity = new PodAntiAffinity { RequiredDuringSchedulingIgnoredDuringExecution = new[] { Term("app", app, topology) } },
    };

    private static Pod Spread(Pod pod, int skew, string action = UnsatisfiableConstraintAction.DoNotSchedule) => pod with
    {
        Spec = pod.Spec with
        {
            TopologySpreadConstraints = new[] { new TopologySpreadConstraint { MaxSkew = skew, TopologyKey = Zone, WhenUnsatisfiable = action, LabelSelector = Selector("app", "s") } },
        },
    };
}
