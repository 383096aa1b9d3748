using Keelson.Api;
using Keelson.Api.Core.V1;
using static Keelson.Control.Tests.Scheduler.Samples;

namespace Keelson.Control.Tests.Scheduler;

public sealed class FilterTests
{
    private const string Unhelpful = " no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.";
    private const string NoVictims = " no new claims to deallocate, preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.";

    [Fact]
    public void Without_nodes_the_message_is_upstreams() => Assert.Equal("no nodes available to schedule pods", new SchedulerRun().Place(Pod("a")));

    [Theory]
    [InlineData("2", "n")]
    [InlineData("4", "n")]
    [InlineData("4001m", "0/1 nodes are available: 1 Insufficient cpu." + Unhelpful)]
    public void A_pod_fits_up_to_what_a_node_has(string cpu, string expected) =>
        Assert.Equal(expected, new SchedulerRun().Nodes(Node("n")).Place(Pod("a", cpu)));

    [Fact]
    public void What_others_ask_for_is_taken()
    {
        var run = new SchedulerRun().Nodes(Node("n")).Pods(Pod("other", "3", "7Gi").On("n"));
        Assert.Equal("0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory." + NoVictims, run.Place(Pod("a", "2", "2Gi")));
    }

    [Fact]
    public void A_node_takes_no_more_pods_than_it_allows() =>
        Assert.Equal("0/1 nodes are available: 1 Too many pods." + NoVictims, new SchedulerRun().Nodes(Node("n", pods: "1")).Pods(Pod("other").On("n")).Place(Pod("a")));

    [Fact]
    public void Extended_resources_are_counted()
    {
        var gpu = ApiMap<Quantity>.From(("example.com/gpu", Quantity.Parse("1")));
        var node = Node("n");
        node = node with { Status = node.Status with { Allocatable = node.Status.Allocatable.WithAll(gpu) } };
        var run = new SchedulerRun().Nodes(node);
        Assert.Equal("n", run.Place(WithRequests(Pod("a"), gpu)));
        Assert.Equal("0/1 nodes are available: 1 Insufficient example.com/gpu." + NoVictims, run.Place(WithRequests(Pod("b"), gpu)));
    }

    [Fact]
    public void An_init_container_counts_where_it_asks_for_more_and_a_sidecar_beside_the_others()
    {
        var pod = Pod("a", "1");
        var init = new Container { Name = "init", Image = "i", Resources = new ResourceRequirements { Requests = ApiMap<Quantity>.From(("cpu", Quantity.Parse("2"))) } };
        var sidecar = init with { Name = "side", RestartPolicy = ContainerRestartPolicy.Always };
        Assert.Equal(2000, Control.Scheduler.Cache.PodRequests.Of(pod.Spec with { InitContainers = new[] { init } }, false).MilliCpu);
        Assert.Equal(3000, Control.Scheduler.Cache.PodRequests.Of(pod.Spec with { InitContainers = new[] { sidecar } }, false).MilliCpu);
        Assert.Equal(4000, Control.Scheduler.Cache.PodRequests.Of(pod.Spec with { InitContainers = new[] { sidecar, init } }, false).MilliCpu);
        var overhead = ApiMap<Quantity>.From(("cpu", Quantity.Parse("250m")));
        Assert.Equal(1250, Control.Scheduler.Cache.PodRequests.Of(pod.Spec with { Overhead = overhead }, false).MilliCpu);
    }

    [Theory]
    [InlineData("", "", "", "0/1 nodes are available: 1 node(s) had untolerated taint(s)." + Unhelpful)]
    [InlineData("k", "v", "", "n")]
    [InlineData("k", "other", "", "0/1 nodes are available: 1 node(s) had untolerated taint(s)." + Unhelpful)]
    [InlineData("k", "", "Exists", "n")]
    [InlineData("", "", "Exists", "n")]
    [InlineData("other", "", "Exists", "0/1 nodes are available: 1 node(s) had untolerated taint(s)." + Unhelpful)]
    public void A_taint_keeps_away_who_does_not_tolerate_it(string key, string value, string relation, string expected)
    {
        var pod = Pod("a");
        pod = pod with { Spec = pod.Spec with { Tolerations = new[] { new Toleration { Key = key, Value = value, Operator = relation } } } };
        var node = Node("n").Tainted(new Taint { Key = "k", Value = "v", Effect = TaintEffect.NoSchedule });
        Assert.Equal(expected, new SchedulerRun().Nodes(node).Place(pod));
    }

