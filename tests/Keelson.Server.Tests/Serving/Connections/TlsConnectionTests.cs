using System.Diagnostics;
using System.Net.Security;
using System.Text;
using Keelson.Server.Tests.BadInput;

namespace Keelson.Server.Tests.Serving.Connections;

/// <summary>Connections as clients see them.</summary>
public sealed class TlsConnectionTests
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Answers_longer_than_all_buffers_arrive_whole_one_after_another(string version)
    {
        await using var server = await ListeningServer.StartAsync();
        using var client = server.NewClient(Version.Parse(version));
        client.Timeout = Patience;
        var text = new string('x', 900_000);
        for (var i = 0; i < 9; i++)
        {
            Assert.Equal(201, (await TestServer.SendAsync(client, "POST", Maps, $$$"""{"metadata":{"name":"m{{{i}}}"},"data":{"a":"{{{text}}}"} }""")).Code);
        }

        for (var round = 0; round < 3; round++)
        {
            // Whoever reads late finds the server waiting in the middle.
            using var response = await client.GetAsync(new Uri(Maps, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal(version, response.Version.ToString());
            var body = await response.Content.ReadAsByteArrayAsync();
            Assert.Equal(response.Content.Headers.ContentLength, body.Length);
            Assert.Equal(9, System.Text.Json.Nodes.JsonNode.Parse(body)!["items"]!.AsArray().Count);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_watch_ends_when_its_client_has_gone_though_nothing_happens(bool saysGoodbye)
    {
        await using var server = await ListeningServer.StartAsync();
        await using (var stream = await server.ConnectAsync(SslApplicationProtocol.Http11))
        {
            await stream.WriteAsync(Request("GET", Maps + "?watch=1"));
            using var reader = new StreamReader(stream, leaveOpen: true);
            Assert.Contains(" 200 ", await reader.ReadLineAsync(), StringComparison.Ordinal);
            await AwaitWatchesAsync(server, 1);
            if (saysGoodbye) await stream.ShutdownAsync();
        }

        await AwaitWatchesAsync(server, 0);
    }

    [Fact]
    public async Task Requests_that_are_sent_together_are_answered_in_order()
    {
        await using var server = await ListeningServer.StartAsync();
        await using var stream = await server.ConnectAsync(SslApplicationProtocol.Http11);
        var last = Encoding.ASCII.GetBytes("GET /version HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        await stream.WriteAsync((byte[])[.. Enumerable.Range(0, 500).SelectMany(number => Request("GET", $"{Maps}/none-{number}")), .. last]);
        using var reader = new StreamReader(stream);
        using var deadline = new CancellationTokenSource(Patience);
        var answers = await reader.ReadToEndAsync(deadline.Token);
        var at = 0;
        for (var number = 0; number < 500; number++)
        {
            at = answers.IndexOf($"\"name\":\"none-{number}\"", at, StringComparison.Ordinal);
            Assert.True(at >= 0, $"answer {number} is missing or too early");
        }
    }

    [Fact]
    public async Task A_body_of_megabytes_is_read_to_its_end()
    {
        await using var server = await ListeningServer.StartAsync();
        var text = new string('y', 1_000_000);
        Assert.Equal(201, (await TestServer.SendAsync(server.Client, "POST", Maps, $$$"""{"metadata":{"name":"large"},"data":{"a":"{{{text}}}"} }""")).Code);
        var read = await TestServer.SendAsync(server.Client, "GET", Maps + "/large");
        Assert.Contains(text, read.Text, StringComparison.Ordinal);
    }

    private static byte[] Request(string method, string path) =>
        Encoding.ASCII.GetBytes($"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {ListeningServer.Token}\r\n\r\n");

    private static async Task AwaitWatchesAsync(ListeningServer server, int count)
    {
        var deadline = Stopwatch.StartNew();
        var wanted = $"apiserver_longrunning_requests{{verb=\"WATCH\"}} {count}\n";
        while (!(await server.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative))).Contains(wanted, StringComparison.Ordinal))
        {
            Assert.True(deadline.Elapsed < Patience, $"there are not {count} watches");
            await Task.Yield();
        }
    }
}
