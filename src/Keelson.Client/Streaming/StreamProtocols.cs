namespace Keelson.Client.Streaming;

/// <summary>The names of the streaming protocols, in upstream's order of preference, and how one is chosen.</summary>
public static class StreamProtocols
{
    public const string Spdy = "SPDY/3.1";
    public const string V1 = "channel.k8s.io";
    public const string V2 = "v2.channel.k8s.io";
    public const string V3 = "v3.channel.k8s.io";
    public const string V4 = "v4.channel.k8s.io";
    public const string V5 = "v5.channel.k8s.io";
    public const string Base64V1 = "base64.channel.k8s.io";
    public const string Base64V4 = "v4.base64.channel.k8s.io";
    public const string PortForward = "portforward.k8s.io";
    public const string TunneledPortForward = "SPDY/3.1+portforward.k8s.io";

    /// <summary>The header in which a client offers versions of a protocol over SPDY, and the server names the one it took.</summary>
    public const string VersionHeader = "X-Stream-Protocol-Version";

    /// <summary>The header in which a server that took none says what it knows.</summary>
    public const string AcceptedHeader = "X-Accepted-Stream-Protocol-Versions";

    /// <summary>Remote commands over SPDY.</summary>
    public static IReadOnlyList<string> RemoteCommandOverSpdy { get; } = [V4, V3, V2, V1];

    /// <summary>Remote commands over WebSocket.</summary>
    public static IReadOnlyList<string> RemoteCommandOverWebSocket { get; } = [V5, V4, Base64V4, V1, Base64V1];

    /// <summary>Port forwarding over WebSocket with a pair of channels a port.</summary>
    public static IReadOnlyList<string> PortForwardOverWebSocket { get; } = [V4, Base64V4];

    /// <summary>
    /// The first that the client offers and the server knows; an empty name, the protocol's first version, where the client
    /// offers nothing, and null where nothing fits: the answer is 403 with the known ones in <see cref="AcceptedHeader"/>.
    /// </summary>
    /// <param name="offered">The values of the header, each of which may be a list.</param>
    public static string? Choose(IEnumerable<string?> offered, IReadOnlyList<string> known)
    {
        ArgumentNullException.ThrowIfNull(offered);
        ArgumentNullException.ThrowIfNull(known);
        var any = false;
        foreach (var value in offered)
        {
            foreach (var name in (value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                any = true;
                if (known.Contains(name)) return name;
            }
        }

        return any ? null : "";
    }

    /// <summary>What upstream answers to a client that offers only what the server does not know.</summary>
    public static string Refusal(IEnumerable<string?> offered, IReadOnlyList<string> known) =>
        $"unable to upgrade: unable to negotiate protocol: client supports [{string.Join(' ', offered)}], server accepts [{string.Join(' ', known)}]";

    internal static bool IsBase64(string protocol) => protocol.Contains("base64", StringComparison.Ordinal);

    internal static bool HasStatus(string protocol) => protocol is V4 or V5 or Base64V4;

    internal static bool HasResize(string protocol) => protocol is V3 or V4 or V5 or Base64V4;
}
