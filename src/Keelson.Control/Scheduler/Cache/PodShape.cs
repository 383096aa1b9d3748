using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Control.Scheduler.Framework;

namespace Keelson.Control.Scheduler.Cache;

/// <summary>All of a pod that a node alone decides on: what it asks for, selects, tolerates. Pods of one template share it.</summary>
/// <remarks>
/// With it goes what was found for each node. That holds until the node changes, so the next pod of the same shape costs
/// what changed since, not nodes times plugins.
/// </remarks>
internal sealed class PodShape
{
    private PodShape(PodSpec spec)
    {
        NodeSelector = spec.NodeSelector;
        NodeAffinity = spec.Affinity?.NodeAffinity;
        Tolerations = spec.Tolerations;
        Requests = PodRequests.Of(spec, isPresumed: false);
        PresumedRequests = PodRequests.Of(spec, isPresumed: true);
        Ports = HostPort.Of(spec);
        Images = ImagesOf(spec);
        ContainerCount = spec.Containers.Count + spec.InitContainers.Count;
    }

    public ApiMap<string> NodeSelector { get; }

    public NodeAffinity? NodeAffinity { get; }

    public ApiList<Toleration> Tolerations { get; }

    public ResourceAmounts Requests { get; }

    /// <summary>As Requests, with a little for containers that ask for none: what scores are computed from.</summary>
    public ResourceAmounts PresumedRequests { get; }

    public IReadOnlyList<HostPort> Ports { get; }

    public IReadOnlyList<string> Images { get; }

    public int ContainerCount { get; }

    /// <summary>What was found for each node, by slot; null until a pod of the shape was placed.</summary>
    public NodeFindings? Findings { get; set; }

    public bool Selects(NodeState node) => NodeMatcher.Matches(NodeSelector, NodeAffinity?.RequiredDuringSchedulingIgnoredDuringExecution, node);

    public static Key KeyOf(PodSpec spec) => new(
        spec.SchedulerName, spec.NodeSelector, spec.Affinity?.NodeAffinity, spec.Tolerations, spec.Overhead, spec.Resources, Parts(spec.Containers), Parts(spec.InitContainers));

    public static PodShape Of(PodSpec spec) => new(spec);

    private static string[] ImagesOf(PodSpec spec)
    {
        var images = new List<string>();
        foreach (var container in spec.InitContainers) images.Add(ImageName.Normalize(container.Image));
        foreach (var container in spec.Containers) images.Add(ImageName.Normalize(container.Image));
        return [.. images];
    }

    private static ApiList<Part> Parts(ApiList<Container> containers)
    {
        if (containers.IsEmpty) return default;
        var parts = new Part[containers.Count];
        for (var i = 0; i < parts.Length; i++)
        {
            var container = containers[i];
            parts[i] = new Part(container.Image, container.Resources.Requests, container.Ports, container.RestartPolicy);
        }

        return ApiList.Wrap(parts);
    }

    /// <summary>What two pods must have alike to be of one shape.</summary>
    internal sealed record Key(
        string SchedulerName, ApiMap<string> NodeSelector, NodeAffinity? NodeAffinity, ApiList<Toleration> Tolerations,
        ApiMap<Quantity> Overhead, ResourceRequirements? Resources, ApiList<Part> Containers, ApiList<Part> InitContainers);

    /// <summary>What of a container counts.</summary>
    internal readonly record struct Part(string Image, ApiMap<Quantity> Requests, ApiList<ContainerPort> Ports, string? RestartPolicy);
}

/// <summary>What the local plugins found for one shape of pod on each node, and at which state of the node.</summary>
internal sealed class NodeFindings(int width)
{
    private long[] _generations = [];
    private Rejection?[] _rejections = [];
    private long[] _scores = [];

    /// <summary>Numbers kept per node: the sum of the scores that are ready, then the raw ones.</summary>
    public int Width { get; } = width;

    public bool IsCurrent(int slot, long generation) => slot < _generations.Length && _generations[slot] == generation;

    public Rejection? Rejection(int slot) => _rejections[slot];

    public Span<long> Scores(int slot) => _scores.AsSpan(slot * Width, Width);

    public void Set(int slot, int slots, long generation, Rejection? rejection)
    {
        if (slot >= _generations.Length)
        {
            Array.Resize(ref _generations, slots);
            Array.Resize(ref _rejections, slots);
            Array.Resize(ref _scores, slots * Width);
        }

        _generations[slot] = generation;
        _rejections[slot] = rejection;
    }
}
