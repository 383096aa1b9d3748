using System.Text;
using Keelson.Client.Streaming;
using Keelson.Client.Streaming.Upgrades;
using Keelson.Client.Tests.Support;
using Keelson.Testing;

namespace Keelson.Client.Tests.Streaming;

public sealed class UpgradeClientTests
{
    private static readonly Uri Address = new("http://node:10250/exec/ns/p/c?command=a%20b");

    private readonly CancellationToken _cancel = Eventually.Limit();

    [Fact]
    public async Task An_upgraded_connection_begins_right_behind_the_answer()
    {
        var (near, far) = await LoopbackPair.CreateAsync();
        await using var one = near;
        await using var other = far;
        await far.WriteAsync("HTTP/1.1 101 Switching Protocols\r\nUpgrade: SPDY/3.1\r\nConnection: Upgrade\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\n\r\nfirst"u8.ToArray(), _cancel);
        var answer = await UpgradeClient.SendAsync(near, UpgradeRequest.RemoteCommand(Address), null, _cancel);
        Assert.True(answer.IsUpgraded);
        Assert.Equal(StreamProtocols.V4, answer.Header(StreamProtocols.VersionHeader));
        await far.WriteAsync(" and next"u8.ToArray(), _cancel);
        var bytes = new byte[14];
        await answer.Connection.ReadExactlyAsync(bytes, _cancel);
        Assert.Equal("first and next", Encoding.ASCII.GetString(bytes));
        var request = new byte[4096];
        var text = Encoding.ASCII.GetString(request, 0, await far.ReadAsync(request, _cancel));
        Assert.StartsWith("POST /exec/ns/p/c?command=a%20b HTTP/1.1\r\nHost: node:10250\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\n", text, StringComparison.Ordinal);
        Assert.EndsWith("\r\nContent-Length: 0\r\n\r\n", text, StringComparison.Ordinal);
        Assert.True(await HalfClose.TryAsync(answer.Connection, _cancel));
        Assert.Equal(0, await far.ReadAsync(request, _cancel));
    }

    [Theory]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\nA: 1\r\nA: 2\r\n\r\nnothing", 404, "nothi")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nno,\r\n4\r\n sir\r\n0\r\nTrailer: t\r\n\r\n", 403, "no, sir")]
    [InlineData("HTTP/1.0 500 \r\n\r\nuntil the end", 500, "until the end")]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", 204, "")]
    public async Task A_refusal_comes_as_it_is(string answer, int code, string body)
    {
        var (near, far) = await LoopbackPair.CreateAsync();
        await using var one = near;
        await far.WriteAsync(Encoding.ASCII.GetBytes(answer), _cancel);
        far.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        var read = await UpgradeClient.SendAsync(near, UpgradeRequest.RemoteCommand(Address), null, _cancel);
        Assert.Equal((code, body), (read.StatusCode, Encoding.ASCII.GetString(read.Body)));
        Assert.False(read.IsUpgraded);
        if (code == 404) Assert.Equal(2, read.Headers.Count(header => header.Key == "A"));
        await far.DisposeAsync();
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFF\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nno colon\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n")]
    [InlineData("")]
    public async Task What_is_no_answer_is_refused(string answer)
    {
        var (near, far) = await LoopbackPair.CreateAsync();
        await using var one = near;
        await far.WriteAsync(Encoding.ASCII.GetBytes(answer), _cancel);
        far.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        await Assert.ThrowsAsync<StreamingException>(() => UpgradeClient.SendAsync(near, UpgradeRequest.RemoteCommand(Address), null, _cancel));
        await far.DisposeAsync();
    }

    [Fact]
    public async Task An_answer_without_end_has_an_end()
    {
        foreach (var (head, more) in new[] { ("HTTP/1.1 200 OK\r\n", "A: b\r\n"), ("HTTP/1.1 200 OK\r\nA: ", "long"), ("HTTP/1.1 200 OK\r\n\r\n", "body"), ("", "HTTP/1.1 100 Continue\r\n\r\n") })
        {
            var (near, far) = await LoopbackPair.CreateAsync();
            var clock = new VirtualClock(VirtualClock.DefaultStart);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(_cancel);
            var flood = Task.Run(async () =>
            {
                try
                {
                    await far.WriteAsync(Encoding.ASCII.GetBytes(head), stop.Token);
                    var piece = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(more, 500)));
                    while (true) await far.WriteAsync(piece, stop.Token);
                }
                catch (Exception over) when (over is IOException or OperationCanceledException)
                {
                    // It was hung up.
                }
            }, _cancel);
            await using (near) await Assert.ThrowsAsync<StreamingException>(() => UpgradeClient.SendAsync(near, UpgradeRequest.RemoteCommand(Address), new StreamLimits { Time = clock, HeaderBytes = 8192 }, _cancel));
            await stop.CancelAsync();
            await flood;
            await far.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_backend_that_says_nothing_is_not_waited_for()
    {
        var clock = new VirtualClock(VirtualClock.DefaultStart);
        var (near, far) = await LoopbackPair.CreateAsync();
        await using var one = near;
        await using var other = far;
        var sending = UpgradeClient.SendAsync(near, UpgradeRequest.RemoteCommand(Address), new StreamLimits { Time = clock }, _cancel);
        clock.Advance(TimeSpan.FromSeconds(31));
        await Assert.ThrowsAsync<StreamingException>(() => sending);
    }

    [Fact]
    public async Task Nothing_that_a_client_sent_becomes_a_line_of_its_own()
    {
        var (near, far) = await LoopbackPair.CreateAsync();
        await using var one = near;
        await using var other = far;
        foreach (var request in new[]
        {
            new UpgradeRequest { Target = "/a b", Host = "h" },
            new UpgradeRequest { Target = "/a\r\nX: y", Host = "h" },
            new UpgradeRequest { Target = "/a", Host = "h\n" },
            new UpgradeRequest { Target = "/a", Host = "h", Method = "GET /" },
            new UpgradeRequest { Target = "/a", Host = "h", Headers = [new("A: b", "c")] },
            new UpgradeRequest { Target = "/a", Host = "h", Headers = [new("A", "b\r\nC: d")] },
        })
        {
            await Assert.ThrowsAsync<ArgumentException>(() => UpgradeClient.SendAsync(near, request, null, _cancel));
        }
    }
}
