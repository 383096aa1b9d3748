using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Client;
using Keelson.Control.Scheduler;

namespace Keelson.Control.Tests.Scheduler;

/// <summary>Nodes and pods as tests write them.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static Node Node(string name, string cpu = "4", string memory = "8Gi", string pods = "110", params (string Key, string Value)[] labels) => new()
    {
        Metadata = new ObjectMeta { Name = name, Labels = ApiMap<string>.From([("kubernetes.io/hostname", name), .. labels]) },
        Status = new NodeStatus { Allocatable = ApiMap<Quantity>.From(("cpu", Quantity.Parse(cpu)), ("memory", Quantity.Parse(memory)), ("pods", Quantity.Parse(pods))) },
    };

    public static Node Tainted(this Node node, params Taint[] taints) => node with { Spec = node.Spec with { Taints = taints } };

    public static Pod Pod(string name, string? cpu = null, string? memory = null, int? priority = null, params (string Key, string Value)[] labels)
    {
        var requests = new Dictionary<string, Quantity>();
        if (cpu is not null) requests["cpu"] = Quantity.Parse(cpu);
        if (memory is not null) requests["memory"] = Quantity.Parse(memory);
        return new Pod
        {
            Metadata = new ObjectMeta { Name = name, Namespace = "default", Uid = "uid-" + name, Labels = ApiMap<string>.From(labels) },
            Spec = new PodSpec
            {
                SchedulerName = DefaultProfile.SchedulerName,
                Priority = priority,
                Containers = new[] { new Container { Name = "main", Image = "image", Resources = new ResourceRequirements { Requests = requests } } },
            },
        };
    }

    public static Pod On(this Pod pod, string node) => pod with { Spec = pod.Spec with { NodeName = node } };

    public static Pod With(this Pod pod, Affinity affinity) => pod with { Spec = pod.Spec with { Affinity = affinity } };

    public static LabelSelector Selector(string key, string value) => new() { MatchLabels = ApiMap<string>.From((key, value)) };

    public static PodAffinityTerm Term(string key, string value, string topologyKey) => new() { LabelSelector = Selector(key, value), TopologyKey = topologyKey };

    public static ObjectKey KeyOf(Pod pod) => new(pod.Metadata.Namespace, pod.Metadata.Name);
}
