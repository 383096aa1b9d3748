using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Text;
using System.Text.RegularExpressions;
using Keelson.Server.Http;

namespace Keelson.Server.Tests.BadInput;

/// <summary>Peers that are gone without a word, and such that hold on to one connection or one request without end.</summary>
[Collection(MeasuringCollection.Name)]
public sealed class VanishedPeerTests
{
    private const string Watch = "/api/v1/namespaces/default/configmaps?watch=1";

    private static readonly RequestLimits Impatient = new() { PingAfter = TimeSpan.FromSeconds(1), PingTimeout = TimeSpan.FromSeconds(1) };

    [Fact]
    public async Task Watches_of_a_peer_that_has_vanished_end_with_its_connection()
    {
        await using var server = await ListeningServer.StartAsync(limits: Impatient);
        await using var relay = FreezingRelay.Start(server.Server.Address!.Port);
        using var client = server.NewClient(HttpVersion.Version20);
        client.BaseAddress = new UriBuilder(server.Server.Address!) { Port = relay.Port }.Uri;
        var responses = new List<HttpResponseMessage>();
        for (var i = 0; i < 20; i++) responses.Add(await client.GetAsync(new Uri(Watch, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead));
        Assert.Equal(20, await WatchesAsync(server));

        // Who answers pings stays, however quiet it is.
        await using var bystander = new Bystander(server);
        using (var timer = new PeriodicTimer(TimeSpan.FromSeconds(4))) await timer.WaitForNextTickAsync();
        Assert.Equal(20, await WatchesAsync(server));
        relay.Freeze();
        await UntilAsync(async () => await WatchesAsync(server) == 0);
        await bystander.CheckAsync();
        foreach (var response in responses) response.Dispose();
    }

    [Fact]
    public async Task The_system_asks_silent_connections_whether_they_are_still_there()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "ss tells of Linux's timers.");
        await using var server = await ListeningServer.StartAsync();
        await using var quiet = await server.ConnectAsync(SslApplicationProtocol.Http11);
        await quiet.WriteAsync(Encoding.ASCII.GetBytes($"GET {Watch} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {ListeningServer.Token}\r\n\r\n"));
        await quiet.ReadExactlyAsync(new byte[12]);

        // While what was sent is not acknowledged yet, another timer runs.
        var asks = new Regex(@"timer:\(keepalive,(2\d|30)sec,0\)");
        await UntilAsync(async () => asks.IsMatch(await RunAsync("ss", $"-tnoH state established sport = :{server.Server.Address!.Port}")));
    }

    [Fact]
    public async Task A_client_that_gives_no_room_for_its_watch_over_http_2_is_cut_off()
    {
        await using var server = await ListeningServer.StartAsync();
        await using var bystander = new Bystander(server);
        using var handler = new SocketsHttpHandler { InitialHttp2StreamWindowSize = 65_535, SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } };
        using var client = new HttpClient(handler) { BaseAddress = server.Server.Address, DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        client.DefaultRequestHeaders.Authorization = new("Bearer", ListeningServer.Token);
        using var response = await client.GetAsync(new Uri(Watch, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        var text = new string('x', 200_000);
        using var writer = server.NewClient();
        for (var i = 0; i < 20; i++)
        {
            var made = await TestServer.SendAsync(writer, "POST", "/api/v1/namespaces/default/configmaps", $$$$"""{"metadata":{"name":"m{{{{i}}}}"},"data":{"a":"{{{{text}}}}"}}""");
            Assert.Equal(201, made.Code);
        }

        await UntilAsync(async () => await WatchesAsync(server) == 0);

        // The connection goes on: only the one request on it was ended.
        Assert.Equal(200, (await TestServer.SendAsync(client, "GET", "/version")).Code);
        await bystander.CheckAsync();
    }

    [Fact]
    public async Task Headers_that_go_on_in_frame_after_frame_end_their_connection()
    {
        await using var server = await ListeningServer.StartAsync();
        await using var bystander = new Bystander(server);
        await using var stream = await server.ConnectAsync(SslApplicationProtocol.Http2);
        await stream.WriteAsync((byte[])[.. Frames.Preface, .. Frames.BeginGet(1)]);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var ended = EndAsync(stream, limit.Token);
        byte[] more = [0x00, 1, (byte)'x', 0x7f, 0x81, 0x03, .. new byte[512]];
        var sent = 0;
        try
        {
            // A gigabyte, if somebody takes it.
            for (; sent < 2_000_000 && !ended.IsCompleted; sent++) await stream.WriteAsync(Frames.Make(Frames.Continuation, 0, 1, more), limit.Token);
        }
        catch (IOException)
        {
            // Ended while the next frame was on its way.
        }

        await ended;
        Assert.True(sent < 2_000_000);
        await bystander.CheckAsync();
    }

    [Theory, InlineData(1.0, true), InlineData(0.0, false)]
    public async Task Clients_are_asked_to_come_back_over_another_connection_where_that_is_wanted(double chance, bool isAsked)
    {
        await using var server = await ListeningServer.StartAsync(limits: new RequestLimits { GoawayChance = chance });
        await using var stream = await server.ConnectAsync(SslApplicationProtocol.Http2);
        await stream.WriteAsync((byte[])[.. Frames.Preface, .. Frames.Get(1)]);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var (answered, asked) = (false, false);
        while (!answered || (isAsked && !asked))
        {
            var type = await Frames.ReadAsync(stream, limit.Token);
            Assert.NotNull(type);
            answered |= type == Frames.Headers;
            asked |= type == Frames.GoAway;
        }

        Assert.Equal(isAsked, asked);
        if (isAsked) return;
        await stream.WriteAsync(Frames.Get(3));
        while (await Frames.ReadAsync(stream, limit.Token) is { } type && type != Frames.Headers) Assert.NotEqual(Frames.GoAway, type);
    }

    /// <summary>Reads until the server ends the connection.</summary>
    private static async Task EndAsync(SslStream stream, CancellationToken cancel)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await stream.ReadAsync(buffer, cancel) > 0) continue;
        }
        catch (IOException)
        {
            // Cut off, which is an end too.
        }
    }

    private static async Task<int> WatchesAsync(ListeningServer server)
    {
        var metrics = await TestServer.SendAsync(server.Client, "GET", "/metrics");
        return int.Parse(Regex.Match(metrics.Text, @"^apiserver_longrunning_requests(?:\{[^}]*\})? (\d+)$", RegexOptions.Multiline).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        while (!await condition()) await Task.Delay(50, limit.Token);
    }

    private static async Task<string> RunAsync(string program, string arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return text;
    }
}
