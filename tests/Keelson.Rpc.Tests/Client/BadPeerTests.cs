using System.Net;
using System.Net.Sockets;
using Google.Protobuf.WellKnownTypes;
using Keelson.Rpc.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Keelson.Rpc.Tests.Client;

/// <summary>Servers that do what no server should: each gives a clear status, and none a hang.</summary>
public sealed class BadPeerTests
{
    private static readonly RpcMethod<StringValue, StringValue> Bad = new("/bad");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_message_with_an_unknown_flag_is_an_internal_error() =>
        Assert.Equal(RpcStatus.Internal, (await CallAsync(http => http.Response.Body.WriteAsync(new byte[] { 9, 0, 0, 0, 0 }).AsTask())).Status);

    [Fact]
    public async Task A_length_beyond_the_limit_is_refused_before_anything_is_buffered() =>
        Assert.Equal(RpcStatus.ResourceExhausted, (await CallAsync(http => http.Response.Body.WriteAsync(new byte[] { 0, 0xff, 0xff, 0xff, 0xff }).AsTask())).Status);

    [Fact]
    public async Task A_message_that_breaks_off_is_an_internal_error() =>
        Assert.Equal(RpcStatus.Internal, (await CallAsync(http => http.Response.Body.WriteAsync(new byte[] { 0, 0, 0, 0, 9, 1, 2 }).AsTask())).Status);

    [Fact]
    public async Task A_message_that_is_no_protobuf_is_an_internal_error() =>
        Assert.Equal(RpcStatus.Internal, (await CallAsync(http => http.Response.Body.WriteAsync(new byte[] { 0, 0, 0, 0, 3, 0xff, 0xff, 0xff }).AsTask())).Status);

    [Fact]
    public async Task A_compressed_message_without_announcement_is_an_internal_error() =>
        Assert.Equal(RpcStatus.Internal, (await CallAsync(http => http.Response.Body.WriteAsync(new byte[] { 1, 0, 0, 0, 1, 0 }).AsTask())).Status);

    [Fact]
    public async Task A_message_that_claims_to_be_gzip_and_is_not_is_an_internal_error() =>
        Assert.Equal(RpcStatus.Internal, (await CallAsync(http =>
        {
            http.Response.Headers["grpc-encoding"] = "gzip";
            return http.Response.Body.WriteAsync(new byte[] { 1, 0, 0, 0, 3, 1, 2, 3 }).AsTask();
        })).Status);

    [Fact]
    public async Task An_end_without_status_is_an_internal_error() =>
        Assert.Equal(RpcStatus.Internal, (await CallAsync(_ => Task.CompletedTask)).Status);

    [Fact]
    public async Task A_status_that_is_no_number_is_unknown() =>
        Assert.Equal(RpcStatus.Unknown, (await CallAsync(http =>
        {
            http.Response.AppendTrailer("grpc-status", "many");
            return Task.CompletedTask;
        })).Status);

    [Fact]
    public async Task A_web_page_is_no_answer() =>
        Assert.Equal(RpcStatus.Unknown, (await CallAsync(http =>
        {
            http.Response.ContentType = "text/html";
            return http.Response.WriteAsync("<html>");
        })).Status);

    [Theory]
    [InlineData(401, RpcStatus.Unauthenticated)]
    [InlineData(403, RpcStatus.PermissionDenied)]
    [InlineData(404, RpcStatus.Unimplemented)]
    [InlineData(503, RpcStatus.Unavailable)]
    [InlineData(500, RpcStatus.Unknown)]
    public async Task An_http_status_becomes_one_of_the_protocol(int http, RpcStatus expected) =>
        Assert.Equal(expected, (await CallAsync(context =>
        {
            context.Response.StatusCode = http;
            return Task.CompletedTask;
        })).Status);

    [Fact]
    public async Task A_server_that_dies_in_the_middle_of_a_stream_is_noticed()
    {
        await using var peer = await Peer.StartAsync(map: app => app.MapPost(Bad.Path, async (HttpContext http) =>
        {
            http.Response.ContentType = "application/grpc";
            await http.Response.Body.WriteAsync(new byte[] { 0, 0, 0, 0, 0 });
            await http.Response.Body.FlushAsync();
            await http.Request.Body.ReadExactlyAsync(new byte[5]);
            await http.Request.Body.ReadExactlyAsync(new byte[5]);
            http.Abort();
        }));
        using var channel = Peer.Channel(peer.Address);
        await using var call = await channel.OpenAsync(Bad);
        await call.WriteAsync(new());
        Assert.NotNull(await call.ReadAsync());
        await call.WriteAsync(new());
        var error = await Assert.ThrowsAsync<RpcException>(() => call.ReadAsync().AsTask().WaitAsync(Patience));
        Assert.Contains(error.Status, new[] { RpcStatus.Internal, RpcStatus.Unavailable, RpcStatus.Cancelled });
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n")]
    [InlineData("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")]
    [InlineData("")]
    public async Task A_peer_that_speaks_no_http2_is_an_error_and_no_hang(string speech)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = AnswerAsync(listener, System.Text.Encoding.ASCII.GetBytes(speech));
        using (var channel = new RpcChannel(Peer.Options($"http://{listener.LocalEndpoint}") with { MaxAttempts = 1 }))
        {
            var error = await Assert.ThrowsAsync<RpcException>(() => channel.CallAsync(Bad, new()).WaitAsync(Patience));
            Assert.Contains(error.Status, new[] { RpcStatus.Internal, RpcStatus.Unavailable });
        }

        listener.Stop();
        await answering;
    }

    [Fact]
    public async Task A_peer_that_accepts_and_stays_silent_runs_into_the_deadline()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var channel = Peer.Channel($"http://{listener.LocalEndpoint}");
        var error = await Assert.ThrowsAsync<RpcException>(() => channel.CallAsync(Bad, new(), new() { Timeout = TimeSpan.FromMilliseconds(100) }).WaitAsync(Patience));
        Assert.Equal(RpcStatus.DeadlineExceeded, error.Status);
    }

    private static async Task AnswerAsync(TcpListener listener, byte[] speech)
    {
        try
        {
            while (true)
            {
                using var socket = await listener.AcceptSocketAsync();
                await socket.SendAsync(speech);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static async Task<RpcException> CallAsync(Func<HttpContext, Task> misbehave)
    {
        await using var peer = await Peer.StartAsync(map: app => app.MapPost(Bad.Path, (HttpContext http) =>
        {
            http.Response.ContentType = "application/grpc";
            return misbehave(http);
        }));
        using var channel = Peer.Channel(peer.Address);
        return await Assert.ThrowsAsync<RpcException>(() => channel.CallAsync(Bad, new() { Value = "x" }).WaitAsync(Patience));
    }
}
