using Keelson.Api;
using Keelson.Api.Admission.V1;
using Keelson.Api.AdmissionRegistration.V1;
using Keelson.Api.Json;
using Keelson.Api.Meta.V1;
using Keelson.Api.Patch.Json;
using Keelson.Api.Values;
using Keelson.Server.Admission;
using Keelson.Server.Http;
using Keelson.Server.Objects;
using Keelson.Server.Registry;
using AdmissionRequest = Keelson.Server.Admission.AdmissionRequest;

namespace Keelson.Server.Webhooks;

/// <summary>The question that webhooks are asked, and what their answers mean.</summary>
internal static class WebhookReview
{
    /// <summary>The version of the review in which the server asks unless a webhook only knows the older one.</summary>
    public const string Version = "admission.k8s.io/v1";

    public static string OperationOf(AdmissionRequest request) => request switch
    {
        // What binds a pod is created, though the pod is what changes.
        { Subresource: "binding" } => OperationType.CREATE,
        { Operation: AdmissionOperation.Create } => OperationType.CREATE,
        { Operation: AdmissionOperation.Update } => OperationType.UPDATE,
        { Operation: AdmissionOperation.Delete } => OperationType.DELETE,
        _ => OperationType.CONNECT,
    };

    public static async ValueTask<AdmissionReview> AskAsync(AdmissionRequest request, RegisteredResource shown, string version, string uid, CancellationToken cancel)
    {
        var kind = KindOf(request, shown);
        var asked = KindOf(request, request.Resource);
        return new AdmissionReview
        {
            ApiVersion = version,
            Kind = "AdmissionReview",
            Request = new Api.Admission.V1.AdmissionRequest
            {
                Uid = uid,
                Kind = kind,
                Resource = NameOf(shown),
                SubResource = request.Subresource,
                RequestKind = asked,
                RequestResource = NameOf(request.Resource),
                RequestSubResource = request.Subresource,
                Name = request.Name.Name,
                Namespace = request.Resource.Kind is { Group: "", Kind: "Namespace" } ? request.Name.Name : request.Name.Namespace,
                Operation = OperationOf(request),
                UserInfo = request.User,
                Object = await ShowAsync(request, shown, request.Object, cancel).ConfigureAwait(false),
                OldObject = await ShowAsync(request, shown, request.OldObject, cancel).ConfigureAwait(false),
                DryRun = request.DryRun,
                Options = request.Options is { } options ? RawJson.Wrap(options()) : default,
            },
        };
    }

    /// <summary>What a webhook answered, with its changes read.</summary>
    /// <exception cref="WebhookException">The answer is none.</exception>
    public static (AdmissionResponse Response, JsonPatch? Patch) Read(byte[] answer, string version, string uid, bool mutating)
    {
        AdmissionReview review;
        try
        {
            review = ApiJson.Decode<AdmissionReview>(answer, new DecodeReport());
        }
        catch (Exception malformed) when (malformed is ApiFormatException or Api.Values.JsonFormatException)
        {
            throw Invalid(malformed.Message);
        }

        if (review.Response is not { } response) throw Invalid("webhook response was absent");
        if (version == Version) CheckForm(review, response, uid, mutating);
        if (!mutating || response.Patch.IsEmpty) return (response, null);
        try
        {
            var patch = JsonPatch.Parse(response.Patch.Span);
            return (response, patch.Count == 0 ? null : patch);
        }
        catch (Exception malformed) when (malformed is JsonPatchException or ApiFormatException or Api.Values.JsonFormatException)
        {
            throw new WebhookException($"received undecodable patch in webhook response: {malformed.Message}");
        }
    }

    // The older form of the review left all this open.
    private static void CheckForm(AdmissionReview review, AdmissionResponse response, string uid, bool mutating)
    {
        if (response.Uid != uid) throw Invalid($"expected response.uid=\"{uid}\", got \"{response.Uid}\"");
        if (review.ApiVersion != Version || review.Kind != "AdmissionReview")
        {
            throw Invalid($"expected webhook response of {Version}, Kind=AdmissionReview, got {review.ApiVersion}, Kind={review.Kind}");
        }

        if (!mutating)
        {
            if (!response.Patch.IsEmpty) throw Invalid("validating webhook may not return response.patch");
            if (response.PatchType is not null) throw Invalid("validating webhook may not return response.patchType");
            return;
        }

        if (!response.Patch.IsEmpty && response.PatchType is null) throw Invalid("webhook returned response.patch but not response.patchType");
        if (response.Patch.IsEmpty && response.PatchType is not null) throw Invalid("webhook returned response.patchType but not response.patch");
        if (response.PatchType is not (null or Api.Admission.V1.PatchType.JSONPatch)) throw Invalid($"webhook returned invalid response.patchType of \"{response.PatchType}\"");
    }

    /// <summary>What the client is told when a webhook says no.</summary>
    public static ApiException Denied(string name, Status? status)
    {
        var by = $"admission webhook \"{name}\" denied the request";
        status ??= new Status();
        var message = status.Message.Length > 0 ? $"{by}: {status.Message}" : status.Reason.Length > 0 ? $"{by}: {status.Reason}" : $"{by} without explanation";
        return new ApiException(status with
        {
            ApiVersion = "v1",
            Kind = "Status",
            Message = message,
            Code = status.Code < 400 ? 400 : status.Code,
            StatusValue = status.StatusValue is "" or "Success" ? "Failure" : status.StatusValue,
        });
    }

    private static WebhookException Invalid(string why) => new($"received invalid webhook response: {why}");

    private static Api.Meta.V1.GroupVersionKind KindOf(AdmissionRequest request, RegisteredResource resource)
    {
        var kind = AdmissionForm.KindOf(resource, request.Subresource);
        return new() { Group = kind.Group, Version = kind.Version, Kind = kind.Kind };
    }

    private static GroupVersionResource NameOf(RegisteredResource resource) => new() { Group = resource.Kind.Group, Version = resource.Kind.Version, Resource = resource.Info.Plural };

    private static async ValueTask<RawJson> ShowAsync(AdmissionRequest request, RegisteredResource shown, ApiObject? value, CancellationToken cancel)
    {
        if (value is null) return default;

        // The form that most objects have already is not made anew.
        if (shown == request.Resource && AdmissionForm.IsItself(request, value)) return RawJson.Wrap(value.ToJson().ToArray());
        if (request.Subresource == "binding" && ReferenceEquals(value, request.OldObject)) return default;
        return RawJson.Wrap(ValueWriter.WriteBytes(await AdmissionForm.ShowAsync(request, shown, value, cancel).ConfigureAwait(false)));
    }
}
