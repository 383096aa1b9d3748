using Keelson.Api;
using Keelson.Api.Json;
using Keelson.Api.Meta.V1;
using Keelson.Api.Values;

namespace Keelson.Server.Objects;

/// <summary>A custom resource: the map is the master.</summary>
public sealed class CustomObject(MapValue value) : ApiObject
{
    private ObjectMeta? _metadata;

    /// <exception cref="ApiFormatException">The metadata is not an object's metadata.</exception>
    public override ObjectMeta Metadata => _metadata ??= ReadMetadata(value["metadata"], new DecodeReport());

    public override string ApiVersion => value["apiVersion"]?.AsText() ?? "";

    public override string Kind => value["kind"]?.AsText() ?? "";

    public override ApiObject With(ObjectMeta metadata) =>
        ReferenceEquals(metadata, _metadata) ? this : new CustomObject(value.With("metadata", WriteMetadata(metadata))) { _metadata = metadata };

    /// <summary>Reads metadata; unknown fields in it are dropped and reported.</summary>
    internal static ObjectMeta ReadMetadata(Value? metadata, DecodeReport report) =>
        metadata is null or NullValue ? ObjectMeta.Empty : ApiJson.Decode<ObjectMeta>(ValueWriter.WriteBytes(metadata), report);

    internal static Value WriteMetadata(ObjectMeta metadata)
    {
        using var writer = new JsonWriter();
        metadata.WriteJson(writer);
        return ValueReader.Read(writer.Written, ObjectLimits.Trusted);
    }

    private protected override MapValue MakeValue() => value;

    private protected override byte[] MakeJson() => ValueWriter.WriteBytes(value);
}
