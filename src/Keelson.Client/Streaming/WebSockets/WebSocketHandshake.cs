using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;

namespace Keelson.Client.Streaming.WebSockets;

/// <summary>The opening of a WebSocket over HTTP/1.1, for whoever holds the upgraded stream.</summary>
public static class WebSocketHandshake
{
    private const string Magic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /// <summary>A key for Sec-WebSocket-Key; it protects nothing, and only must differ.</summary>
    public static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));

    /// <summary>The Sec-WebSocket-Accept that answers a Sec-WebSocket-Key.</summary>
    public static string Accept(string key)
    {
#pragma warning disable CA5350 // RFC 6455 says SHA-1; nothing here depends on its strength.
        return Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + Magic)));
#pragma warning restore CA5350
    }

    /// <summary>A WebSocket over a stream on which the handshake is done.</summary>
    public static WebSocket Over(Stream upgraded, bool isServer, string? protocol) => WebSocket.CreateFromStream(upgraded, new WebSocketCreationOptions
    {
        IsServer = isServer,
        // The runtime only remembers it, and refuses the slash of a tunnel's name, which upstream's client sends all the same.
        SubProtocol = string.IsNullOrEmpty(protocol) || protocol.Contains('/', StringComparison.Ordinal) ? null : protocol,
        KeepAliveInterval = TimeSpan.FromSeconds(30),
    });

    /// <summary>Whether the request headers Connection and Upgrade ask for a WebSocket.</summary>
    public static bool IsRequested(string? connection, string? upgrade) =>
        Has(connection, "upgrade") && Has(upgrade, "websocket");

    internal static bool Has(string? list, string token) =>
        list is not null && list.Split(',', StringSplitOptions.TrimEntries).Contains(token, StringComparer.OrdinalIgnoreCase);
}
