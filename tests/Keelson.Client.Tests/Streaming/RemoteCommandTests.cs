using System.Net.WebSockets;
using System.Text;
using Keelson.Api.Meta.V1;
using Keelson.Client.Streaming;
using Keelson.Client.Streaming.RemoteCommand;
using Keelson.Client.Streaming.Spdy;
using Keelson.Client.Streaming.WebSockets;
using Keelson.Client.Tests.Support;
using Keelson.Testing;

namespace Keelson.Client.Tests.Streaming;

public sealed class RemoteCommandTests
{
    private static readonly RemoteStreams Piped = new(true, true, true, false);

    private readonly CancellationToken _cancel = Eventually.Limit();

    public static TheoryData<string, bool> Protocols => new()
    {
        { StreamProtocols.V1, true }, { StreamProtocols.V2, true }, { StreamProtocols.V3, true }, { StreamProtocols.V4, true },
        { StreamProtocols.V5, false }, { StreamProtocols.V4, false }, { StreamProtocols.Base64V4, false }, { StreamProtocols.V1, false }, { StreamProtocols.Base64V1, false }, { "", false },
    };

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Every_version_carries_streams_and_the_end(string protocol, bool isSpdy)
    {
        var (server, session) = await PairAsync(protocol, isSpdy, Piped);
        await using (session)
        {
            await session.Stdin!.WriteAsync("typed"u8.ToArray(), _cancel);
            var typed = new byte[5];
            await server.Stdin!.ReadExactlyAsync(typed, _cancel);
            Assert.Equal("typed", Encoding.UTF8.GetString(typed));
            await server.Stdout!.WriteAsync(new byte[100_000], _cancel);
            await server.Stderr!.WriteAsync("warned"u8.ToArray(), _cancel);
            await server.WriteStatusAsync(RemoteStatus.OfExitCode(9), _cancel);
            var closing = server.CloseAsync(_cancel);
            using var output = new MemoryStream();
            using var errors = new MemoryStream();
            var status = await session.RunAsync(null, output, errors, _cancel);
            Assert.Equal((100_000, "warned"), ((int)output.Length, Encoding.UTF8.GetString(errors.ToArray())));
            if (protocol is StreamProtocols.V4 or StreamProtocols.V5 or StreamProtocols.Base64V4) Assert.Equal(9, status.ExitCode());
            else Assert.Contains("non-zero exit code", status.Message, StringComparison.Ordinal);
            await session.DisposeAsync();
            await closing;
        }
    }

    [Theory]
    [InlineData(StreamProtocols.V4, true)]
    [InlineData(StreamProtocols.V5, false)]
    public async Task The_end_of_input_arrives_while_output_goes_on(string protocol, bool isSpdy)
    {
        var (server, session) = await PairAsync(protocol, isSpdy, Piped);
        await using (session)
        {
            await session.Stdin!.WriteAsync("all"u8.ToArray(), _cancel);
            await session.Stdin.CompleteWritesAsync(_cancel);
            using var reader = new StreamReader(server.Stdin!);
            Assert.Equal("all", await reader.ReadToEndAsync(_cancel));
            await server.Stdout!.WriteAsync("after"u8.ToArray(), _cancel);
            var said = new byte[5];
            await session.Stdout!.ReadExactlyAsync(said, _cancel);
            Assert.False(server.Disconnected.IsCompleted);
        }

        await server.DisposeAsync();
    }

    [Theory]
    [InlineData(StreamProtocols.V4, true)]
    [InlineData(StreamProtocols.V4, false)]
    public async Task A_connection_that_breaks_is_a_failure_and_no_success(string protocol, bool isSpdy)
    {
        var (server, session) = await PairAsync(protocol, isSpdy, Piped);
        await server.DisposeAsync();
        await using (session) Assert.False((await session.RunAsync(null, null, null, _cancel)).IsSuccess());
    }

    [Theory]
    [InlineData(StreamProtocols.V4, true)]
    [InlineData(StreamProtocols.V5, false)]
    [InlineData(StreamProtocols.V4, false)]
    public async Task A_server_that_says_nothing_of_the_end_only_succeeds_where_it_ends_the_stream(string protocol, bool isSpdy)
    {
        var (server, session) = await PairAsync(protocol, isSpdy, Piped);
        var closing = server.CloseAsync(_cancel);
        await using (session) Assert.Equal(isSpdy, (await session.RunAsync(null, null, null, _cancel)).IsSuccess());
        await closing;
    }

