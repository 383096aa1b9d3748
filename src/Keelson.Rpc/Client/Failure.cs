using System.Net;
using System.Net.Sockets;

namespace Keelson.Rpc.Client;

/// <summary>Says in the protocol's statuses what went wrong below it.</summary>
internal static class Failure
{
    public static RpcException FromTransport(Exception error, Endpoint endpoint)
    {
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is RpcException known) return known;
            if (cause is HttpProtocolException protocol) return FromProtocol(protocol, error, endpoint);
        }

        // Only a failure to connect proves that the server has seen nothing.
        var unprocessed = error is HttpRequestException
        {
            HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.VersionNegotiationError,
        };
        return new(RpcStatus.Unavailable, $"{endpoint}: {Innermost(error)}", error) { IsUnprocessed = unprocessed };
    }

    public static RpcException FromHttpStatus(HttpStatusCode status, Endpoint endpoint)
    {
        var code = (int)status switch
        {
            400 => RpcStatus.Internal,
            401 => RpcStatus.Unauthenticated,
            403 => RpcStatus.PermissionDenied,
            404 => RpcStatus.Unimplemented,
            429 or 502 or 503 or 504 => RpcStatus.Unavailable,
            _ => RpcStatus.Unknown,
        };
        return new(code, $"{endpoint} answered with HTTP status {(int)status}.");
    }

    // The codes of HTTP/2 frames that end a stream or a connection.
    private static RpcException FromProtocol(HttpProtocolException protocol, Exception error, Endpoint endpoint)
    {
        var (status, unprocessed) = protocol.ErrorCode switch
        {
            0x0 => (RpcStatus.Unavailable, false),
            0x7 => (RpcStatus.Unavailable, true),
            0x8 => (RpcStatus.Cancelled, false),
            0xb => (RpcStatus.ResourceExhausted, false),
            0xc => (RpcStatus.PermissionDenied, false),
            _ => (RpcStatus.Internal, false),
        };
        return new(status, $"{endpoint}: {protocol.Message}", error) { IsUnprocessed = unprocessed };
    }

    private static string Innermost(Exception error)
    {
        while (error is not SocketException && error.InnerException is { } inner) error = inner;
        return error.Message;
    }
}
