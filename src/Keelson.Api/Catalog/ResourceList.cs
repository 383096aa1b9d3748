using Keelson.Api.Codecs;
using Keelson.Api.Json;
using Keelson.Api.Meta.V1;
using Keelson.Api.Protobuf;
using Keelson.Api.Schemas;

namespace Keelson.Api;

/// <summary>A list of one kind's objects, as the API server answers it: PodList, DeploymentList and so on.</summary>
public sealed record ResourceList<T> : IKind<ResourceList<T>>
    where T : class, IKind<T>
{
    private static readonly FieldNames Names = new(T.GroupVersionKind.Version + "." + T.GroupVersionKind.Kind + "List", "kind", "apiVersion", "metadata", "items");

    public ResourceList() { }

    private ResourceList(ref JsonReader reader)
    {
        reader.BeginObject(Names);
        var seen = 0UL;
        var field = -1;
        while (reader.NextField(Names, ref seen, ref field))
        {
            switch (field)
            {
                case 0: Kind = StringCodec.ReadJson(ref reader); break;
                case 1: ApiVersion = StringCodec.ReadJson(ref reader); break;
                case 2: Metadata = MessageCodec<ListMeta>.ReadJson(ref reader); break;
                default: Items = ListCodec<T, MessageCodec<T>>.ReadJson(ref reader); break;
            }
        }
    }

    private ResourceList(ref ProtoReader reader)
    {
        var items = new ApiListBuilder<T>();
        while (reader.NextField(out var number))
        {
            switch (number)
            {
                case 1: Metadata = MessageCodec<ListMeta>.ReadProtobuf(ref reader); break;
                case 2: items.Add(MessageCodec<T>.ReadProtobuf(ref reader)); break;
                default: reader.Skip(); break;
            }
        }

        Items = items.Count == 0 ? ApiList<T>.Empty : items.ToList();
    }

    public static ResourceList<T> Empty { get; } = new();

    public static GroupVersionKind GroupVersionKind { get; } = T.GroupVersionKind with { Kind = T.GroupVersionKind.Kind + "List" };

    public static Schema TypeSchema { get; } = Schema.Declare(T.TypeSchema.Name + "List", $"A list of {T.GroupVersionKind.Kind} objects.", MapKind.Unset, [GroupVersionKind], static () =>
    [
        KnownSchemas.ApiVersionProperty,
        KnownSchemas.KindProperty,
        new("metadata", ListMeta.TypeSchema) { Number = 1, Description = "What is said of the list as a whole." },
        new("items", Schema.ListOf(T.TypeSchema)) { Number = 2, Emit = Emit.Always, Required = true, Description = "The objects." },
    ]);

    public string ApiVersion { get; init; } = "";

    public string Kind { get; init; } = "";

    public ListMeta Metadata { get; init; } = ListMeta.Empty;

    public ApiList<T> Items { get; init; }

    public IKind Typed(GroupVersionKind kind) => this with { ApiVersion = kind.ApiVersion, Kind = kind.Kind };

    public static ResourceList<T> ReadJson(ref JsonReader reader) => new(ref reader);

    public void WriteJson(JsonWriter writer)
    {
        writer.BeginObject();
        if (Kind.Length != 0)
        {
            writer.Name(Names, 0);
            writer.String(Kind);
        }

        if (ApiVersion.Length != 0)
        {
            writer.Name(Names, 1);
            writer.String(ApiVersion);
        }

        writer.Name(Names, 2);
        Metadata.WriteJson(writer);
        writer.Name(Names, 3);
        ListCodec<T, MessageCodec<T>>.WriteJson(writer, Items);
        writer.EndObject();
    }

    public static ResourceList<T> ReadProtobuf(ref ProtoReader reader) => new(ref reader);

    public void WriteProtobuf(ProtoWriter writer)
    {
        ListCodec<T, MessageCodec<T>>.WriteElements(writer, 2, Items);
        MessageCodec<ListMeta>.WriteProtobuf(writer, 1, Metadata);
    }

    public override string ToString() => ApiText.Of(this);
}
