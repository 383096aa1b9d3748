using Keelson.Api;
using Keelson.Api.Admission.V1;
using Keelson.Api.AdmissionRegistration.V1;
using Keelson.Api.Json;
using Keelson.Api.Meta.V1;
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
    public static string OperationOf(AdmissionRequest request) => request switch
    {
        // What binds a pod is created, though the pod is what changes.
        { Subresource: "binding" } => OperationType.CREATE,
        { Operation: AdmissionOperation.Create } => OperationType.CREATE,
        { Operation: AdmissionOperation.Update } => OperationType.UPDATE,
        { Operation: AdmissionOperation.Delete } => OperationType.DELETE,
        _ => OperationType.CONNECT,
    };

    public static async ValueTask<AdmissionReview> AskAsync(AdmissionRequest request, RegisteredResource shown, string uid, CancellationToken cancel)
    {
        var kind = KindOf(request, shown);
        var asked = KindOf(request, request.Resource);
        return new AdmissionReview
        {
            ApiVersion = "admission.k8s.io/v1",
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

    /// <exception cref="WebhookException">The answer is none.</exception>
    public static AdmissionResponse Read(byte[] answer, string uid, bool mutating)
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
        if (response.Uid != uid) throw Invalid($"expected response.uid=\"{uid}\", got \"{response.Uid}\"");
        if (review.ApiVersion != "admission.k8s.io/v1" || review.Kind != "AdmissionReview")
        {
            throw Invalid($"expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got {review.ApiVersion}, Kind={review.Kind}");
        }

        if (!mutating)
        {
            if (!response.Patch.IsEmpty) throw Invalid("validating webhook may not return response.patch");
            return response.PatchType is null ? response : throw Invalid("validating webhook may not return response.patchType");
        }

        if (!response.Patch.IsEmpty && response.PatchType is null) throw Invalid("webhook returned response.patch but not response.patchType");
        if (response.Patch.IsEmpty && response.PatchType is not null) throw Invalid("webhook returned response.patchType but not response.patch");
        if (response.PatchType is not (null or Api.Admission.V1.PatchType.JSONPatch)) throw Invalid($"webhook returned invalid response.patchType of \"{response.PatchType}\"");
        return response;
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
