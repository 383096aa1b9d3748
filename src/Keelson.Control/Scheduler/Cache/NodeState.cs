using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Control.Scheduler.Framework;

namespace Keelson.Control.Scheduler.Cache;

/// <summary>A node as the scheduler sees it: what it has, what its pods ask for, and the pods.</summary>
internal sealed class NodeState(string name, int slot)
{
    public const string UnschedulableTaint = "node.kubernetes.io/unschedulable";

    private ResourceAmounts _requested;
    private ResourceAmounts _presumed;

    public string Name { get; } = name;

    /// <summary>Its place in everything that is kept per node, for as long as it is known.</summary>
    public int Slot { get; } = slot;

    /// <summary>Null where pods are known to be on a node that is not there, or not yet.</summary>
    public Node? Node { get; private set; }

    public ApiMap<string> Labels { get; private set; }

    public bool IsUnschedulable { get; private set; }

    /// <summary>The taints that keep pods away, and those that only make the node less liked.</summary>
    public IReadOnlyList<Taint> HardTaints { get; private set; } = [];

    public IReadOnlyList<Taint> SoftTaints { get; private set; } = [];

    public ResourceAmounts Allocatable { get; private set; }

    public long AllowedPods { get; private set; }

    public ref readonly ResourceAmounts Requested => ref _requested;

    /// <summary>As Requested, with a little for containers that ask for none.</summary>
    public ref readonly ResourceAmounts Presumed => ref _presumed;

    public Dictionary<string, PodInfo> Pods { get; } = [];

    public List<HostPort> Ports { get; } = [];

    /// <summary>Sizes of the images that are on the node, by each of their names.</summary>
    public IReadOnlyDictionary<string, long> Images { get; private set; } = new Dictionary<string, long>();

    public string Zone => Labels.GetValueOrDefault("topology.kubernetes.io/region", "") + "/" + Labels.GetValueOrDefault("topology.kubernetes.io/zone", "");

    /// <summary>Takes over a newer state of the node, and says what of it may let pods fit.</summary>
    public ClusterEvents Set(Node? node)
    {
        var before = Node;
        Node = node;
        if (node is null)
        {
            Labels = default;
            return ClusterEvents.None;
        }

        var events = before is null ? ClusterEvents.NodeAdded : Difference(before, node);
        if (events == ClusterEvents.None) return events;
        Labels = node.Metadata.Labels;
        IsUnschedulable = node.Spec.Unschedulable;
        HardTaints = [.. node.Spec.Taints.Where(taint => taint.Effect != TaintEffect.PreferNoSchedule)];
        SoftTaints = [.. node.Spec.Taints.Where(taint => taint.Effect == TaintEffect.PreferNoSchedule)];
        var amounts = node.Status.Allocatable;
        Allocatable = ResourceAmounts.Of(amounts);
        AllowedPods = amounts.TryGetValue(ResourceName.Pods, out var pods) ? pods.Value() : 0;
        Images = ImagesOf(node);
        return events;
    }

    public void Add(PodInfo pod)
    {
        Pods.Add(pod.Uid, pod);
        _requested.Add(pod.Shape.Requests);
        _presumed.Add(pod.Shape.PresumedRequests);
        Ports.AddRange(pod.Shape.Ports);
    }

    public void Remove(PodInfo pod)
    {
        if (!Pods.Remove(pod.Uid)) throw new InvalidOperationException($"The pod {pod} is not on the node {Name}.");
        _requested.Add(pod.Shape.Requests, -1);
        _presumed.Add(pod.Shape.PresumedRequests, -1);
        foreach (var port in pod.Shape.Ports) Ports.Remove(port);
    }

    private static ClusterEvents Difference(Node before, Node after)
    {
        if (ReferenceEquals(before, after)) return ClusterEvents.None;
        var events = ClusterEvents.None;
        if (before.Status.Allocatable != after.Status.Allocatable) events |= ClusterEvents.NodeAllocatable;
        if (before.Metadata.Labels != after.Metadata.Labels) events |= ClusterEvents.NodeLabels;
        if (before.Spec.Taints != after.Spec.Taints || before.Spec.Unschedulable != after.Spec.Unschedulable) events |= ClusterEvents.NodeTaints;
        // New images let no pod fit, but they count for scores.
        if (before.Status.Images != after.Status.Images) events |= ClusterEvents.NodeImages;
        return events;
    }

    private static Dictionary<string, long> ImagesOf(Node node)
    {
        var images = new Dictionary<string, long>();
        foreach (var image in node.Status.Images)
        {
            foreach (var name in image.Names) images[name] = image.SizeBytes;
        }

        return images;
    }
}
