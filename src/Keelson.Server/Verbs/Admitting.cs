using Keelson.Api;
using Keelson.Server.Admission;
using Keelson.Server.Http;
using Keelson.Server.Objects;

namespace Keelson.Server.Verbs;

/// <summary>Takes what is asked, and stored nowhere, through the admission as a creation.</summary>
internal static class Admitting
{
    /// <summary>What is asked as the plugins have left it.</summary>
    public static async ValueTask<IResource> RunAsync(ServerContext server, ApiRequest request, IResource sent)
    {
        var asked = new AdmissionRequest(AdmissionOperation.Create, request.Resource, request.Info.Subresource, request.Name, new TypedObject(sent), null, request.User, request.Options.DryRun)
        {
            Warn = request.Warn,
            Annotate = request.Annotate,
            AnnotateObject = request.AnnotateObject,
            Options = () => AdmissionOptions.Of(request, AdmissionOperation.Create),
        };
        var admitted = await server.Admission.MutateAsync(asked, request.Cancel).ConfigureAwait(false) ?? asked.Object!;
        await server.Admission.ValidateAsync(asked with { Object = admitted }, request.Cancel).ConfigureAwait(false);
        return admitted.Typed!;
    }
}
