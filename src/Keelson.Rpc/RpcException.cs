namespace Keelson.Rpc;

/// <summary>A call that did not end with <see cref="RpcStatus.Ok"/>.</summary>
public sealed class RpcException(RpcStatus status, string message, Exception? inner = null) : Exception(message, inner)
{
    public RpcStatus Status { get; } = status;

    /// <summary>Whether the server certainly has not acted on the call, so that any call may be sent again.</summary>
    public bool IsUnprocessed { get; init; }

    /// <summary>What the server sent beside the status.</summary>
    public RpcMetadata Trailers { get; init; } = new();
}
