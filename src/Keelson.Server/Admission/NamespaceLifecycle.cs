using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Server.Http;
using Keelson.Server.Objects;
using Keelson.Server.Registry;
using Keelson.Server.Storing;

namespace Keelson.Server.Admission;

/// <summary>Nothing is created in a namespace that does not exist or is being emptied, and some namespaces stay.</summary>
internal sealed class NamespaceLifecycle(ObjectStore objects, ResourceRegistry registry) : IAdmissionPlugin
{
    private static readonly string[] Immortal = ["default", "kube-system", "kube-public"];

    public async ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        if (request is { Operation: AdmissionOperation.Delete, Resource.Kind: { Group: "", Kind: "Namespace" } } && Immortal.Contains(request.Name.Name))
        {
            throw Failures.Forbidden(request.Resource, request.Name.Name, "this namespace may not be deleted");
        }

        // What somebody may do in a namespace that is not there says nothing about namespaces.
        if (request.Resource.QualifiedName == "localsubjectaccessreviews.authorization.k8s.io") return;
        var space = request.Name.Namespace;
        if (request.Operation != AdmissionOperation.Create || space.Length == 0) return;
        var namespaces = registry.Find("", "v1", "namespaces") ?? throw new InvalidOperationException("namespaces are not registered");
        var found = await objects.GetAsync(namespaces, new ObjectName("", space), cancel).ConfigureAwait(false)
            ?? throw Failures.NotFound(namespaces, space);
        if (found.Object.Typed is Namespace { Status.Phase: NamespacePhase.Terminating }) throw Terminating(request, space);
    }

    private static ApiException Terminating(AdmissionRequest request, string space)
    {
        var refused = Failures.Forbidden(request.Resource, request.ShownName, $"unable to create new content in namespace {space} because it is being terminated");
        var cause = new StatusCause { Reason = "NamespaceTerminating", Message = $"namespace {space} is being terminated", Field = "metadata.namespace" };
        return new ApiException(refused.Status with { Details = refused.Status.Details! with { Causes = [cause] } });
    }
}
