using System.Net.WebSockets;
using Keelson.Api.Core.V1;
using Keelson.Client.Resources;
using Keelson.Client.Streaming.PortForward;
using Keelson.Client.Streaming.RemoteCommand;
using Keelson.Client.Streaming.WebSockets;
using Keelson.Client.Transport;

namespace Keelson.Client.Streaming;

/// <summary>Commands in pods, and connections to their ports: by WebSocket, and by SPDY where the server has only that.</summary>
public static class PodStreaming
{
    // Over a WebSocket only v5 can end a command's input; with an older server SPDY can, as kubectl does.
    private static readonly string[] SessionProtocols = [StreamProtocols.V5];

    /// <summary>Runs a command in a container.</summary>
    /// <exception cref="ApiException">The server refuses.</exception>
    /// <exception cref="StreamingException">The server agreed, but then broke off.</exception>
    public static Task<RemoteCommandSession> ExecAsync(this ResourceClient<Pod> pods, string name, ExecQuery options, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var streams = new RemoteStreams(options.Stdin, options.Stdout, options.Stderr && !options.Tty, options.Tty);
        return OpenAsync(pods, name, "exec", streams, options.Container, options.Command, options.Limits, cancel);
    }

    /// <summary>Attaches to the process that a container already runs.</summary>
    /// <exception cref="ApiException">The server refuses.</exception>
    /// <exception cref="StreamingException">The server agreed, but then broke off.</exception>
    public static Task<RemoteCommandSession> AttachAsync(this ResourceClient<Pod> pods, string name, AttachQuery? options = null, CancellationToken cancel = default)
    {
        options ??= new AttachQuery();
        var streams = new RemoteStreams(options.Stdin, options.Stdout, options.Stderr && !options.Tty, options.Tty);
        return OpenAsync(pods, name, "attach", streams, options.Container, [], options.Limits, cancel);
    }

    /// <summary>Opens the way to a pod's ports; any number of connections to any port go over it.</summary>
    /// <exception cref="ApiException">The server refuses.</exception>
    public static async Task<PortForwardSession> PortForwardAsync(this ResourceClient<Pod> pods, string name, StreamLimits? limits = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(pods);
        if (await TryWebSocketAsync(pods, name, "portforward", static text => text, [StreamProtocols.TunneledPortForward], cancel).ConfigureAwait(false) is { } socket)
        {
            return PortForwardSession.OverSpdy(new WebSocketTunnel(socket.Socket), limits);
        }

        var (stream, _) = await SpdyAsync(pods, name, "portforward", static text => text, [StreamProtocols.PortForward], cancel).ConfigureAwait(false);
        return PortForwardSession.OverSpdy(stream, limits);
    }

    private static async Task<RemoteCommandSession> OpenAsync(
        ResourceClient<Pod> pods, string name, string subresource, RemoteStreams streams, string? container, IReadOnlyList<string> command, StreamLimits limits, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(pods);
        QueryText Query(QueryText text)
        {
            foreach (var part in command) text = text.AddEvenEmpty("command", part);
            return text.Add("container", container).Add("stdin", streams.Stdin).Add("stdout", streams.Stdout).Add("stderr", streams.Stderr).Add("tty", streams.Tty);
        }

        if (await TryWebSocketAsync(pods, name, subresource, Query, SessionProtocols, cancel).ConfigureAwait(false) is { } socket)
        {
            return RemoteCommandSession.OverWebSocket(socket.Socket, socket.Protocol, streams, limits);
        }

        var (stream, protocol) = await SpdyAsync(pods, name, subresource, Query, StreamProtocols.RemoteCommandOverSpdy, cancel).ConfigureAwait(false);
        return await RemoteCommandSession.OverSpdyAsync(stream, protocol, streams, limits, cancel).ConfigureAwait(false);
    }

    /// <summary>A WebSocket, or null where the server does not give one: SPDY then has the last word.</summary>
    private static async Task<(WebSocket Socket, string Protocol)?> TryWebSocketAsync(
        ResourceClient<Pod> pods, string name, string subresource, Func<QueryText, QueryText> query, IReadOnlyList<string> protocols, CancellationToken cancel)
    {
        var key = WebSocketHandshake.NewKey();
        KeyValuePair<string, string>[] headers = [new("Sec-WebSocket-Version", "13"), new("Sec-WebSocket-Key", key), new("Sec-WebSocket-Protocol", string.Join(", ", protocols))];
        HttpResponseMessage response;
        try
        {
            response = await pods.UpgradeAsync(HttpMethod.Get, name, subresource, query, "websocket", headers, cancel).ConfigureAwait(false);
        }
        catch (ApiException refused) when (!refused.IsUnauthorized)
        {
            return null;
        }

        var protocol = response.Headers.TryGetValues("Sec-WebSocket-Protocol", out var chosen) ? string.Join(',', chosen) : "";
        var isOurs = response.Headers.TryGetValues("Sec-WebSocket-Accept", out var accept) && string.Join(',', accept) == WebSocketHandshake.Accept(key);
        if (!isOurs || !protocols.Contains(protocol))
        {
            response.Dispose();
            return null;
        }

        return (WebSocketHandshake.Over(await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false), isServer: false, protocol), protocol);
    }

    private static async Task<(Stream Stream, string Protocol)> SpdyAsync(
        ResourceClient<Pod> pods, string name, string subresource, Func<QueryText, QueryText> query, IReadOnlyList<string> versions, CancellationToken cancel)
    {
        KeyValuePair<string, string>[] headers = [.. versions.Select(version => new KeyValuePair<string, string>(StreamProtocols.VersionHeader, version))];
        var response = await pods.UpgradeAsync(HttpMethod.Post, name, subresource, query, StreamProtocols.Spdy, headers, cancel).ConfigureAwait(false);
        var protocol = response.Headers.TryGetValues(StreamProtocols.VersionHeader, out var chosen) ? string.Join(',', chosen) : "";
        return (await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false), protocol);
    }
}
