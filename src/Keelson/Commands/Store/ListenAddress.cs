using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Keelson.Commands.Store;

/// <summary>Where a server listens: an address with a port, or a socket in the file system.</summary>
internal sealed record ListenAddress(IPEndPoint? Internet, string? SocketPath)
{
    private const string SocketPrefix = "unix:";

    public static ListenAddress Parse(string text)
    {
        if (text.StartsWith(SocketPrefix, StringComparison.Ordinal))
        {
            var path = text[SocketPrefix.Length..];
            return path.Length > 0 ? new(null, Path.GetFullPath(path)) : throw Bad(text);
        }

        var colon = text.LastIndexOf(':');
        if (colon < 0 || !ushort.TryParse(text.AsSpan(colon + 1), System.Globalization.CultureInfo.InvariantCulture, out var port)) throw Bad(text);
        var host = text[..colon];
        if (host == "localhost") return new(new(IPAddress.Loopback, port), null);
        return IPAddress.TryParse(host.Trim('[', ']'), out var address) ? new(new(address, port), null) : throw Bad(text);
    }

    public void Apply(KestrelServerOptions kestrel, Action<ListenOptions> configure)
    {
        if (SocketPath is not { } path)
        {
            kestrel.Listen(Internet!, configure);
            return;
        }

        RemoveIfLeftBehind(path);
        kestrel.ListenUnixSocket(path, configure);
    }

    // A server that was killed leaves its socket behind; one that nobody answers on is in nobody's use.
    private static void RemoveIfLeftBehind(string path)
    {
        if (!File.Exists(path)) return;
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(path);
        }
    }

    private static ArgumentException Bad(string text) => new($"\"{text}\" is no place to listen; give HOST:PORT with a numeric host or localhost, or unix:PATH");
}
