using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Storage.V1;

namespace Keelson.Server.Admission;

/// <summary>A claim grows only when it is bound and its class allows that.</summary>
internal sealed class PersistentVolumeClaimResize(AdmissionLookup lookup) : IAdmissionPlugin
{
    private const string ClaimAnnotation = "volume.beta.kubernetes.io/storage-class";

    public async ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        if (request is not { Operation: AdmissionOperation.Update, IsWhole: true, Object.Typed: PersistentVolumeClaim claim, OldObject.Typed: PersistentVolumeClaim old }) return;
        if (Size(claim) <= Size(old)) return;
        if (old.Status.Phase != PersistentVolumeClaimPhase.Bound) throw request.Forbid("Only bound persistent volume claims can be expanded");
        var name = claim.Metadata.Annotations.GetValueOrDefault(ClaimAnnotation) ?? claim.Spec.StorageClassName ?? "";
        var found = name.Length == 0 ? null : await lookup.FindAsync<StorageClass>("storage.k8s.io", "storageclasses", "", name, cancel).ConfigureAwait(false);
        if (found?.AllowVolumeExpansion == true) return;
        throw request.Forbid("only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize");
    }

    private static Quantity Size(PersistentVolumeClaim claim) => claim.Spec.Resources.Requests.GetValueOrDefault("storage");
}
