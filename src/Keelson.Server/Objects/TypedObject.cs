using Keelson.Api;
using Keelson.Api.Meta.V1;
using Keelson.Api.Values;

namespace Keelson.Server.Objects;

/// <summary>An object of a declared kind: the immutable record is the master.</summary>
public sealed class TypedObject(IResource resource) : ApiObject
{
    public override ObjectMeta Metadata => resource.Metadata;

    public override string ApiVersion => resource.ApiVersion;

    public override string Kind => resource.Kind;

    public override IResource Typed => resource;

    public override ApiObject With(ObjectMeta metadata) =>
        ReferenceEquals(metadata, resource.Metadata) ? this : new TypedObject(resource.With(metadata));

    private protected override MapValue MakeValue() => (MapValue)ValueReader.Read(ToJson().Span, ObjectLimits.Trusted);

    private protected override byte[] MakeJson() => ApiJson.Encode(resource);
}
