using Keelson.Api;
using Keelson.Api.Meta.V1;
using Keelson.Api.Values;

namespace Keelson.Client.Resources;

/// <summary>Objects of any kind as values, for kinds that were not declared.</summary>
internal sealed class DynamicForm : ObjectForm<MapValue>
{
    public static readonly DynamicForm Instance = new();

    private static readonly JsonLimits Limits = new() { MaxBytes = int.MaxValue };

    public override bool SpeaksProtobuf => false;

    public override MapValue Decode(ReadOnlySpan<byte> body, bool isProtobuf) => Read(body, isProtobuf);

    public override ObjectList<MapValue> DecodeList(ReadOnlySpan<byte> body, bool isProtobuf)
    {
        var list = Read(body, isProtobuf);
        var items = new ApiListBuilder<MapValue>();
        var kind = list["kind"]?.AsText() is { } text && text.EndsWith("List", StringComparison.Ordinal) ? text[..^4] : null;
        foreach (var item in list["items"]?.AsList() ?? ListValue.Empty)
        {
            var value = item.AsMap() ?? throw new ApiFormatException("an item of the list is no object");
            // Lists of built-in kinds name the kind once, for all.
            if (!value.ContainsKey("kind") && kind is not null && list["apiVersion"] is { } version)
            {
                value = MapValue.From([new("apiVersion", version), new("kind", kind), .. value]);
            }

            items.Add(value);
        }

        var metadata = list["metadata"]?.AsMap();
        return new ObjectList<MapValue>(items.ToList(), new ListMeta
        {
            ResourceVersion = metadata?["resourceVersion"]?.AsText() ?? "",
            Continue = metadata?["continue"]?.AsText() ?? "",
            RemainingItemCount = metadata?["remainingItemCount"]?.AsInteger(),
        });
    }

    public override byte[] Encode(MapValue value, ApiResource resource, bool isProtobuf)
    {
        if (!value.ContainsKey("apiVersion")) value = value.With("apiVersion", resource.ApiVersion);
        if (!value.ContainsKey("kind")) value = value.With("kind", resource.Kind);
        return ValueWriter.WriteBytes(value);
    }

    public override string Name(MapValue value) => Metadata(value, "name");

    public override string Namespace(MapValue value) => Metadata(value, "namespace");

    public override string Uid(MapValue value) => Metadata(value, "uid");

    public override string ResourceVersion(MapValue value) => Metadata(value, "resourceVersion");

    public override string? Annotation(MapValue value, string name) => Entry(value, "annotations", name);

    public override string? Label(MapValue value, string name) => Entry(value, "labels", name);

    public override ApiList<OwnerReference> Owners(MapValue value)
    {
        var owners = new ApiListBuilder<OwnerReference>();
        foreach (var item in value["metadata"]?.AsMap()?["ownerReferences"]?.AsList() ?? ListValue.Empty)
        {
            if (item.AsMap() is not { } owner) continue;
            owners.Add(new OwnerReference
            {
                ApiVersion = owner["apiVersion"]?.AsText() ?? "",
                Kind = owner["kind"]?.AsText() ?? "",
                Name = owner["name"]?.AsText() ?? "",
                Uid = owner["uid"]?.AsText() ?? "",
                Controller = owner["controller"]?.AsBool(),
                BlockOwnerDeletion = owner["blockOwnerDeletion"]?.AsBool(),
            });
        }

        return owners.ToList();
    }

    public override MapValue WithoutManagedFields(MapValue value) => value.Without(["metadata", "managedFields"]);

    private static MapValue Read(ReadOnlySpan<byte> body, bool isProtobuf)
    {
        if (isProtobuf) throw new ApiFormatException("the server answered protobuf where JSON was asked for");
        try
        {
            return ValueReader.Read(body, Limits).AsMap() ?? throw new ApiFormatException("the answer is no JSON object");
        }
        catch (JsonFormatException broken)
        {
            throw new ApiFormatException(broken.Message, broken);
        }
    }

    private static string Metadata(MapValue value, string field) => value["metadata"]?.AsMap()?[field]?.AsText() ?? "";

    private static string? Entry(MapValue value, string field, string name) => value["metadata"]?.AsMap()?[field]?.AsMap()?[name]?.AsText();
}
