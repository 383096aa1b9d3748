using Keelson.Rpc;

namespace Keelson.Node.Runtime.Cri;

/// <summary>What a runtime's failures mean to the kubelet.</summary>
internal static class CriErrors
{
    public static RuntimeException ToRuntime(RpcException error) => new(Kind(error), error.Message, error);

    private static RuntimeError Kind(RpcException error) => error.Status switch
    {
        RpcStatus.NotFound => RuntimeError.NotFound,
        RpcStatus.AlreadyExists => RuntimeError.AlreadyExists,
        RpcStatus.InvalidArgument or RpcStatus.OutOfRange => RuntimeError.InvalidRequest,
        RpcStatus.FailedPrecondition or RpcStatus.Aborted => RuntimeError.WrongState,
        RpcStatus.DeadlineExceeded => RuntimeError.TimedOut,
        RpcStatus.Unavailable or RpcStatus.Cancelled => RuntimeError.Unavailable,
        RpcStatus.Unimplemented => RuntimeError.NotOffered,
        RpcStatus.PermissionDenied or RpcStatus.Unauthenticated => RuntimeError.Denied,
        RpcStatus.ResourceExhausted => RuntimeError.OutOfResources,
        _ => RuntimeError.Failed,
    };
}
