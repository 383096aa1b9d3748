using Google.Protobuf;

namespace Keelson.Rpc;

/// <summary>Which sides of a call send more than one message.</summary>
public enum RpcShape { Unary, ServerStream, ClientStream, Duplex }

/// <summary>One method of a service: where it is found, and how its messages are read.</summary>
/// <param name="path">"/package.Service/Method".</param>
public sealed class RpcMethod<TRequest, TResponse>(string path, RpcShape shape = RpcShape.Unary)
    where TRequest : class, IMessage<TRequest>, new()
    where TResponse : class, IMessage<TResponse>, new()
{
    public string Path { get; } = path;

    public RpcShape Shape { get; } = shape;

    /// <summary>Whether doing it twice is the same as doing it once; only then is it sent again when its outcome is unknown.</summary>
    public bool IsRepeatable { get; init; }

    internal MessageParser<TRequest> RequestParser { get; } = new(() => new TRequest());

    internal MessageParser<TResponse> ResponseParser { get; } = new(() => new TResponse());
}
