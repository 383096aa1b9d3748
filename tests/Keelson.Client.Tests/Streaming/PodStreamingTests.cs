using System.Net;
using System.Net.Sockets;
using System.Text;
using Keelson.Api.Core.V1;
using Keelson.Client.Streaming;
using Keelson.Client.Streaming.RemoteCommand;
using Keelson.Client.Tests.Support;

namespace Keelson.Client.Tests.Streaming;

public sealed class PodStreamingTests
{
    private readonly CancellationToken _cancel = Eventually.Limit();

    [Theory]
    [InlineData(false, "GET exec websocket")]
    [InlineData(true, "GET exec websocket,POST exec SPDY/3.1")]
    public async Task A_command_runs_in_a_pod_by_WebSocket_or_else_by_SPDY(bool isSpdyOnly, string requests)
    {
        await using var server = await PodServer.StartAsync(isSpdyOnly);
        using var client = new ApiClient(server.Configuration);
        await using var session = await client.Resource<Pod>().In("default").ExecAsync("p", new ExecQuery { Command = ["/bin/sh", "-c", "cat; echo \"-$1-\" >&2; exit 4", "x", ""], Stdin = true }, _cancel);
        using var input = new MemoryStream("some input"u8.ToArray());
        using var output = new MemoryStream();
        using var errors = new MemoryStream();
        var status = await session.RunAsync(input, output, errors, _cancel);
        Assert.Equal(("some input", "--\n", 4), (Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(errors.ToArray()), status.ExitCode()));
        Assert.Equal(requests, string.Join(',', server.Requests));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_terminals_size_reaches_the_command(bool isSpdyOnly)
    {
        await using var server = await PodServer.StartAsync(isSpdyOnly);
        using var client = new ApiClient(server.Configuration);
        await using var session = await client.Resource<Pod>().In("default").ExecAsync("p", new ExecQuery { Command = ["/bin/cat"], Stdin = true, Tty = true }, _cancel);
        Assert.Null(session.Stderr);
        await session.ResizeAsync(new TerminalSize(132, 43), _cancel);
        await session.ResizeAsync(new TerminalSize(80, 25), _cancel);
        var said = new byte["[132x43][80x25]".Length];
        await session.Stdout!.ReadExactlyAsync(said, _cancel);
        Assert.Equal("[132x43][80x25]", Encoding.ASCII.GetString(said));
        await session.Stdin!.CompleteWritesAsync(_cancel);
        Assert.True((await session.Completion.WaitAsync(_cancel)).IsSuccess());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Connections_are_forwarded_to_a_pods_port(bool isSpdyOnly)
    {
        await using var server = await PodServer.StartAsync(isSpdyOnly);
        using var client = new ApiClient(server.Configuration);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        await using var session = await client.Resource<Pod>().In("default").PortForwardAsync("p", cancel: _cancel);
        await using (var connection = await session.OpenAsync(port, _cancel))
        {
            using var accepted = await listener.AcceptTcpClientAsync(_cancel);
            await connection.Data.WriteAsync("ping"u8.ToArray(), _cancel);
            var bytes = new byte[4];
            await accepted.GetStream().ReadExactlyAsync(bytes, _cancel);
            await accepted.GetStream().WriteAsync(bytes, _cancel);
            accepted.Close();
            using var reader = new StreamReader(connection.Data);
            Assert.Equal("ping", await reader.ReadToEndAsync(_cancel));
        }

        listener.Stop();
        await using var refused = await session.OpenAsync(port, _cancel);
        Assert.Contains("refused", await refused.ReadErrorAsync(_cancel), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task What_the_server_refuses_is_an_ApiException()
    {
        await using var server = await PodServer.StartAsync();
        using var client = new ApiClient(server.Configuration);
        var refused = await Assert.ThrowsAsync<ApiException>(() => client.Resource<Pod>().In("default").ExecAsync("missing", new ExecQuery { Command = ["x"] }, _cancel));
        Assert.True(refused.IsNotFound, refused.Message);
        Assert.Equal(2, server.Requests.Count);
    }

    /// <summary>The real API server, over TLS with a client's certificate, and without a socket.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_API_server_refuses_a_pod_that_is_not_there(bool isListening)
    {
        await using var server = await LocalServer.StartAsync(isListening);
        using var client = isListening ? new ApiClient(server.AdminConfiguration()) : server.CreateClient();
        var pods = client.Resource<Pod>().In("default");
        Assert.True((await Assert.ThrowsAsync<ApiException>(() => pods.ExecAsync("missing", new ExecQuery { Command = ["x"] }, _cancel))).IsNotFound);
        Assert.True((await Assert.ThrowsAsync<ApiException>(() => pods.PortForwardAsync("missing", cancel: _cancel))).IsNotFound);
    }
}
