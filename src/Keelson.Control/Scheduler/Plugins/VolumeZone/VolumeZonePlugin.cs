using Keelson.Control.Scheduler.Cache;
using Keelson.Control.Scheduler.Framework;
using Keelson.Control.Scheduler.Plugins.VolumeBinding;

namespace Keelson.Control.Scheduler.Plugins.VolumeZone;

/// <summary>Keeps a pod in the zone and region that its volumes' labels name.</summary>
internal sealed class VolumeZonePlugin(VolumeView volumes) : IPreFilter, IFilter
{
    private const string Separator = "__";

    private static readonly string[] Labels =
    [
        "topology.kubernetes.io/zone", "topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/region",
    ];

    private static readonly Verdict OtherZone = Verdict.Never("VolumeZone", "node(s) had no available volume zone");

    private readonly List<(string Label, string[] Values)> _zones = [];

    public string Name => "VolumeZone";

    public ClusterEvents WakesOn => ClusterEvents.NodeAdded | ClusterEvents.NodeLabels | ClusterEvents.Volumes;

    public PreFilterAnswer PreFilter(Cycle cycle)
    {
        _zones.Clear();
        foreach (var volume in volumes.VolumesOf(cycle.Pod.Pod))
        {
            foreach (var label in Labels)
            {
                if (volume?.Metadata.Labels.GetValueOrDefault(label) is { } value) _zones.Add((label, value.Split(Separator)));
            }
        }

        return _zones.Count == 0 ? PreFilterAnswer.Skip : PreFilterAnswer.Go;
    }

    public Verdict Filter(Cycle cycle, NodeState node)
    {
        // Where no node of the cluster knows zones, there are none to keep to.
        if (!Array.Exists(Labels, node.Labels.ContainsKey)) return Verdict.Fits;
        foreach (var (label, values) in _zones)
        {
            if (!values.Contains(Value(node, label))) return OtherZone;
        }

        return Verdict.Fits;
    }

    // Volumes made long ago have the labels' old names.
    private static string? Value(NodeState node, string label) =>
        node.Labels.GetValueOrDefault(label) ?? node.Labels.GetValueOrDefault(label.Replace("failure-domain.beta.kubernetes.io", "topology.kubernetes.io", StringComparison.Ordinal));
}
