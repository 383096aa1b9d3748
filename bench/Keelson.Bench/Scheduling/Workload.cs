using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;

namespace Keelson.Bench.Scheduling;

/// <summary>A kind of pods to be placed, as upstream's scheduler_perf has it.</summary>
/// <param name="Target">Pods a second that the engine has to reach.</param>
internal sealed record Workload(string Name, string About, double Target, int Nodes, int Pods, Func<int, Pod> Pod)
{
    private const string Zone = "topology.kubernetes.io/zone";
    private const string Host = "kubernetes.io/hostname";
    private const int Zones = 10;

    public static IReadOnlyList<Workload> All { get; } =
    [
        new("basic", "pods that ask for processor and memory", 50_000, 5000, 10_000, Basic),
        new("affinity", "pods that must be in the zone of others like them", 2000, 5000, 5000, i => With(i, new Affinity
        {
            PodAffinity = new PodAffinity { RequiredDuringSchedulingIgnoredDuringExecution = new[] { Term(Zone) } },
        })),
        new("anti-affinity", "pods that get a node each", 2000, 5000, 5000, i => With(i, new Affinity
        {
            PodAntiAffinity = new PodAntiAffinity { RequiredDuringSchedulingIgnoredDuringExecution = new[] { Term(Host) } },
        })),
        new("spread", "pods that are spread evenly over ten zones", 2000, 5000, 5000, i =>
        {
            var constraint = new TopologySpreadConstraint
            {
                MaxSkew = 5, TopologyKey = Zone, WhenUnsatisfiable = UnsatisfiableConstraintAction.DoNotSchedule, LabelSelector = Selector,
            };
            var pod = Basic(i);
            return pod with { Spec = pod.Spec with { TopologySpreadConstraints = new[] { constraint } } };
        }),
    ];

    private static LabelSelector Selector { get; } = new() { MatchLabels = ApiMap<string>.From(("app", "bench")) };

    public static Node Node(int i) => new()
    {
        Metadata = new ObjectMeta { Name = $"node-{i}", Labels = ApiMap<string>.From((Host, $"node-{i}"), (Zone, $"zone-{i % Zones}")) },
        Status = new NodeStatus
        {
            Allocatable = ApiMap<Quantity>.From(("cpu", Quantity.Parse("4")), ("memory", Quantity.Parse("32Gi")), ("pods", Quantity.Parse("110"))),
        },
    };

    private static Pod Basic(int i)
    {
        var requests = ApiMap<Quantity>.From(("cpu", Quantity.Parse("100m")), ("memory", Quantity.Parse("500Mi")));
        return new Pod
        {
            Metadata = new ObjectMeta { Name = $"pod-{i}", Namespace = "bench", Uid = $"uid-{i}", Labels = ApiMap<string>.From(("app", "bench")) },
            Spec = new PodSpec
            {
                SchedulerName = "default-scheduler",
                Containers = new[] { new Container { Name = "pause", Image = "pause:3", Resources = new ResourceRequirements { Requests = requests } } },
            },
        };
    }

    private static Pod With(int i, Affinity affinity)
    {
        var pod = Basic(i);
        return pod with { Spec = pod.Spec with { Affinity = affinity } };
    }

    private static PodAffinityTerm Term(string topologyKey) => new() { LabelSelector = Selector, TopologyKey = topologyKey };
}
