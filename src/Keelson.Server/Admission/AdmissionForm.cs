using System.Collections.Concurrent;
using Keelson.Api;
using Keelson.Api.Autoscaling.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Json;
using Keelson.Api.Meta.V1;
using Keelson.Api.Patch.Apply;
using Keelson.Api.Values;
using Keelson.Server.Objects;
using Keelson.Server.Registry;
using Keelson.Server.Verbs.Subresources;

namespace Keelson.Server.Admission;

/// <summary>The form in which others see a write and may change it: the object, or what was sent to a subresource that has a kind of its own.</summary>
internal static class AdmissionForm
{
    /// <summary>Made once for each kind that a subresource has; there are as many as are declared.</summary>
    private static readonly ConcurrentDictionary<Api.GroupVersionKind, FieldManager> Managers = [];

    public static Api.GroupVersionKind KindOf(RegisteredResource resource, string subresource) => resource.Subresource(subresource)?.Kind ?? resource.Kind;

    /// <summary>Whether what is seen is the value as it stands.</summary>
    public static bool IsItself(AdmissionRequest request, ApiObject value) => request.Subresource != "scale" && !(request.Subresource == "binding" && value.Typed is Pod);

    /// <param name="shown">The version of the resource that is wanted.</param>
    public static async ValueTask<MapValue> ShowAsync(AdmissionRequest request, RegisteredResource shown, ApiObject value, CancellationToken cancel)
    {
        if (request.Subresource == "scale") return Map(ApiJson.Encode(ScalePaths.Read(shown, value)));
        if (request.Subresource == "binding" && value.Typed is Pod pod) return Map(ApiJson.Encode(BindingOf(pod, request.OldObject?.Typed as Pod)));
        if (shown == request.Resource || value is OptionsObject || IsOther(request, value)) return value.ToValue();
        return await shown.ConvertAsync(value.ToValue(), cancel).ConfigureAwait(false);
    }

    /// <summary>The value after somebody changed the form that it was shown in.</summary>
    /// <exception cref="ApiFormatException">It is none of the kind anymore.</exception>
    public static async ValueTask<ApiObject> ReadAsync(AdmissionRequest request, RegisteredResource shown, ApiObject value, MapValue after, CancellationToken cancel)
    {
        var resource = request.Resource;
        if (request.Subresource == "scale")
        {
            var scale = ApiJson.Decode<Scale>(ValueWriter.WriteBytes(after), new DecodeReport());
            return resource.ReadValue(ScalePaths.Write(resource, value.ToValue(), scale.Spec.Replicas), new DecodeReport());
        }

        if (request.Subresource == "binding" && value.Typed is Pod pod) return Bound(pod, BindingOf(pod, request.OldObject?.Typed as Pod), ApiJson.Decode<Binding>(ValueWriter.WriteBytes(after), new DecodeReport()));
        if (value is OptionsObject) return new OptionsObject(Decode(KindOf(resource, request.Subresource), after));
        if (IsOther(request, value)) return new TypedObject((IResource)Decode(KindOf(resource, request.Subresource), after));
        var read = resource.ReadValue(shown == resource ? after : await resource.ConvertAsync(after, cancel).ConfigureAwait(false), new DecodeReport());
        return resource.Strategy.Default(read);
    }

    /// <summary>Merges configurations into the form that is shown.</summary>
    public static FieldManager FieldManager(AdmissionRequest request, RegisteredResource shown)
    {
        var kind = KindOf(shown, request.Subresource);
        if (kind == shown.Kind) return shown.FieldManager(request.Subresource);
        return Managers.GetOrAdd(kind, static known =>
        {
            var schema = Catalog.Find(known)?.Schema ?? throw new ApiFormatException($"no kind {known} is known");
            return new FieldManager(new FieldManagerOptions(known, schema) { Empty = EmptyObject.Of(schema), Convert = static (_, _) => null });
        });
    }

    private static bool IsOther(AdmissionRequest request, ApiObject value) =>
        value.Typed is { } typed && request.Resource.Subresource(request.Subresource)?.Kind is { } other && typed.Kind == other.Kind && other != request.Resource.Kind;

    private static IKind Decode(Api.GroupVersionKind kind, MapValue after) =>
        ApiJson.Decode(ValueWriter.WriteBytes(after), Catalog.Find(kind) ?? throw new ApiFormatException($"no kind {kind} is known"), new DecodeReport());

    // What binds a pod brings labels and annotations along, which the pod has by now.
    private static Binding BindingOf(Pod pod, Pod? old) => new()
    {
        ApiVersion = "v1",
        Kind = "Binding",
        Metadata = new ObjectMeta
        {
            Name = pod.Metadata.Name,
            Namespace = pod.Metadata.Namespace,
            Labels = Added(pod.Metadata.Labels, old?.Metadata.Labels ?? default),
            Annotations = Added(pod.Metadata.Annotations, old?.Metadata.Annotations ?? default),
        },
        Target = new ObjectReference { Kind = "Node", Name = pod.Spec.NodeName },
    };

    private static TypedObject Bound(Pod pod, Binding before, Binding after) => new(pod with
    {
        Metadata = pod.Metadata with
        {
            Labels = Without(pod.Metadata.Labels, before.Metadata.Labels).WithAll(after.Metadata.Labels),
            Annotations = Without(pod.Metadata.Annotations, before.Metadata.Annotations).WithAll(after.Metadata.Annotations),
        },
        Spec = pod.Spec with { NodeName = after.Target.Name.Length > 0 ? after.Target.Name : throw new ApiFormatException("target.name: Required value") },
    });

    private static ApiMap<string> Added(ApiMap<string> now, ApiMap<string> before) => ApiMap<string>.FromPairs(now.Where(pair => before.GetValueOrDefault(pair.Key) != pair.Value));

    private static ApiMap<string> Without(ApiMap<string> all, ApiMap<string> some) => ApiMap<string>.FromPairs(all.Where(pair => !some.ContainsKey(pair.Key)));

    private static MapValue Map(byte[] json) => (MapValue)ValueReader.Read(json, ObjectLimits.Trusted);
}
