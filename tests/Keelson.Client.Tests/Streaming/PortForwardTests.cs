using System.Text;
using Keelson.Client.Streaming;
using Keelson.Client.Streaming.PortForward;
using Keelson.Client.Streaming.Spdy;
using Keelson.Client.Streaming.WebSockets;
using Keelson.Client.Tests.Support;

namespace Keelson.Client.Tests.Streaming;

public sealed class PortForwardTests
{
    private readonly CancellationToken _cancel = Eventually.Limit();

    [Fact]
    public async Task A_tunnel_is_passed_on_to_a_backend_that_speaks_plain_SPDY()
    {
        var (clientEnd, apiServerEnd) = await LoopbackPair.CreateAsync();
        var (kubeletSide, kubeletEnd) = await LoopbackPair.CreateAsync();
        await using var session = PortForwardSession.OverSpdy(new WebSocketTunnel(WebSocketHandshake.Over(clientEnd, false, StreamProtocols.TunneledPortForward)));
        var tunnel = new WebSocketTunnel(WebSocketHandshake.Over(apiServerEnd, true, StreamProtocols.TunneledPortForward));
        var bridge = DuplexCopy.RunAsync(tunnel, kubeletSide, null, _cancel);
        var serving = EchoAsync(PortForwardServer.OverSpdy(kubeletEnd));
        await Task.WhenAll(Enumerable.Range(1, 10).Select(AskAsync));
        await session.DisposeAsync();
        await bridge;
        await kubeletSide.DisposeAsync();
        await serving;

        async Task AskAsync(int number)
        {
            var bytes = new byte[20_000 * number];
            new Random(number).NextBytes(bytes);
            await using var connection = await session.OpenAsync(number, _cancel);
            var sending = connection.Data.WriteAsync(bytes, _cancel).AsTask();
            var back = new byte[bytes.Length];
            await connection.Data.ReadExactlyAsync(back, _cancel);
            await sending;
            Assert.Equal(bytes, back);
            await connection.Data.CompleteWritesAsync(_cancel);
            Assert.Equal("", await connection.ReadErrorAsync(_cancel));
        }
    }

    [Theory]
    [InlineData(StreamProtocols.V4)]
    [InlineData(StreamProtocols.Base64V4)]
    public async Task Channels_of_a_WebSocket_begin_with_their_port(string protocol)
    {
        var (near, far) = await LoopbackPair.CreateAsync();
        var encoding = protocol == StreamProtocols.V4 ? SocketEncoding.Binary : SocketEncoding.Base64;
        await using var client = ChannelSocket.Start(WebSocketHandshake.Over(near, false, protocol), encoding, CloseSignals.None, 4, StreamLimits.Default);
        await using var server = await PortForwardServer.OverWebSocketAsync(WebSocketHandshake.Over(far, true, protocol), protocol, [80, 8443], null, _cancel);
        var ports = new List<int>();
        for (var i = 0; i < 4; i++)
        {
            var port = new byte[2];
            await client[i].ReadExactlyAsync(port, _cancel);
            ports.Add(port[0] | (port[1] << 8));
        }

        Assert.Equal([80, 80, 8443, 8443], ports);
        await foreach (var connection in server.AcceptAsync(_cancel)) await connection.Data.WriteAsync(Encoding.ASCII.GetBytes($"{connection.Port}"), _cancel);
        var said = new byte[4];
        await client[2].ReadExactlyAsync(said, _cancel);
        Assert.Equal("8443", Encoding.ASCII.GetString(said));
    }

    [Fact]
    public async Task Streams_pair_by_request_or_for_the_oldest_clients_by_their_numbers()
    {
        var (near, far) = await LoopbackPair.CreateAsync();
        await using var client = SpdyConnection.Start(near, false);
        await using var server = PortForwardServer.OverSpdy(far);
        // Numbers 1 and 3 without a request's, then two requests that overlap.
        await OpenAsync(client, "error", "80");
        await OpenAsync(client, "data", "80");
        await OpenAsync(client, "data", "81", "a");
        await OpenAsync(client, "error", "82", "b");
        await OpenAsync(client, "error", "81", "a");
        await OpenAsync(client, "data", "82", "b");
        List<int> ports = [];
        await foreach (var connection in server.AcceptAsync(_cancel))
        {
            ports.Add(connection.Port);
            if (ports.Count == 3) break;
        }

        Assert.Equal([80, 81, 82], ports);
    }

    [Theory]
    [InlineData("data", "0", "a")]
    [InlineData("data", "65536", "a")]
    [InlineData("data", "http", "a")]
    [InlineData("both", "80", "a")]
    [InlineData("error", "81", "x")]
    [InlineData("data", "80", "x")]
    public async Task Streams_that_fit_nothing_are_reset(string kind, string port, string request)
    {
        var (near, far) = await LoopbackPair.CreateAsync();
        await using var client = SpdyConnection.Start(near, false);
        await using var server = PortForwardServer.OverSpdy(far);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_cancel);
        var accepting = Task.Run(async () =>
        {
            await foreach (var _ in server.AcceptAsync(stop.Token)) Assert.Fail("It is taken for a connection.");
        }, _cancel);
        await OpenAsync(client, "data", "80", "x");
        var wrong = await OpenAsync(client, kind, port, request);
        await Eventually.HoldsAsync(() => wrong.IsReset, "it is reset");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => accepting);
    }

    private async Task<SpdyStream> OpenAsync(SpdyConnection client, string kind, string port, string? request = null)
    {
        var headers = new Dictionary<string, string> { ["streamType"] = kind, ["port"] = port };
        if (request is not null) headers["requestID"] = request;
        return await client.OpenAsync(headers, _cancel);
    }

    private async Task EchoAsync(PortForwardServer server)
    {
        await using (server)
        {
            List<Task> all = [];
            await foreach (var connection in server.AcceptAsync(_cancel)) all.Add(OneAsync(connection));
            await Task.WhenAll(all);
        }

        async Task OneAsync(ForwardedConnection connection)
        {
            try
            {
                await connection.Data.CopyToAsync(connection.Data, _cancel);
                await connection.CloseAsync(_cancel);
            }
            catch (IOException)
            {
                // The client has hung up.
            }
        }
    }
}
