using Keelson.Api;
using Keelson.Api.Apps.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Control.Controllers.DaemonSets;
using Keelson.Control.Tests.Cluster;

namespace Keelson.Control.Tests.Controllers.DaemonSets;

public sealed class DaemonSetControllerTests
{
    [Fact]
    public async Task Every_node_that_fits_has_one_pod_and_an_update_replaces_them_one_by_one()
    {
        await using var cluster = await ControlCluster.StartAsync("daemonset-controller");
        cluster.Kubelet.Place = DaemonPods.NodeOf;
        foreach (var name in new[] { "a", "b", "c" }) await cluster.CreateAsync(new Node { Metadata = new ObjectMeta { Name = name } });
        await cluster.CreateAsync(new Node { Metadata = new ObjectMeta { Name = "tainted" }, Spec = new NodeSpec { Taints = [new Taint { Key = "own", Effect = "NoSchedule" }] } });
        await cluster.CreateAsync(Set());
        await cluster.WaitForAsync(() => cluster.Find<DaemonSet>("agent")?.Status is { DesiredNumberScheduled: 3, NumberReady: 3, NumberAvailable: 3, UpdatedNumberScheduled: 3 });
        Assert.Equal(["a", "b", "c"], cluster.All<Pod>().Select(pod => pod.Spec.NodeName).Order(StringComparer.Ordinal));

        await cluster.CreateAsync(new Node { Metadata = new ObjectMeta { Name = "d" } });
        await cluster.WaitForAsync(() => cluster.Find<DaemonSet>("agent")?.Status.NumberReady == 4);
        var fewest = int.MaxValue;
        using var watch = cluster.Informers.For<Pod>().AddHandler(_ => fewest = Math.Min(fewest, cluster.LivingPods.Count));
        await cluster.ChangeAsync<DaemonSet>("agent", set => set with { Spec = set.Spec with { Template = ControlCluster.Template("two") } });
        await cluster.WaitForAsync(() => cluster.LivingPods.Count == 4 && cluster.LivingPods.All(pod => pod.Spec.Containers[0].Image == "two") && cluster.Find<DaemonSet>("agent")?.Status.UpdatedNumberScheduled == 4);
        Assert.Equal(3, fewest);
        Assert.Equal([1L, 2L], (await cluster.Client.Resource<ControllerRevision>().In("default").ListAsync()).Items.Select(revision => revision.Revision).Order());
    }

    [Fact]
    public async Task A_pod_that_failed_is_replaced()
    {
        await using var cluster = await ControlCluster.StartAsync("daemonset-controller");
        cluster.Kubelet.Place = DaemonPods.NodeOf;
        string? broken = null;
        cluster.Kubelet.Play = pod => (broken ??= pod.Metadata.Name) == pod.Metadata.Name ? PlayedKubelet.Ended(pod, 1) : PlayedKubelet.Ready(pod, true);
        await cluster.CreateAsync(new Node { Metadata = new ObjectMeta { Name = "a" } });
        await cluster.CreateAsync(Set());
        await cluster.WaitForAsync(() => cluster.Find<DaemonSet>("agent")?.Status.NumberReady == 1);
        await cluster.WaitForAsync(() => cluster.EventsOf("agent").Any(text => text.StartsWith("FailedDaemonPod: Found failed daemon pod default/", StringComparison.Ordinal)));
    }

    [Fact]
    public void Taints_that_only_keep_new_pods_away_leave_the_old_ones()
    {
        var taint = new Taint { Key = "own", Effect = TaintEffect.NoSchedule };
        Assert.Equal((true, true), DaemonSetPlan.Eligibility(Set(), Node()));
        Assert.Equal((false, true), DaemonSetPlan.Eligibility(Set(), Node(taint)));
        Assert.Equal((false, false), DaemonSetPlan.Eligibility(Set(), Node(taint with { Effect = TaintEffect.NoExecute })));
        Assert.Equal((true, true), DaemonSetPlan.Eligibility(Set(), Node(taint with { Key = "node.kubernetes.io/unreachable", Effect = TaintEffect.NoExecute })));
        var picky = Set() with { Spec = Set().Spec with { Template = ControlCluster.Template() with { Spec = new PodSpec { NodeSelector = ApiMap<string>.From(("disk", "fast")) } } } };
        Assert.Equal((false, false), DaemonSetPlan.Eligibility(picky, Node()));
    }

    private static Node Node(params Taint[] taints) => new() { Metadata = new ObjectMeta { Name = "a" }, Spec = new NodeSpec { Taints = taints } };

    private static DaemonSet Set() => new()
    {
        Metadata = new ObjectMeta { Name = "agent", Namespace = "default" },
        Spec = new DaemonSetSpec { Selector = ControlCluster.Selector(), Template = ControlCluster.Template() },
    };
}
