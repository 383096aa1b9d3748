using Keelson.Server.Objects;

namespace Keelson.Server.Http;

/// <summary>An object as an answer needs it: its bytes, and the object itself where another form is asked for.</summary>
internal interface IAnswerObject
{
    ReadOnlyMemory<byte> JsonBytes { get; }

    ApiObject Object { get; }

    /// <summary>The protobuf message without envelope.</summary>
    ReadOnlyMemory<byte> ProtobufBytes { get; }
}

/// <summary>An object that is answered but not stored, as after a dry run.</summary>
internal sealed class UnstoredObject(ApiObject value) : IAnswerObject
{
    public ReadOnlyMemory<byte> JsonBytes => value.ToJson();

    public ApiObject Object => value;

    public ReadOnlyMemory<byte> ProtobufBytes => ProtobufFrames.Body(value);
}
