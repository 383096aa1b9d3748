namespace Keelson.Client.Streaming.Upgrades;

/// <summary>An HTTP/1.1 request that asks a backend to speak another protocol on the connection.</summary>
public sealed record UpgradeRequest
{
    public string Method { get; init; } = "GET";

    /// <summary>The path and query, as they go on the wire.</summary>
    public required string Target { get; init; }

    public required string Host { get; init; }

    /// <summary>What is asked for: SPDY/3.1 or websocket.</summary>
    public string Protocol { get; init; } = StreamProtocols.Spdy;

    /// <summary>All other headers; Host, Connection, Upgrade and Content-Length are made here and left out of these.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>A request for remote commands over SPDY in every version, best first.</summary>
    public static UpgradeRequest RemoteCommand(Uri url, string method = "POST") => Spdy(url, method, StreamProtocols.RemoteCommandOverSpdy);

    /// <summary>A request for port forwarding over SPDY.</summary>
    public static UpgradeRequest PortForward(Uri url, string method = "POST") => Spdy(url, method, [StreamProtocols.PortForward]);

    /// <summary>A request for a WebSocket with one of the sub-protocols.</summary>
    public static UpgradeRequest WebSocket(Uri url, IEnumerable<string> protocols)
    {
        ArgumentNullException.ThrowIfNull(url);
        return new UpgradeRequest
        {
            Target = url.PathAndQuery,
            Host = url.Authority,
            Protocol = "websocket",
            Headers =
            [
                new("Sec-WebSocket-Version", "13"),
                new("Sec-WebSocket-Key", WebSockets.WebSocketHandshake.NewKey()),
                new("Sec-WebSocket-Protocol", string.Join(", ", protocols)),
            ],
        };
    }

    private static UpgradeRequest Spdy(Uri url, string method, IReadOnlyList<string> versions) => new()
    {
        Method = method,
        Target = url.PathAndQuery,
        Host = url.Authority,
        Headers = [.. versions.Select(version => new KeyValuePair<string, string>(StreamProtocols.VersionHeader, version))],
    };
}
