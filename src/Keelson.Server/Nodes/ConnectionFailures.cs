using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Keelson.Server.Nodes;

/// <summary>Says in the words that tools know why a backend was not reached.</summary>
internal static class ConnectionFailures
{
    public static string Describe(Exception failure, Uri target, NodeAccess access)
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"dial tcp {target.Host}:{target.Port}");
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case SocketException { SocketErrorCode: SocketError.ConnectionRefused }: return $"{place}: connect: connection refused";
                case SocketException { SocketErrorCode: SocketError.HostUnreachable }: return $"{place}: connect: no route to host";
                case SocketException { SocketErrorCode: SocketError.NetworkUnreachable }: return $"{place}: connect: network is unreachable";
                case SocketException { SocketErrorCode: SocketError.HostNotFound }: return $"dial tcp: lookup {target.Host}: no such host";
                case SocketException { SocketErrorCode: SocketError.TimedOut }: return $"{place}: i/o timeout";
                case AuthenticationException: return $"tls: failed to verify the certificate of {target.Host}:{target.Port}: {cause.Message}";
                case TimeoutException or OperationCanceledException: return $"{place}: i/o timeout after {access.ConnectTimeout.TotalSeconds:0.#}s";
            }
        }

        return $"{place}: {failure.Message}";
    }
}
