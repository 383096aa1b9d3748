using System.Net.WebSockets;
using Keelson.Client.Streaming;
using Keelson.Client.Streaming.RemoteCommand;
using Keelson.Client.Streaming.WebSockets;
using Keelson.Server.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Keelson.Server.Nodes;

/// <summary>Serves clients that speak WebSocket by kubelets that speak SPDY.</summary>
/// <remarks>The kubelet is asked first: as long as the client's connection is HTTP, it can be told properly what is wrong.</remarks>
internal sealed class StreamTranslator(Relay relay, CancellationToken stopping)
{
    private const string ProtocolHeader = "Sec-WebSocket-Protocol";

    /// <summary>Whether a forwarding of ports comes as SPDY within a WebSocket. Other WebSockets kubelets understand themselves.</summary>
    public static bool IsTunnel(ApiRequest request) =>
        IsWebSocket(request) && StreamProtocols.Choose(request.Http.Request.Headers[ProtocolHeader], [StreamProtocols.TunneledPortForward]) == StreamProtocols.TunneledPortForward;

    public static bool IsWebSocket(ApiRequest request) =>
        WebSocketHandshake.IsRequested(request.Http.Request.Headers.Connection, request.Http.Request.Headers.Upgrade);

    /// <summary>A command or an attached terminal.</summary>
    public async ValueTask CommandAsync(ApiRequest request, HttpMessageInvoker via, Uri target, RemoteStreams streams)
    {
        var offered = request.Http.Request.Headers[ProtocolHeader];
        var known = StreamProtocols.RemoteCommandOverWebSocket;
        var protocol = StreamProtocols.Choose(offered, known) ?? throw Failures.BadRequest(StreamProtocols.Refusal(offered, known));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(request.Cancel, stopping);
        using var backend = await relay.ConnectAsync(request, via, target, StreamProtocols.RemoteCommandOverSpdy, stop.Token).ConfigureAwait(false);
        var session = await RemoteCommandSession.OverSpdyAsync(backend.Stream, backend.Protocol, streams, cancel: stop.Token).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            using var socket = await AcceptAsync(request, protocol).ConfigureAwait(false);
            var client = await RemoteCommandServer.AcceptWebSocketAsync(socket, protocol, streams, cancel: stop.Token).ConfigureAwait(false);
            await using (client.ConfigureAwait(false)) await RemoteCommandBridge.RunAsync(client, session, stop.Token).ConfigureAwait(false);
        }
    }

    /// <summary>Forwarded ports, whose SPDY connection is unpacked and goes on as it is.</summary>
    public async ValueTask TunnelAsync(ApiRequest request, HttpMessageInvoker via, Uri target)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(request.Cancel, stopping);
        using var backend = await relay.ConnectAsync(request, via, target, [StreamProtocols.PortForward], stop.Token).ConfigureAwait(false);
        using var socket = await AcceptAsync(request, StreamProtocols.TunneledPortForward).ConfigureAwait(false);
        var tunnel = new WebSocketTunnel(socket);
        await using (tunnel.ConfigureAwait(false)) await DuplexCopy.RunAsync(tunnel, backend.Stream, cancel: stop.Token).ConfigureAwait(false);
    }

    private static async Task<WebSocket> AcceptAsync(ApiRequest request, string protocol)
    {
        var (http, key) = (request.Http, request.Http.Request.Headers["Sec-WebSocket-Key"].ToString());
        if (http.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true } upgrade || key.Length == 0) throw Failures.BadRequest("Upgrade request required");
        if (http.Request.Headers["Sec-WebSocket-Version"] != "13") throw Failures.BadRequest("only version 13 of WebSocket is spoken");
        http.Response.StatusCode = 101;
        http.Response.Headers.Upgrade = "websocket";
        http.Response.Headers["Sec-WebSocket-Accept"] = WebSocketHandshake.Accept(key);
        if (protocol.Length > 0) http.Response.Headers[ProtocolHeader] = protocol;

        // The handshake has named the protocol; .NET would refuse a slash in its name.
        return WebSocketHandshake.Over(await upgrade.UpgradeAsync().ConfigureAwait(false), isServer: true, protocol: null);
    }
}
