using Keelson.Api.Core.V1;
using Keelson.Server.Objects;

namespace Keelson.Server.Admission;

/// <summary>Claims and volumes stay until nobody uses them: a finalizer holds them, which their controllers take off.</summary>
internal sealed class StorageObjectInUseProtection : IAdmissionPlugin
{
    public ValueTask<ApiObject?> MutateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        if (request is not { Operation: AdmissionOperation.Create, IsWhole: true, Object: { } value }) return new(request.Object);
        var finalizer = value.Typed switch
        {
            PersistentVolumeClaim => "kubernetes.io/pvc-protection",
            PersistentVolume => "kubernetes.io/pv-protection",
            _ => null,
        };
        if (finalizer is null || value.Metadata.Finalizers.Contains(finalizer)) return new(value);
        return new(value.With(value.Metadata with { Finalizers = value.Metadata.Finalizers.Add(finalizer) }));
    }

    public ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel) => ValueTask.CompletedTask;
}
