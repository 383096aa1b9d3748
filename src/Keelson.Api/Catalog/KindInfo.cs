using Keelson.Api.Json;
using Keelson.Api.Protobuf;
using Keelson.Api.Schemas;

namespace Keelson.Api;

/// <summary>A kind that Keelson was built with: its name, its type, its schema, and how it is read.</summary>
public abstract class KindInfo
{
    private KindInfo(GroupVersionKind kind, Type type, ResourceInfo? resource)
    {
        Kind = kind;
        Type = type;
        Resource = resource;
    }

    public GroupVersionKind Kind { get; }

    public Type Type { get; }

    /// <summary>How the kind is served, where it is served as a resource.</summary>
    public ResourceInfo? Resource { get; }

    public abstract Schema Schema { get; }

    /// <summary>The kind's list, where it has one.</summary>
    public KindInfo? List { get; private init; }

    /// <summary>Reads the JSON object at which the reader stands.</summary>
    public abstract IKind ReadJson(ref JsonReader reader);

    /// <summary>Reads a message up to the reader's end.</summary>
    public abstract IKind ReadProtobuf(ref ProtoReader reader);

    /// <summary>The entry of a declared type; the generator calls this.</summary>
    public static KindInfo Of<T>(GroupVersionKind kind, bool hasList, ResourceInfo? resource)
        where T : class, IKind<T> => new Info<T>(kind, resource)
        {
            List = hasList ? new Info<ResourceList<T>>(kind with { Kind = kind.Kind + "List" }, null) : null,
        };

    private sealed class Info<T>(GroupVersionKind kind, ResourceInfo? resource) : KindInfo(kind, typeof(T), resource)
        where T : class, IKind<T>
    {
        public override Schema Schema => T.TypeSchema;

        public override IKind ReadJson(ref JsonReader reader) => T.ReadJson(ref reader);

        public override IKind ReadProtobuf(ref ProtoReader reader) => T.ReadProtobuf(ref reader);
    }
}
