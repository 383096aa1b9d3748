using Keelson.Api.Authentication.V1;
using Keelson.Api.Meta.V1;

namespace Keelson.Api.Admission.V1;

/// <summary>
/// The message an API server posts to an admission webhook and gets back from it. It is never stored; authors of webhooks read
/// the request part and reply with the response part in the same version.
/// </summary>
[Kind("admission.k8s.io", "v1")]
public sealed partial record AdmissionReview
{
    /// <summary>Filled by the API server when it calls the webhook.</summary>
    [Field(1)] public AdmissionRequest? Request { get; init; }

    /// <summary>Filled by the webhook when it answers.</summary>
    [Field(2)] public AdmissionResponse? Response { get; init; }
}

/// <summary>The question put to an admission webhook: who wants to do what to which object.</summary>
[ApiType]
public sealed partial record AdmissionRequest
{
    /// <summary>Identifies this one webhook call; the response must echo it. It is unrelated to the UID of the object.</summary>
    [Field(1, Emit = Emit.Always), Optional] public string Uid { get; init; } = "";

    /// <summary>
    /// Group, version and kind of the object as it is sent to the webhook, possibly after conversion to a version the webhook asked
    /// for.
    /// </summary>
    [Field(2, Emit = Emit.Always), Optional] public Meta.V1.GroupVersionKind Kind { get; init; } = Meta.V1.GroupVersionKind.Empty;

    /// <summary>Group, version and plural resource name as sent to the webhook, possibly converted from what the client used.</summary>
    [Field(3, Emit = Emit.Always), Optional] public GroupVersionResource Resource { get; init; } = GroupVersionResource.Empty;

    /// <summary>Subresource being addressed, such as status or scale; empty for the object itself.</summary>
    [Field(4)] public string SubResource { get; init; } = "";

    /// <summary>The kind the client really used, before any conversion done because of matchPolicy Equivalent.</summary>
    [Field(13)] public Meta.V1.GroupVersionKind? RequestKind { get; init; }

    /// <summary>The resource the client really called; differs from resource when an equivalent version was matched.</summary>
    [Field(14)] public GroupVersionResource? RequestResource { get; init; }

    /// <summary>The subresource of the client's original call, before conversion to an equivalent one.</summary>
    [Field(15)] public string RequestSubResource { get; init; } = "";

    /// <summary>Name from the request; may be empty on create when the server is going to generate it.</summary>
    [Field(5)] public string Name { get; init; } = "";

    /// <summary>Namespace of the request; empty for cluster-scoped resources.</summary>
    [Field(6)] public string Namespace { get; init; } = "";

    /// <summary>What is being attempted: CREATE, UPDATE, DELETE or CONNECT.</summary>
    [Field(7, Emit = Emit.Always), Optional, KnownValues(typeof(Operation))] public string Operation { get; init; } = "";

    /// <summary>The authenticated caller, including groups and extra attributes.</summary>
    [Field(8, Emit = Emit.Always), Optional] public UserInfo UserInfo { get; init; } = UserInfo.Empty;

    /// <summary>The new object; null for DELETE.</summary>
    [Field(9)] public RawJson Object { get; init; }

    /// <summary>The object as it is stored now; filled for UPDATE and DELETE, null otherwise.</summary>
    [Field(10)] public RawJson OldObject { get; init; }

    /// <summary>True when nothing will be persisted, so the webhook must not cause side effects. Defaults to false.</summary>
    [Field(11)] public bool? DryRun { get; init; }

    /// <summary>The options object of the call, for example CreateOptions, UpdateOptions or DeleteOptions.</summary>
    [Field(12)] public RawJson Options { get; init; }
}

/// <summary>The values of Operation that are known.</summary>
public static class Operation
{
    public const string CONNECT = "CONNECT";
    public const string CREATE = "CREATE";
    public const string DELETE = "DELETE";
    public const string UPDATE = "UPDATE";
}

/// <summary>The verdict of an admission webhook, with an optional patch and warnings.</summary>
[ApiType]
public sealed partial record AdmissionResponse
{
    /// <summary>Must repeat the uid of the request being answered.</summary>
    [Field(1, Emit = Emit.Always), Optional] public string Uid { get; init; } = "";

    /// <summary>Whether the request may go ahead.</summary>
    [Field(2, Emit = Emit.Always), Optional] public bool Allowed { get; init; }

    /// <summary>Message and code shown to the client on a refusal; ignored when allowed is true.</summary>
    [Field(3)] public Status? Status { get; init; }

    /// <summary>Base64 of a JSON Patch (RFC 6902) to apply to the object; honoured only from mutating webhooks.</summary>
    [Field(4)] public Bytes Patch { get; init; }

    /// <summary>Format of patch. JSONPatch is the only value, and it must be set whenever a patch is.</summary>
    [Field(5), KnownValues(typeof(PatchType))] public string? PatchType { get; init; }

    /// <summary>Key-value pairs written into the audit event; the server prefixes each key with the webhook's name.</summary>
    [Field(6)] public ApiMap<string> AuditAnnotations { get; init; }

    /// <summary>Messages sent to the client as warning headers; keep each below 120 characters, since long ones may be cut.</summary>
    [Field(7), Atomic] public ApiList<string> Warnings { get; init; }
}

/// <summary>The values of PatchType that are known.</summary>
public static class PatchType
{
    public const string JSONPatch = "JSONPatch";
}
