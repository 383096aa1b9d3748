using Keelson.Api.Networking.V1;
using Keelson.Server.Objects;

namespace Keelson.Server.Admission;

/// <summary>An ingress that names no class gets the one that is marked as default, the newest of several.</summary>
internal sealed class DefaultIngressClass(AdmissionLookup lookup) : IAdmissionPlugin
{
    private const string OldAnnotation = "kubernetes.io/ingress.class";
    private const string Mark = "ingressclass.kubernetes.io/is-default-class";

    public async ValueTask<ApiObject?> MutateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        if (request is not { Operation: AdmissionOperation.Create, IsWhole: true, Object.Typed: Ingress ingress }) return request.Object;
        if (ingress.Spec.IngressClassName is not null || ingress.Metadata.Annotations.ContainsKey(OldAnnotation)) return request.Object;
        var classes = await lookup.ListAsync<IngressClass>("networking.k8s.io", "ingressclasses", "", cancel).ConfigureAwait(false);
        var chosen = classes.Where(item => item.Metadata.Annotations.GetValueOrDefault(Mark) == "true")
            .OrderByDescending(item => item.Metadata.CreationTimestamp).ThenBy(item => item.Metadata.Name, StringComparer.Ordinal).FirstOrDefault();
        return chosen is null ? request.Object : new TypedObject(ingress with { Spec = ingress.Spec with { IngressClassName = chosen.Metadata.Name } });
    }

    public ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel) => ValueTask.CompletedTask;
}
