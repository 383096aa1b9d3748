using Keelson.Api;
using Keelson.Api.Coordination.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Control.Controllers.Nodes;
using Keelson.Control.Tests.Cluster;

namespace Keelson.Control.Tests.Controllers.Nodes;

public sealed class NodeLifecycleTests
{
    private static readonly Time Now = Time.FromUnixSeconds(1_700_000_000);

    [Fact]
    public async Task A_silent_node_becomes_unreachable_and_loses_the_pods_that_do_not_put_up_with_it()
    {
        await using var cluster = await ControlCluster.StartAsync("node-lifecycle-controller", "taint-eviction-controller");
        await cluster.CreateAsync(ReadyNode());
        await cluster.CreateAsync(new Lease { Metadata = new ObjectMeta { Name = "node-a", Namespace = "kube-node-lease" }, Spec = new LeaseSpec { RenewTime = MicroTime.FromDateTimeOffset(cluster.Clock.GetUtcNow()) } });
        var patient = new Toleration { Key = "node.kubernetes.io/unreachable", Operator = "Exists", Effect = "NoExecute" };
        await cluster.CreateAsync(Pod("short", patient with { TolerationSeconds = 30 }));
        await cluster.CreateAsync(Pod("forever", patient));
        await cluster.WaitForAsync(() => cluster.Find<Node>("node-a")?.Spec.Taints.Count == 2);
        var node = cluster.All<Node>()[0];
        Assert.All(node.Spec.Taints, taint => Assert.Equal("node.kubernetes.io/unreachable", taint.Key));
        Assert.Equal(["NoExecute", "NoSchedule"], node.Spec.Taints.Select(taint => taint.Effect).Order(StringComparer.Ordinal));
        var ready = node.Status.Conditions.Single(condition => condition.Type == "Ready");
        Assert.Equal(("Unknown", "NodeStatusUnknown", "Kubelet stopped posting node status."), (ready.Status, ready.Reason, ready.Message));
        await cluster.WaitForAsync(() => cluster.Find<Pod>("short") is null);
        Assert.NotNull(cluster.Find<Pod>("forever"));
    }

    [Fact]
    public async Task A_node_that_is_heard_of_again_loses_its_taints()
    {
        await using var cluster = await ControlCluster.StartAsync("node-lifecycle-controller");
        await cluster.CreateAsync(ReadyNode());
        await cluster.WaitForAsync(() => cluster.Find<Node>("node-a")?.Spec.Taints.Count == 2);
        var node = await cluster.Client.Resource<Node>().GetAsync("node-a");
        await cluster.Client.Resource<Node>().UpdateStatusAsync(node with { Status = ReadyNode().Status with { Conditions = [ReadyNode().Status.Conditions[0] with { LastHeartbeatTime = cluster.Now }] } });
        await cluster.WaitForAsync(() => cluster.All<Node>()[0].Spec.Taints.IsEmpty);
    }

    [Fact]
    public void A_pod_leaves_at_once_later_or_never_as_it_tolerates()
    {
        var taint = new Taint { Key = NodeHealth.NotReady, Effect = TaintEffect.NoExecute, TimeAdded = Now };
        var node = new Node { Spec = new NodeSpec { Taints = [taint] } };
        var toleration = new Toleration { Key = NodeHealth.NotReady, Operator = "Exists" };
        Assert.Equal(Now, Eviction.At(Pod("a"), node, Now));
        Assert.Null(Eviction.At(Pod("a", toleration), node, Now));
        Assert.Equal(Now + TimeSpan.FromSeconds(300), Eviction.At(Pod("a", toleration with { TolerationSeconds = 300 }), node, Now));
        Assert.Null(Eviction.At(Pod("a"), new Node { Spec = new NodeSpec { Taints = [taint with { Effect = TaintEffect.NoSchedule }] } }, Now));
    }

    [Fact]
    public void Taints_of_others_stay_and_conditions_bring_their_own()
    {
        var foreign = new Taint { Key = "own", Effect = TaintEffect.NoExecute };
        var node = ReadyNode() with { Spec = new NodeSpec { Unschedulable = true, Taints = [foreign, new Taint { Key = NodeHealth.NotReady, Effect = TaintEffect.NoSchedule }] } };
        Assert.Equal([("own", "NoExecute"), ("node.kubernetes.io/unschedulable", "NoSchedule")], NodeHealth.Taints(node, Now).Select(taint => (taint.Key, taint.Effect)));
    }

    private static Node ReadyNode() => new()
    {
        Metadata = new ObjectMeta { Name = "node-a" },
        Status = new NodeStatus { Conditions = [new NodeCondition { Type = "Ready", Status = "True", Reason = "KubeletReady" }] },
    };

    private static Pod Pod(string name, params Toleration[] tolerations) => new()
    {
        Metadata = new ObjectMeta { Name = name, Namespace = "default" },
        Spec = ControlCluster.Template().Spec with { NodeName = "node-a", Tolerations = tolerations },
    };
}
