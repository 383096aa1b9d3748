using System.Net;
using System.Net.Http.Headers;

namespace Keelson.Rpc.Tests.Server;

/// <summary>Clients that do not keep to the protocol.</summary>
public sealed class RpcDispatcherTests
{
    private static readonly byte[] Empty = [0, 0, 0, 0, 0];

    [Fact]
    public async Task An_unknown_encoding_is_unimplemented_and_the_known_ones_are_told()
    {
        var (status, headers, _) = await SendAsync(Empty, request => request.Headers.Add("grpc-encoding", "zstd"));
        Assert.Equal("12", status);
        Assert.Equal("identity,gzip", string.Join(",", headers.GetValues("grpc-accept-encoding")));
    }

    [Theory]
    [InlineData("application/json", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/grpc-web", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/grpc+json", HttpStatusCode.UnsupportedMediaType)]
    public async Task Other_content_is_not_supported(string type, HttpStatusCode expected)
    {
        var (_, _, code) = await SendAsync(Empty, request => request.Content!.Headers.ContentType = new MediaTypeHeaderValue(type));
        Assert.Equal(expected, code);
    }

    [Theory]
    [InlineData("application/grpc")]
    [InlineData("application/grpc+proto")]
    public async Task Both_names_of_the_content_are_understood(string type)
    {
        var (status, _, _) = await SendAsync(Empty, request => request.Content!.Headers.ContentType = new MediaTypeHeaderValue(type));
        Assert.Equal("0", status);
    }

    [Fact]
    public async Task A_deadline_that_is_none_is_an_internal_error()
    {
        var (status, _, _) = await SendAsync(Empty, request => request.Headers.Add("grpc-timeout", "soon"));
        Assert.Equal("13", status);
    }

    [Fact]
    public async Task A_deadline_in_the_far_future_is_none()
    {
        var (status, _, _) = await SendAsync(Empty, request => request.Headers.Add("grpc-timeout", "99999999H"));
        Assert.Equal("0", status);
    }

    [Fact]
    public async Task A_get_is_no_call()
    {
        var (_, _, code) = await SendAsync(Empty, request => request.Method = HttpMethod.Get);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, code);
    }

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 0, 0 })]
    [InlineData(new byte[] { 0, 0, 0, 0, 9, 1 })]
    [InlineData(new byte[] { 7, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 1, 0, 0, 0, 1, 1 })]
    [InlineData(new byte[] { 0, 0, 0, 0, 1, 0xff })]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 })]
    public async Task A_body_that_is_not_one_message_is_an_internal_error(byte[] body)
    {
        var (status, _, _) = await SendAsync(body, _ => { });
        Assert.Equal("13", status);
    }

    [Fact]
    public async Task Random_bodies_never_bring_the_server_down()
    {
        var random = new Random(7);
        await using var peer = await Peer.StartAsync();
        using var http = Client();
        for (var round = 0; round < 200; round++)
        {
            var body = new byte[random.Next(64)];
            random.NextBytes(body);
            if (round % 2 == 0 && body.Length > 4) body.AsSpan(0, 4).Clear();
            using var response = await http.SendAsync(Request(peer, body));
            _ = await response.Content.ReadAsByteArrayAsync();
            Assert.True(response.TrailingHeaders.Contains("grpc-status") || response.Headers.Contains("grpc-status"));
        }
    }

    private static async Task<(string? Status, HttpResponseHeaders Headers, HttpStatusCode Code)> SendAsync(byte[] body, Action<HttpRequestMessage> change)
    {
        await using var peer = await Peer.StartAsync();
        using var http = Client();
        var request = Request(peer, body);
        change(request);
        using var response = await http.SendAsync(request);
        _ = await response.Content.ReadAsByteArrayAsync();
        response.TrailingHeaders.TryGetValues("grpc-status", out var status);
        return (status?.Single(), response.Headers, response.StatusCode);
    }

    private static HttpClient Client() => new(new SocketsHttpHandler { UseProxy = false });

    private static HttpRequestMessage Request(Peer peer, byte[] body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, peer.Address + Peer.Echo.Path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = new("application/grpc");
        return request;
    }
}
