using Keelson.Api.Core.V1;
using Keelson.Api.Storage.V1;
using Keelson.Client;
using Keelson.Control.Scheduler.Cache;
using Keelson.Control.Scheduler.Framework;

namespace Keelson.Control.Scheduler.Plugins.VolumeBinding;

/// <summary>Lets a pod go where the volumes of its claims can be; claims that are not bound keep it waiting.</summary>
/// <remarks>Nothing here binds: a claim that waits for its first consumer finds no volume until something does.</remarks>
internal sealed class VolumeBindingPlugin(VolumeView volumes) : IPreFilter, IFilter
{
    private const string Label = "VolumeBinding";

    private static readonly Verdict Unbound = Verdict.Never(Label, "pod has unbound immediate PersistentVolumeClaims");
    private static readonly Verdict NoVolume = Verdict.Never(Label, "node(s) didn't find available persistent volumes to bind");
    private static readonly Verdict Elsewhere = Verdict.Never(Label, "node(s) didn't match PersistentVolume's node affinity");
    private static readonly Verdict Gone = Verdict.Never(Label, "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)");

    private readonly List<PersistentVolume?> _bound = [];
    private bool _isDelayed;

    public string Name => Label;

    public ClusterEvents WakesOn => ClusterEvents.NodeAdded | ClusterEvents.NodeLabels | ClusterEvents.Volumes;

    public PreFilterAnswer PreFilter(Cycle cycle)
    {
        _bound.Clear();
        _isDelayed = false;
        var pod = cycle.Pod.Pod;
        var isUnbound = false;
        foreach (var (name, isEphemeral) in VolumeView.ClaimsOf(pod))
        {
            var claim = volumes.Claim(new ObjectKey(pod.Metadata.Namespace, name));
            if (Refusal(claim, name, isEphemeral, pod) is { } reason) return PreFilterAnswer.Reject(Verdict.Never(Label, reason));
            if (VolumeView.IsBound(claim!)) _bound.Add(volumes.Volume(claim!.Spec.VolumeName));
            else if (claim!.Spec.VolumeName.Length == 0 && WaitsForConsumer(claim)) _isDelayed = true;
            else isUnbound = true;
        }

        if (isUnbound) return PreFilterAnswer.Reject(Unbound);
        return _bound.Count == 0 && !_isDelayed ? PreFilterAnswer.Skip : PreFilterAnswer.Go;
    }

    public Verdict Filter(Cycle cycle, NodeState node)
    {
        foreach (var volume in _bound)
        {
            if (volume is null) return Gone;
            if (volume.Spec.NodeAffinity?.Required is { } required && !NodeMatcher.Matches(required, node)) return Elsewhere;
        }

        return _isDelayed ? NoVolume : Verdict.Fits;
    }

    private static string? Refusal(PersistentVolumeClaim? claim, string name, bool isEphemeral, Pod pod)
    {
        if (claim is null) return isEphemeral ? $"waiting for ephemeral volume controller to create the persistentvolumeclaim \"{name}\"" : $"persistentvolumeclaim \"{name}\" not found";
        if (claim.Status.Phase == PersistentVolumeClaimPhase.Lost) return $"persistentvolumeclaim \"{name}\" bound to non-existent persistentvolume \"{claim.Spec.VolumeName}\"";
        if (claim.Metadata.DeletionTimestamp is not null) return $"persistentvolumeclaim \"{name}\" is being deleted";
        return isEphemeral && !Client.Reconciling.Owners.IsControlledBy(claim.Metadata, pod.Metadata.Uid)
            ? $"PVC {claim.Metadata.Namespace}/{name} was not created for pod {pod.Metadata.Namespace}/{pod.Metadata.Name} (pod is not owner)"
            : null;
    }

    private bool WaitsForConsumer(PersistentVolumeClaim claim) =>
        claim.Spec.StorageClassName is { Length: > 0 } name && volumes.Class(name)?.VolumeBindingMode == VolumeBindingMode.WaitForFirstConsumer;
}
