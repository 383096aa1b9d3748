using Keelson.Api.Json;
using Keelson.Api.Protobuf;
using Keelson.Api.Schemas;

namespace Keelson.Api;

/// <summary>What every declared type can do; the generator writes it.</summary>
public interface IApiType<TSelf>
    where TSelf : class, IApiType<TSelf>
{
    /// <summary>The object with nothing in it, shared by all.</summary>
    static abstract TSelf Empty { get; }

    /// <summary>What objects of the type may look like.</summary>
    static abstract Schema TypeSchema { get; }

    /// <summary>Reads the JSON object at which the reader stands.</summary>
    static abstract TSelf ReadJson(ref JsonReader reader);

    void WriteJson(JsonWriter writer);

    /// <summary>Reads a protobuf message up to the reader's end.</summary>
    static abstract TSelf ReadProtobuf(ref ProtoReader reader);

    void WriteProtobuf(ProtoWriter writer);
}

/// <summary>An object that stands alone on the wire.</summary>
public interface IKind
{
    string ApiVersion { get; }

    string Kind { get; }

    /// <summary>The same object with its apiVersion and kind filled in, whatever stood there.</summary>
    IKind Typed(GroupVersionKind kind);

    void WriteJson(JsonWriter writer);

    void WriteProtobuf(ProtoWriter writer);
}

/// <summary>A type that is a kind.</summary>
public interface IKind<TSelf> : IKind, IApiType<TSelf>
    where TSelf : class, IKind<TSelf>
{
    /// <summary>The group, version and kind; of several the first declared.</summary>
    static abstract GroupVersionKind GroupVersionKind { get; }
}
