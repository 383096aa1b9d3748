using Keelson.Api.Core.V1;
using Keelson.Api.Storage.V1;
using Keelson.Client;

namespace Keelson.Control.Scheduler.Plugins.VolumeBinding;

/// <summary>Claims, volumes and classes as they are now.</summary>
internal sealed record VolumeView(Func<ObjectKey, PersistentVolumeClaim?> Claim, Func<string, PersistentVolume?> Volume, Func<string, StorageClass?> Class)
{
    /// <summary>A cluster without any.</summary>
    public static VolumeView Empty { get; } = new(_ => null, _ => null, _ => null);

    /// <summary>The names of the claims that a pod uses; those of its ephemeral volumes are made for it.</summary>
    public static IEnumerable<(string Name, bool IsEphemeral)> ClaimsOf(Pod pod)
    {
        foreach (var volume in pod.Spec.Volumes)
        {
            if (volume.VolumeSource.PersistentVolumeClaim is { } claim) yield return (claim.ClaimName, false);
            else if (volume.VolumeSource.Ephemeral is not null) yield return ($"{pod.Metadata.Name}-{volume.Name}", true);
        }
    }

    /// <summary>Whether claim and volume have found each other for good.</summary>
    public static bool IsBound(PersistentVolumeClaim claim) =>
        claim.Spec.VolumeName.Length > 0 && claim.Metadata.Annotations.ContainsKey("pv.kubernetes.io/bind-completed");

    /// <summary>The volumes that a pod's bound claims lead to; null stands for one that does not exist.</summary>
    public IEnumerable<PersistentVolume?> VolumesOf(Pod pod)
    {
        foreach (var (name, _) in ClaimsOf(pod))
        {
            if (Claim(new ObjectKey(pod.Metadata.Namespace, name)) is { } claim && IsBound(claim)) yield return Volume(claim.Spec.VolumeName);
        }
    }
}
