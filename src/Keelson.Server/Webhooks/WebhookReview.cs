using Keelson.Api;
using Keelson.Api.Admission.V1;
using Keelson.Api.AdmissionRegistration.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Json;
using Keelson.Api.Meta.V1;
using Keelson.Api.Values;
using Keelson.Server.Admission;
using Keelson.Server.Http;
using Keelson.Server.Objects;
using Keelson.Server.Registry;
using Keelson.Server.Verbs.Subresources;
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
        if (status is null) status = new Status { Code = 403, Reason = StatusReason.Forbidden };
        var message = status.Message.Length > 0 ? $"{by}: {status.Message}" : status.Reason.Length > 0 && status.Code != 403 ? $"{by}: {status.Reason}" : $"{by} without explanation";
        return new ApiException(status with
        {
            ApiVersion = "v1",
            Kind = "Status",
            Message = message,
            Code = status.Code < 400 ? 400 : status.Code,
            StatusValue = "Failure",
        });
    }

    private static WebhookException Invalid(string why) => new($"received invalid webhook response: {why}");

    private static Api.Meta.V1.GroupVersionKind KindOf(AdmissionRequest request, RegisteredResource resource)
    {
        if (resource.Subresource(request.Subresource)?.Kind is { } kind) return new() { Group = kind.Group, Version = kind.Version, Kind = kind.Kind };
        return new() { Group = resource.Kind.Group, Version = resource.Kind.Version, Kind = resource.Kind.Kind };
    }

    private static GroupVersionResource NameOf(RegisteredResource resource) => new() { Group = resource.Kind.Group, Version = resource.Kind.Version, Resource = resource.Info.Plural };

    private static async ValueTask<RawJson> ShowAsync(AdmissionRequest request, RegisteredResource shown, ApiObject? value, CancellationToken cancel)
    {
        if (value is null) return default;
        if (request.Subresource == "scale") return RawJson.Wrap(ApiJson.Encode(ScalePaths.Read(shown, value)));
        if (request.Subresource == "binding" && value.Typed is Pod pod)
        {
            return ReferenceEquals(value, request.OldObject) ? default : RawJson.Wrap(ApiJson.Encode(new Binding
            {
                ApiVersion = "v1",
                Kind = "Binding",
                Metadata = new ObjectMeta { Name = pod.Metadata.Name, Namespace = pod.Metadata.Namespace },
                Target = new ObjectReference { Kind = "Node", Name = pod.Spec.NodeName },
            }));
        }

        if (shown == request.Resource) return RawJson.Wrap(value.ToJson().ToArray());
        return RawJson.Wrap(ValueWriter.WriteBytes(await shown.ConvertAsync(value.ToValue(), cancel).ConfigureAwait(false)));
    }
}
