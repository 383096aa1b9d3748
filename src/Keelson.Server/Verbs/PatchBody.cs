using Keelson.Api;
using Keelson.Api.Json;
using Keelson.Api.Patch.Json;
using Keelson.Api.Patch.Merge;
using Keelson.Api.Patch.Strategic;
using Keelson.Api.Meta.V1;
using Keelson.Api.Validation;
using Keelson.Api.Values;
using Keelson.Api.Yaml;
using Keelson.Server.Http;

namespace Keelson.Server.Verbs;

/// <summary>The forms in which a patch may come.</summary>
internal enum PatchForm { Json, Merge, Strategic, Apply }

/// <summary>A patch that was read.</summary>
/// <param name="Apply">What it makes of an object.</param>
/// <param name="Shown">How a message shows it; null for a patch of which a message shows the result instead.</param>
internal sealed record ReadPatch(Func<MapValue, MapValue> Apply, string? Shown = null);

/// <summary>Reads patches and applies those that are not server-side applies.</summary>
internal static class PatchBody
{
    private static readonly string[] Accepted =
    [
        "application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json", "application/apply-patch+yaml",
    ];

    /// <summary>How lists are to be merged is not known of custom resources.</summary>
    private static readonly string[] AcceptedForCustom = [Accepted[0], Accepted[1], Accepted[3]];

    public static PatchForm FormOf(ApiRequest request)
    {
        var type = (request.Http.Request.ContentType ?? "").Split(';')[0].Trim().ToLowerInvariant();
        var form = Array.IndexOf(Accepted, type);
        var isCustom = request.Resource.KindInfo is null;
        if (form < 0 || (form == (int)PatchForm.Strategic && isCustom)) throw Failures.UnsupportedMediaType(isCustom ? AcceptedForCustom : Accepted);
        return (PatchForm)form;
    }

    /// <summary>The patch in a body; one that is broken is a bad request.</summary>
    public static ReadPatch Read(ApiRequest request, PatchForm form, ReadOnlySpan<byte> body)
    {
        var findings = new List<string>();
        try
        {
            var patch = Read(request, form, body, findings);
            var report = new DecodeReport();
            foreach (var finding in findings) report.Add(finding);
            RequestBody.HandleFindings(request, report);
            return patch;
        }
        catch (JsonPatchException broken)
        {
            throw Failures.BadRequest(broken.Message, broken);
        }
        catch (MergePatchException broken)
        {
            throw Failures.BadRequest(broken.Message, broken);
        }
    }

    /// <summary>The configuration in the body of an apply.</summary>
    public static MapValue ReadConfiguration(ApiRequest request, ReadOnlySpan<byte> body)
    {
        var duplicates = new List<string>();
        try
        {
            if (YamlReader.Read(body, null, duplicates) is not MapValue configuration) throw Failures.BadRequest("error decoding YAML: the configuration is no object");
            var report = new DecodeReport();
            foreach (var duplicate in duplicates) report.Add(duplicate);
            RequestBody.HandleFindings(request, report);
            return configuration;
        }
        catch (YamlFormatException broken)
        {
            throw Failures.BadRequest($"error decoding YAML: {broken.Message}", broken);
        }
    }

    /// <summary>The refusal of a patch whose result is no object of the resource.</summary>
    public static ApiException Unfit(ReadPatch patch, MapValue result, ApiFormatException why)
    {
        var errors = new FieldErrors();
        errors.Invalid("patch", patch.Shown ?? ValueWriter.WriteText(result, JsonFormat.Plain), patch.Shown is null ? why.Message : why.ConversionMessage ?? why.Message);
        return Failures.Invalid("", "", "", errors.ToCauses());
    }

    private static ReadPatch Read(ApiRequest request, PatchForm form, ReadOnlySpan<byte> body, List<string> findings)
    {
        switch (form)
        {
            case PatchForm.Json:
                var patch = JsonPatch.Parse(body, null, findings);
                return new ReadPatch(value => Apply(patch, value));
            case PatchForm.Merge:
                var merge = MergePatch.Parse(body, findings);
                return new ReadPatch(value => (MapValue)MergePatch.Apply(value, merge));
            default:
                var strategic = MergePatch.Parse(body, findings);
                return new ReadPatch(value => Apply(request, strategic, value), StrategicMerge.Show(strategic));
        }
    }

    private static MapValue Apply(JsonPatch patch, MapValue value)
    {
        try
        {
            return patch.Apply(value) as MapValue ?? throw Unprocessable("the patch leaves no object");
        }
        catch (JsonPatchException refused)
        {
            throw Unprocessable(refused.Message);
        }
    }

    private static MapValue Apply(ApiRequest request, MapValue patch, MapValue value)
    {
        try
        {
            return StrategicMerge.Apply(value, patch, request.Resource.Schema);
        }
        catch (StrategicPatchException refused)
        {
            throw Failures.BadRequest(refused.Message, refused);
        }
    }

    // The patch is well formed, and does not fit the object.
    private static ApiException Unprocessable(string message) => new(new Status
    {
        ApiVersion = "v1",
        Kind = "Status",
        StatusValue = "Failure",
        Code = 422,
        Reason = StatusReason.Invalid,
        Message = $"the server rejected our request due to an error in our request: {message}",
        Details = new StatusDetails(),
    });
}
