using Keelson.Api.Core.V1;
using Keelson.Server.Objects;
using Keelson.Api.Storage.V1;

namespace Keelson.Server.Admission;

/// <summary>A claim that names no class gets the one that is marked as default, the newest of several.</summary>
internal sealed class DefaultStorageClass(AdmissionLookup lookup) : IAdmissionPlugin
{
    private const string ClaimAnnotation = "volume.beta.kubernetes.io/storage-class";
    private static readonly string[] Marks = ["storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"];

    public async ValueTask<ApiObject?> MutateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        if (request is not { Operation: AdmissionOperation.Create, IsWhole: true, Object.Typed: PersistentVolumeClaim claim }) return request.Object;
        if (claim.Spec.StorageClassName is not null || claim.Metadata.Annotations.ContainsKey(ClaimAnnotation)) return request.Object;
        var classes = await lookup.ListAsync<StorageClass>("storage.k8s.io", "storageclasses", "", cancel).ConfigureAwait(false);
        var chosen = classes.Where(item => Marks.Any(mark => item.Metadata.Annotations.GetValueOrDefault(mark) == "true"))
            .OrderByDescending(item => item.Metadata.CreationTimestamp).ThenBy(item => item.Metadata.Name, StringComparer.Ordinal).FirstOrDefault();
        return chosen is null ? request.Object : new TypedObject(claim with { Spec = claim.Spec with { StorageClassName = chosen.Metadata.Name } });
    }

    public ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel) => ValueTask.CompletedTask;
}