    [Fact]
    public async Task A_server_sends_no_signal_that_a_channel_ends()
    {
        var (near, far) = await LoopbackPair.CreateAsync();
        await using var server = await RemoteCommandServer.AcceptWebSocketAsync(WebSocketHandshake.Over(far, true, StreamProtocols.V5), StreamProtocols.V5, Piped, null, _cancel);
        using var client = WebSocketHandshake.Over(near, false, StreamProtocols.V5);
        await server.Stdout!.WriteAsync("said"u8.ToArray(), _cancel);
        await server.Stdout.CompleteWritesAsync(_cancel);
        await server.WriteStatusAsync(RemoteStatus.Success, _cancel);
        var closing = server.CloseAsync(_cancel);
        List<byte> channels = [];
        var message = new byte[4096];
        while (await client.ReceiveAsync(message.AsMemory(), _cancel) is { MessageType: WebSocketMessageType.Binary }) channels.Add(message[0]);
        await client.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", _cancel);
        await closing;
        Assert.Equal([1, 1, 3], channels);
    }

    [Fact]
    public async Task Upstreams_words_for_an_exit_code_are_ours()
    {
        var text = Encoding.UTF8.GetString(Api.ApiJson.Encode(RemoteStatus.OfExitCode(3)));
        Assert.Contains("\"reason\":\"NonZeroExitCode\"", text, StringComparison.Ordinal);
        Assert.Contains("\"causes\":[{\"reason\":\"ExitCode\",\"message\":\"3\"}]", text, StringComparison.Ordinal);
        Assert.Equal(0, RemoteStatus.Success.ExitCode());
        Assert.Null(RemoteStatus.OfFailure("no container").ExitCode());
        await Task.CompletedTask;
    }

    [Fact]
    public async Task A_client_that_opens_too_few_streams_is_not_waited_for()
    {
        var clock = new VirtualClock(VirtualClock.DefaultStart);
        var (near, far) = await LoopbackPair.CreateAsync();
        await using var client = SpdyConnection.Start(near, false);
        var accepting = RemoteCommandServer.AcceptSpdyAsync(far, StreamProtocols.V4, Piped, new StreamLimits { Time = clock }, _cancel);
        var stream = await client.OpenAsync(new Dictionary<string, string> { ["streamtype"] = "error" }, _cancel);
        await stream.WaitForReplyAsync(_cancel);
        // The same one again is reset, and an unknown one too.
        foreach (var name in new[] { "error", "nonsense" })
        {
            var wrong = await client.OpenAsync(new Dictionary<string, string> { ["streamtype"] = name }, _cancel);
            await Eventually.HoldsAsync(() => wrong.IsReset, "it is reset");
        }

        clock.Advance(TimeSpan.FromSeconds(31));
        var error = await Assert.ThrowsAsync<StreamingException>(() => accepting);
        Assert.Equal("timed out waiting for client to create streams", error.Message);
    }

