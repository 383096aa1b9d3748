using Keelson.Api;
using Keelson.Api.Meta.V1;

namespace Keelson.Client.Resources;

/// <summary>Objects of a declared type.</summary>
internal class TypedForm<T> : ObjectForm<T>
    where T : class, IResource<T>
{
    public static readonly TypedForm<T> Instance = new();

    public override bool SpeaksProtobuf => true;

    public override T Decode(ReadOnlySpan<byte> body, bool isProtobuf) =>
        isProtobuf ? ApiProtobuf.Decode<T>(body) : ApiJson.Decode<T>(body, Unasked);

    public override ObjectList<T> DecodeList(ReadOnlySpan<byte> body, bool isProtobuf)
    {
        var list = isProtobuf ? ApiProtobuf.Decode<ResourceList<T>>(body) : ApiJson.Decode<ResourceList<T>>(body, Unasked);
        return new ObjectList<T>(list.Items, list.Metadata);
    }

    public override byte[] Encode(T value, ApiResource resource, bool isProtobuf) =>
        isProtobuf ? ApiProtobuf.Encode(value) : ApiJson.Encode(value);

    public override string Name(T value) => value.Metadata.Name;

    public override string Namespace(T value) => value.Metadata.Namespace;

    public override string Uid(T value) => value.Metadata.Uid;

    public override string ResourceVersion(T value) => value.Metadata.ResourceVersion;

    public override string? Annotation(T value, string name) => value.Metadata.Annotations.GetValueOrDefault(name);

    public override string? Label(T value, string name) => value.Metadata.Labels.GetValueOrDefault(name);

    public override ApiList<OwnerReference> Owners(T value) => value.Metadata.OwnerReferences;

    public override T WithoutManagedFields(T value) =>
        value.Metadata.ManagedFields.IsEmpty ? value : value.With(value.Metadata with { ManagedFields = default });
}

/// <summary>Objects of any kind reduced to their metadata, by the server where it can.</summary>
internal sealed class MetadataForm : TypedForm<PartialObjectMetadata>
{
    public static readonly MetadataForm Only = new();

    public override string AcceptObject => ";as=PartialObjectMetadata;g=meta.k8s.io;v=v1";

    public override string AcceptList => ";as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
}
