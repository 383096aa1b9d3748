using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using static Keelson.Control.Tests.Scheduler.Samples;

namespace Keelson.Control.Tests.Scheduler;

public sealed class VolumeTests
{
    [Fact]
    public async Task A_pod_waits_for_its_claim_to_exist_and_to_be_bound()
    {
        await using var cluster = await SchedulerCluster.StartAsync();
        await cluster.NodesAsync(Node("a"), Node("b"));
        cluster.Schedule();
        await cluster.PodsAsync(Using(Pod("p"), "data"));
        await cluster.UntilAsync(() => Message(cluster, "p").StartsWith("0/2 nodes are available: persistentvolumeclaim \"data\" not found.", StringComparison.Ordinal));
        await cluster.Client.Resource<PersistentVolumeClaim>().CreateAsync(Claim("data", ""));
        await cluster.UntilAsync(() => Message(cluster, "p").StartsWith("0/2 nodes are available: pod has unbound immediate PersistentVolumeClaims.", StringComparison.Ordinal));
        await cluster.Client.Resource<PersistentVolume>().CreateAsync(Volume("disk", "b"));
        await cluster.Client.Resource<PersistentVolumeClaim>().In("default").DeleteAsync("data");
        await cluster.UntilAsync(() => Message(cluster, "p").Contains("not found", StringComparison.Ordinal));
        await cluster.Client.Resource<PersistentVolumeClaim>().CreateAsync(Claim("data", "disk"));
        await cluster.UntilAsync(() => cluster.NodeOf("p") == "b");
        Assert.Empty(cluster.Failures);
    }

    [Fact]
    public async Task A_bound_claim_keeps_its_pod_where_the_volume_is()
    {
        await using var cluster = await SchedulerCluster.StartAsync();
        await cluster.NodesAsync(Node("a"));
        await cluster.Client.Resource<PersistentVolume>().CreateAsync(Volume("disk", "b"));
        await cluster.Client.Resource<PersistentVolumeClaim>().CreateAsync(Claim("data", "disk"));
        await cluster.Client.Resource<PersistentVolumeClaim>().CreateAsync(Claim("lost", "nothing"));
        cluster.Schedule();
        await cluster.PodsAsync(Using(Pod("p"), "data"), Using(Pod("q"), "lost"));
        await cluster.UntilAsync(() => Message(cluster, "p").StartsWith("0/1 nodes are available: 1 node(s) didn't match PersistentVolume's node affinity.", StringComparison.Ordinal));
        await cluster.UntilAsync(() => Message(cluster, "q").Contains("1 node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)", StringComparison.Ordinal));
        await cluster.NodesAsync(Node("b"));
        await cluster.UntilAsync(() => cluster.NodeOf("p") == "b");
    }

    [Fact]
    public async Task A_claim_for_one_pod_is_used_by_one_at_a_time()
    {
        await using var cluster = await SchedulerCluster.StartAsync();
        await cluster.NodesAsync(Node("a"), Node("b"));
        await cluster.Client.Resource<PersistentVolume>().CreateAsync(Volume("disk", null));
        await cluster.Client.Resource<PersistentVolumeClaim>().CreateAsync(Claim("data", "disk", "ReadWriteOncePod"));
        cluster.Schedule();
        await cluster.PodsAsync(Using(Pod("p"), "data"));
        await cluster.UntilAsync(() => cluster.NodeOf("p") is { Length: > 0 });
        await cluster.PodsAsync(Using(Pod("q"), "data"));
        await cluster.UntilAsync(() => Message(cluster, "q").Contains("2 node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode", StringComparison.Ordinal));
        await cluster.DefaultPods.DeleteAsync("p", new DeleteOptions { GracePeriodSeconds = 0 });
        await cluster.UntilAsync(() => cluster.NodeOf("q") is { Length: > 0 });
    }

    private static string Message(SchedulerCluster cluster, string name) =>
        cluster.Pod(name)?.Status.Conditions.FirstOrDefault(condition => condition.Type == PodConditionType.PodScheduled)?.Message ?? "";

    private static Pod Using(Pod pod, string claim) =>
        pod with { Spec = pod.Spec with { Volumes = [new Volume { Name = "data", VolumeSource = new VolumeSource { PersistentVolumeClaim = new PersistentVolumeClaimVolumeSource { ClaimName = claim } } }] } };

    private static PersistentVolumeClaim Claim(string name, string volume, string mode = "ReadWriteOnce") => new()
    {
        Metadata = new ObjectMeta { Name = name, Namespace = "default", Annotations = volume.Length == 0 ? default : ApiMap<string>.From(("pv.kubernetes.io/bind-completed", "yes")) },
        Spec = new PersistentVolumeClaimSpec { AccessModes = [mode], VolumeName = volume, StorageClassName = "", Resources = new VolumeResourceRequirements { Requests = Size } },
    };

    private static PersistentVolume Volume(string name, string? node) => new()
    {
        Metadata = new ObjectMeta { Name = name },
        Spec = new PersistentVolumeSpec
        {
            AccessModes = ["ReadWriteOnce"],
            Capacity = Size,
            PersistentVolumeSource = new PersistentVolumeSource { HostPath = new HostPathVolumeSource { Path = "/data" } },
            NodeAffinity = node is null ? null : new VolumeNodeAffinity
            {
                Required = new NodeSelector { NodeSelectorTerms = [new NodeSelectorTerm { MatchFields = [new NodeSelectorRequirement { Key = "metadata.name", Operator = "In", Values = [node] }] }] },
            },
        },
    };

    private static ApiMap<Quantity> Size => ApiMap<Quantity>.From(("storage", Quantity.Parse("1Gi")));
}
