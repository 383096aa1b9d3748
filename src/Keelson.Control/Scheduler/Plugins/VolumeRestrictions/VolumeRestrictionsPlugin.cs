using Keelson.Api.Core.V1;
using Keelson.Client;
using Keelson.Control.Scheduler.Cache;
using Keelson.Control.Scheduler.Framework;
using Keelson.Control.Scheduler.Plugins.VolumeBinding;

namespace Keelson.Control.Scheduler.Plugins.VolumeRestrictions;

/// <summary>Lets one pod at a time use a claim of mode ReadWriteOncePod.</summary>
internal sealed class VolumeRestrictionsPlugin(VolumeView volumes) : IPreFilter, IFilter
{
    private static readonly Verdict InUse = Verdict.No("VolumeRestrictions", "node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode");

    private readonly HashSet<string> _exclusive = new(StringComparer.Ordinal);

    public string Name => "VolumeRestrictions";

    public ClusterEvents WakesOn => ClusterEvents.PodRemoved | ClusterEvents.Volumes;

    public bool MayHelp(PodInfo pod, in ClusterChange change) =>
        change.Pod is not { } other || (other.Key.Namespace == pod.Key.Namespace && !other.Pod.Spec.Volumes.IsEmpty);

    public PreFilterAnswer PreFilter(Cycle cycle)
    {
        _exclusive.Clear();
        var pod = cycle.Pod.Pod;
        foreach (var (name, _) in VolumeView.ClaimsOf(pod))
        {
            if (volumes.Claim(new ObjectKey(pod.Metadata.Namespace, name)) is { } claim && claim.Spec.AccessModes.Contains(PersistentVolumeAccessMode.ReadWriteOncePod)) _exclusive.Add(name);
        }

        if (_exclusive.Count == 0) return PreFilterAnswer.Skip;
        // Wherever the other pod is, this one has to wait; only making room there helps.
        return PreFilterAnswer.Go;
    }

    public Verdict Filter(Cycle cycle, NodeState node)
    {
        foreach (var each in cycle.Cluster.KnownNodes)
        {
            foreach (var other in each.Pods.Values)
            {
                if (other.Key.Namespace != cycle.Pod.Key.Namespace || other.Pod.Spec.Volumes.IsEmpty) continue;
                if (VolumeView.ClaimsOf(other.Pod).Any(claim => _exclusive.Contains(claim.Name))) return InUse;
            }
        }

        return Verdict.Fits;
    }
}