    [Fact]
    public void A_cordoned_node_is_left_alone()
    {
        var node = Node("n");
        node = node with { Spec = node.Spec with { Unschedulable = true } };
        Assert.Equal("0/1 nodes are available: 1 node(s) were unschedulable." + Unhelpful, new SchedulerRun().Nodes(node).Place(Pod("a")));
    }

    [Theory]
    [InlineData("In", "ssd", true)]
    [InlineData("In", "hdd", false)]
    [InlineData("NotIn", "hdd", true)]
    [InlineData("Exists", "", true)]
    [InlineData("DoesNotExist", "", false)]
    [InlineData("Gt", "5", false)]
    public void Required_node_affinity_is_kept(string relation, string value, bool fits)
    {
        ApiList<string> values = value.Length == 0 ? default : new[] { value };
        var pod = Pod("a").With(Requires(new NodeSelectorTerm { MatchExpressions = new[] { new NodeSelectorRequirement { Key = "disk", Operator = relation, Values = values } } }));
        var expected = fits ? "n" : "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector." + Unhelpful;
        Assert.Equal(expected, new SchedulerRun().Nodes(Node("n", labels: ("disk", "ssd"))).Place(pod));
    }

    [Fact]
    public void A_pod_that_names_its_node_in_affinity_looks_at_no_other()
    {
        var term = new NodeSelectorTerm { MatchFields = new[] { new NodeSelectorRequirement { Key = "metadata.name", Operator = "In", Values = new[] { "b" } } } };
        var run = new SchedulerRun().Nodes(Node("a"), Node("b", pods: "1"), Node("c"));
        Assert.Equal("b", run.Place(Pod("first").With(Requires(term))));
        Assert.Equal(
            "0/3 nodes are available: 1 Too many pods, 2 node(s) didn't satisfy plugin(s) [NodeAffinity]. no new claims to deallocate, preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.",
            run.Place(Pod("second").With(Requires(term))));
    }

    [Fact]
    public void A_host_port_is_given_once()
    {
        var run = new SchedulerRun().Nodes(Node("n"));
        Assert.Equal("n", run.Place(WithPort(Pod("a"), 80, "")));
        Assert.Equal("0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports." + NoVictims, run.Place(WithPort(Pod("b"), 80, "127.0.0.1")));
        Assert.Equal("n", run.Place(WithPort(Pod("c"), 81, "127.0.0.1")));
        Assert.Equal("n", run.Place(WithPort(Pod("d"), 81, "127.0.0.2")));
    }

    [Fact]
    public void A_gated_pod_waits_for_its_gates()
    {
        var run = new SchedulerRun().Nodes(Node("n"));
        var pod = Pod("a");
        run.Pods(pod with { Spec = pod.Spec with { SchedulingGates = new[] { new PodSchedulingGate { Name = "g" } } } });
        Assert.Null(run.Next());
        Assert.Equal("n", run.Place(pod));
    }

    [Fact]
    public void Reasons_are_counted_over_the_nodes()
    {
        var tainted = new Taint { Key = "k", Effect = TaintEffect.NoExecute };
        var run = new SchedulerRun().Nodes(Node("a", cpu: "1"), Node("b").Tainted(tainted), Node("c").Tainted(tainted)).Pods(Pod("other", "1").On("a"));
        Assert.Equal(
            "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint(s). no new claims to deallocate, preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.",
            run.Place(Pod("p", "1")));
    }

    private static Affinity Requires(NodeSelectorTerm term) => new()
    {
        NodeAffinity = new NodeAffinity { RequiredDuringSchedulingIgnoredDuringExecution = new NodeSelector { NodeSelectorTerms = new[] { term } } },
    };

    private static Pod WithRequests(Pod pod, ApiMap<Quantity> requests) => pod with
    {
        Spec = pod.Spec with { Containers = new[] { pod.Spec.Containers[0] with { Resources = new ResourceRequirements { Requests = requests } } } },
    };

    private static Pod WithPort(Pod pod, int port, string address) => pod with
    {
        Spec = pod.Spec with { Containers = new[] { pod.Spec.Containers[0] with { Ports = new[] { new ContainerPort { ContainerPortValue = port, HostPort = port, HostIP = address, Protocol = "TCP" } } } } },
    };
}
