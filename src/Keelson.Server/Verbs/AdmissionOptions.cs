using Keelson.Api;
using Keelson.Api.Meta.V1;
using Keelson.Server.Admission;
using Keelson.Server.Http;

namespace Keelson.Server.Verbs;

/// <summary>The options of a write as an object, made of the query that said them.</summary>
internal static class AdmissionOptions
{
    private const string Version = "meta.k8s.io/v1";

    public static byte[] Of(ApiRequest request, AdmissionOperation operation)
    {
        var dryRun = request.Options.DryRun ? ApiList.Create<string>(["All"]) : default;
        return (operation, request.Info.Verb) switch
        {
            (_, "patch") => ApiJson.Encode(new PatchOptions
            {
                ApiVersion = Version, Kind = "PatchOptions", DryRun = dryRun, FieldManager = request.Options.FieldManager, Force = request.Options.Force ? true : null,
            }),
            (AdmissionOperation.Create, _) => ApiJson.Encode(new CreateOptions { ApiVersion = Version, Kind = "CreateOptions", DryRun = dryRun, FieldManager = request.Options.FieldManager }),
            _ => ApiJson.Encode(new UpdateOptions { ApiVersion = Version, Kind = "UpdateOptions", DryRun = dryRun, FieldManager = request.Options.FieldManager }),
        };
    }
}
