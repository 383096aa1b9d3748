using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Keelson.Client.Configuration;
using Keelson.Client.Streaming;
using Keelson.Client.Streaming.PortForward;
using Keelson.Client.Streaming.RemoteCommand;
using Keelson.Client.Streaming.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Keelson.Client.Tests.Streaming;

/// <summary>As much of an API server as kubectl needs for one pod: its commands run as processes of this machine.</summary>
internal sealed class PodServer : IAsyncDisposable
{
    private const string Pod = """
        {"kind":"Pod","apiVersion":"v1","metadata":{"name":"p","namespace":"default","uid":"1"},
         "spec":{"containers":[{"name":"main","image":"i","stdin":true}]},
         "status":{"phase":"Running","containerStatuses":[{"name":"main","ready":true,"state":{"running":{}}}]}}
        """;

    private static readonly Dictionary<string, string> Documents = new()
    {
        ["/api"] = """{"kind":"APIVersions","versions":["v1"]}""",
        ["/apis"] = """{"kind":"APIGroupList","apiVersion":"v1","groups":[]}""",
        ["/api/v1"] = """{"kind":"APIResourceList","groupVersion":"v1","resources":[{"name":"pods","singularName":"pod","namespaced":true,"kind":"Pod","verbs":["get"]}]}""",
        ["/api/v1/namespaces/default/pods/p"] = Pod,
    };

    private readonly WebApplication _app;

    private PodServer(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single();

    public ClientConfiguration Configuration => new() { Server = new Uri(Url) };

    /// <summary>Whether requests for WebSockets are refused, as servers before v1.29 do for v5.</summary>
    public bool IsSpdyOnly { get; init; }

    /// <summary>What was asked for, such as "GET exec websocket".</summary>
    public List<string> Requests { get; } = [];

    public static async Task<PodServer> StartAsync(bool isSpdyOnly = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var server = new PodServer(app) { IsSpdyOnly = isSpdyOnly };
        app.Run(server.ServeAsync);
        await app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task ServeAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (Documents.TryGetValue(path, out var document))
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(document);
            return;
        }

        var kind = path.Split('/')[^1];
        var upgrade = context.Request.Headers.Upgrade.ToString();
        lock (Requests) Requests.Add($"{context.Request.Method} {kind} {upgrade}");
        if (context.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true } feature || kind is not ("exec" or "attach" or "portforward") || !path.Contains("/pods/p/", StringComparison.Ordinal))
        {
            context.Response.StatusCode = 404;
            return;
        }

        if (upgrade.Equals("websocket", StringComparison.OrdinalIgnoreCase)) await ServeSocketAsync(context, feature, kind);
        else await ServeSpdyAsync(context, feature, kind);
    }

    private async Task ServeSocketAsync(HttpContext context, IHttpUpgradeFeature feature, string kind)
    {
        IReadOnlyList<string> known = kind == "portforward" ? [StreamProtocols.TunneledPortForward] : StreamProtocols.RemoteCommandOverWebSocket;
        var protocol = StreamProtocols.Choose(context.Request.Headers.SecWebSocketProtocol, known);
        if (IsSpdyOnly || protocol is null)
        {
            context.Response.StatusCode = 403;
            return;
        }

        context.Response.Headers.Upgrade = "websocket";
        context.Response.Headers.SecWebSocketAccept = WebSocketHandshake.Accept(context.Request.Headers.SecWebSocketKey!);
        context.Response.Headers.SecWebSocketProtocol = protocol;
        var socket = WebSocketHandshake.Over(await feature.UpgradeAsync(), true, protocol);
        if (kind == "portforward") await ForwardAsync(PortForwardServer.OverSpdy(new WebSocketTunnel(socket)));
        else await RunAsync(context, await RemoteCommandServer.AcceptWebSocketAsync(socket, protocol, Streams(context)));
    }

    private static async Task ServeSpdyAsync(HttpContext context, IHttpUpgradeFeature feature, string kind)
    {
        IReadOnlyList<string> known = kind == "portforward" ? [StreamProtocols.PortForward] : StreamProtocols.RemoteCommandOverSpdy;
        var protocol = StreamProtocols.Choose(context.Request.Headers[StreamProtocols.VersionHeader], known);
        if (protocol is null)
        {
            context.Response.StatusCode = 403;
            context.Response.Headers[StreamProtocols.AcceptedHeader] = known.ToArray();
            await context.Response.WriteAsync(StreamProtocols.Refusal(context.Request.Headers[StreamProtocols.VersionHeader], known));
            return;
        }

        context.Response.Headers.Upgrade = StreamProtocols.Spdy;
        context.Response.Headers[StreamProtocols.VersionHeader] = protocol;
        var stream = await feature.UpgradeAsync();
        if (kind == "portforward") await ForwardAsync(PortForwardServer.OverSpdy(stream));
        else await RunAsync(context, await RemoteCommandServer.AcceptSpdyAsync(stream, protocol, Streams(context)));
    }

    private static RemoteStreams Streams(HttpContext context)
    {
        bool Has(string name) => context.Request.Query[name] == "true";
        return new RemoteStreams(Has("stdin"), Has("stdout"), Has("stderr"), Has("tty"));
    }

    private static async Task RunAsync(HttpContext context, RemoteCommandServer server)
    {
        string[] command = [.. context.Request.Query["command"]!];
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        using var over = new CancellationTokenSource();
        var sizes = ReadSizesAsync();
        var input = FeedAsync();
        await Task.WhenAll(
            process.StandardOutput.BaseStream.CopyToAsync(server.Stdout ?? Stream.Null),
            process.StandardError.BaseStream.CopyToAsync(server.Stderr ?? Stream.Null),
            process.WaitForExitAsync());
        await server.WriteStatusAsync(RemoteStatus.OfExitCode(process.ExitCode));
        await over.CancelAsync();
        await Task.WhenAll(input, sizes);
        await server.CloseAsync();

        async Task FeedAsync()
        {
            try
            {
                if (server.Stdin is not null) await server.Stdin.CopyToAsync(process.StandardInput.BaseStream, over.Token);
                process.StandardInput.Close();
            }
            catch (Exception gone) when (gone is IOException or OperationCanceledException)
            {
                // The command ended first.
            }
        }

        async Task ReadSizesAsync()
        {
            try
            {
                await foreach (var size in server.ReadSizesAsync(over.Token)) await server.Stdout!.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"[{size.Width}x{size.Height}]"));
            }
            catch (OperationCanceledException)
            {
                // The command has ended.
            }
        }
    }

    private static async Task ForwardAsync(PortForwardServer server)
    {
        await using (server)
        {
            List<Task> all = [];
            await foreach (var connection in server.AcceptAsync()) all.Add(ConnectAsync(connection));
            await Task.WhenAll(all);
        }
    }

    private static async Task ConnectAsync(ForwardedConnection connection)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, connection.Port);
            await connection.ServeAsync(client.GetStream());
        }
        catch (SocketException refused)
        {
            await connection.FailAsync(string.Create(CultureInfo.InvariantCulture, $"port {connection.Port}: {refused.Message}"));
        }
        catch (IOException)
        {
            // The client went away.
        }
    }
}