    [Fact]
    public async Task A_silent_exchange_ends_after_the_idle_time()
    {
        var clock = new VirtualClock(VirtualClock.DefaultStart);
        foreach (var isSpdy in new[] { true, false })
        {
            var (server, session) = await PairAsync(StreamProtocols.V4, isSpdy, Piped, new StreamLimits { Time = clock });
            clock.Advance(TimeSpan.FromHours(3));
            Assert.False(server.Disconnected.IsCompleted);
            clock.Advance(TimeSpan.FromHours(2));
            await server.Disconnected.WaitAsync(_cancel);
            await session.DisposeAsync();
            await server.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public async Task A_bridge_joins_a_WebSocket_client_with_a_SPDY_backend(int code)
    {
        var streams = new RemoteStreams(true, true, true, true);
        var (kubelet, backend) = await PairAsync(StreamProtocols.V4, true, streams);
        var (client, session) = await PairAsync(StreamProtocols.V5, false, streams);
        var bridge = RemoteCommandBridge.RunAsync(client, backend, _cancel);
        await session.ResizeAsync(new TerminalSize(100, 50), _cancel);
        await foreach (var size in kubelet.ReadSizesAsync(_cancel))
        {
            Assert.Equal(new TerminalSize(100, 50), size);
            break;
        }

        var serving = ServeAsync();
        using var input = new MemoryStream(new byte[300_000]);
        using var output = new MemoryStream();
        using var errors = new MemoryStream();
        var status = await session.RunAsync(input, output, errors, _cancel);
        Assert.Equal((300_000, "warned", code), ((int)output.Length, Encoding.UTF8.GetString(errors.ToArray()), status.ExitCode()));
        await session.DisposeAsync();
        Assert.Equal(code, (await bridge).ExitCode());
        await serving;

        async Task ServeAsync()
        {
            await kubelet.Stdin!.CopyToAsync(kubelet.Stdout!, _cancel);
            await kubelet.Stderr!.WriteAsync("warned"u8.ToArray(), _cancel);
            await kubelet.WriteStatusAsync(RemoteStatus.OfExitCode(code), _cancel);
            await kubelet.CloseAsync(_cancel);
        }
    }

    [Fact]
    public async Task A_bridge_ends_the_backend_when_the_client_goes_away()
    {
        var (kubelet, backend) = await PairAsync(StreamProtocols.V4, true, Piped);
        var (client, session) = await PairAsync(StreamProtocols.V5, false, Piped);
        var bridge = RemoteCommandBridge.RunAsync(client, backend, _cancel);
        await session.DisposeAsync();
        Assert.False((await bridge).IsSuccess());
        await kubelet.Disconnected.WaitAsync(_cancel);
        await kubelet.DisposeAsync();
    }

    [Fact]
    public async Task A_client_hears_in_its_own_protocol_that_there_is_no_backend()
    {
        var (client, session) = await PairAsync(StreamProtocols.V5, false, Piped);
        var refusing = RemoteCommandBridge.RefuseAsync(client, new Status { StatusValue = "Failure", Reason = StatusReason.NotFound, Code = 404, Message = "no such container" }, _cancel);
        await using (session) Assert.Equal((404, "no such container"), Told(await session.RunAsync(null, null, null, _cancel)));
        await refusing;

        static (int Code, string Message) Told(Status status) => (status.Code, status.Message);
    }

    [Theory]
    [InlineData(StreamProtocols.V5, 21)]
    [InlineData(StreamProtocols.V4, 22)]
    [InlineData(StreamProtocols.Base64V4, 23)]
    public async Task Whatever_messages_come_an_exchange_ends_or_goes_on_and_never_more(string protocol, int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 100; round++)
        {
            var (near, far) = await LoopbackPair.CreateAsync();
            await using var server = await RemoteCommandServer.AcceptWebSocketAsync(WebSocketHandshake.Over(far, true, protocol), protocol, new RemoteStreams(true, true, true, true), new StreamLimits { BufferBytes = 4096, MessageBytes = 8192 }, _cancel);
            server.Stdin!.DiscardIncoming();
            var sizes = Task.Run(async () =>
            {
                await foreach (var _ in server.ReadSizesAsync(_cancel)) { }
            }, _cancel);
            await using (near)
            {
                try
                {
                    using var socket = WebSocketHandshake.Over(near, false, protocol);
                    for (var i = random.Next(1, 60); i > 0; i--)
                    {
                        var message = new byte[random.Next(random.Next(10) == 0 ? 20_000 : 60)];
                        random.NextBytes(message);
                        if (message.Length > 0) message[0] = (byte)(protocol == StreamProtocols.Base64V4 ? '0' + random.Next(6) : random.Next(4) == 0 ? 255 : random.Next(6));
                        if (random.Next(4) == 0) message = Encoding.ASCII.GetBytes($"{(char)message.FirstOrDefault()}{{\"Width\":{random.Next()},\"He");
                        var kind = protocol == StreamProtocols.Base64V4 && random.Next(5) > 0 ? WebSocketMessageType.Text : WebSocketMessageType.Binary;
                        await socket.SendAsync(message, kind, random.Next(5) > 0, _cancel);
                    }

                    // Not even a frame.
                    var raw = new byte[random.Next(30)];
                    random.NextBytes(raw);
                    await near.WriteAsync(raw, _cancel);
                    near.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
                }
                catch (Exception hungUp) when (hungUp is IOException or WebSocketException or System.Net.Sockets.SocketException)
                {
                    // It hung up on us, which is one of the two.
                }
            }

            await server.Disconnected.WaitAsync(_cancel);
            await sizes;
        }
    }

    private async Task<(RemoteCommandServer Server, RemoteCommandSession Session)> PairAsync(string protocol, bool isSpdy, RemoteStreams streams, StreamLimits? limits = null)
    {
        var (near, far) = await LoopbackPair.CreateAsync();
        if (!isSpdy)
        {
            var accepted = await RemoteCommandServer.AcceptWebSocketAsync(WebSocketHandshake.Over(far, true, protocol), protocol, streams, limits, _cancel);
            return (accepted, RemoteCommandSession.OverWebSocket(WebSocketHandshake.Over(near, false, protocol), protocol, streams, limits));
        }

        var accepting = RemoteCommandServer.AcceptSpdyAsync(far, protocol, streams, limits, _cancel);
        var session = await RemoteCommandSession.OverSpdyAsync(near, protocol, streams, limits, _cancel);
        return (await accepting, session);
    }
}
