using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Text;
using Keelson.Server.Http;

namespace Keelson.Server.Tests.BadInput;

/// <summary>Connections that are misused: the others go on, and nothing of them stays.</summary>
[Collection(MeasuringCollection.Name)]
public sealed class ConnectionTests
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";

    /// <summary>Whether the long variants run.</summary>
    private static bool All => Environment.GetEnvironmentVariable("KEELSON_TEST_ALL") is not null;

    [Fact]
    public async Task Watches_that_are_opened_and_dropped_leave_nothing_behind()
    {
        var count = All ? 100_000 : 4_000;
        await using var server = await ListeningServer.StartAsync();
        await DropAsync(server, 200);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await using var bystander = new Bystander(server);
        var clock = Stopwatch.StartNew();
        await DropAsync(server, count);
        TestContext.Current.TestOutputHelper?.WriteLine($"{count} watches in {clock.Elapsed}");
        await bystander.CheckAsync();

        // The last of them end a moment after their clients are gone.
        var deadline = Stopwatch.StartNew();
        long kept;
        while ((kept = GC.GetTotalMemory(forceFullCollection: true) - before) > 20_000_000 && deadline.Elapsed < TimeSpan.FromMinutes(1)) await Task.Yield();
        TestContext.Current.TestOutputHelper?.WriteLine($"{kept:N0} bytes more than before");
        Assert.True(kept <= 20_000_000, $"{kept:N0} bytes were kept of {count} watches");
    }

    [Fact]
    public async Task A_client_that_never_reads_its_watch_is_cut_off_and_the_others_get_every_event()
    {
        await using var server = await ListeningServer.StartAsync();
        await using var stalled = await server.ConnectAsync(SslApplicationProtocol.Http11, receiveBuffer: 4096);
        await stalled.WriteAsync(Encoding.ASCII.GetBytes($"GET {Maps}?watch=1 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {ListeningServer.Token}\r\n\r\n"));
        using var response = await server.Client.GetAsync(new Uri(Maps + "?watch=1", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        await using var watch = new WatchStream(response, await response.Content.ReadAsStreamAsync());
        await using var bystander = new Bystander(server);
        using var writer = server.NewClient();
        var text = new string('x', 100_000);
        var (before, seen) = (GC.GetTotalMemory(forceFullCollection: true), 0);
        for (var i = 0; i < 60; i++)
        {
            var created = await TestServer.SendAsync(writer, "POST", Maps, $$$$$"""{"metadata":{"name":"m{{{{{i}}}}}"},"data":{"a":"{{{{{text}}}}}"}}""");
            Assert.Equal(201, created.Code);
            Assert.Equal(200, (await TestServer.SendAsync(writer, "DELETE", $"{Maps}/m{i}")).Code);
            for (var deleted = false; !deleted;)
            {
                var change = (await watch.NextAsync())!;
                deleted = change.Type == "DELETED" && change.Name == $"m{i}";
                seen++;
            }
        }

        Assert.InRange(seen, 120, 130);

        // What waits for the one that does not read is bounded by buffers and the log, not by what was written.
        Assert.True(GC.GetTotalMemory(forceFullCollection: true) - before < 60_000_000);
        await AssertResetAsync(stalled);
        await bystander.CheckAsync();
    }

    [Fact]
    public async Task A_flood_of_requests_that_are_reset_at_once_ends_its_connection_only()
    {
        await using var server = await ListeningServer.StartAsync();
        await using var bystander = new Bystander(server);
        var clock = Stopwatch.StartNew();
        var sent = 0;
        for (var round = 0; round < (All ? 20 : 3); round++)
        {
            await using var stream = await server.ConnectAsync(SslApplicationProtocol.Http2);
            sent += await FloodAsync(stream, All ? 200_000 : 30_000);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{sent} requests were reset in {clock.Elapsed}");
        await bystander.CheckAsync();
        Assert.True(clock.Elapsed < TimeSpan.FromMinutes(3), clock.Elapsed.ToString());
    }

    [Fact]
    public async Task A_body_that_comes_a_byte_at_a_time_is_not_waited_for()
    {
        await using var server = await ListeningServer.StartAsync();
        await using var bystander = new Bystander(server);
        await using var slow = await server.ConnectAsync(SslApplicationProtocol.Http11);
        await slow.WriteAsync(Encoding.ASCII.GetBytes($"POST {Maps} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {ListeningServer.Token}\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{{"));
        using var reader = new StreamReader(slow);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        Assert.Contains(" 408 ", await reader.ReadLineAsync(deadline.Token), StringComparison.Ordinal);
        var rest = await reader.ReadToEndAsync(deadline.Token);
        Assert.Contains("\"kind\":\"Status\"", rest, StringComparison.Ordinal);
        await bystander.CheckAsync();
    }

    [Fact]
    public async Task Headers_that_never_end_are_not_waited_for()
    {
        await using var server = await ListeningServer.StartAsync(limits: new RequestLimits { Headers = TimeSpan.FromSeconds(2) });
        await using var bystander = new Bystander(server);
        await using var slow = await server.ConnectAsync(SslApplicationProtocol.Http11);
        await slow.WriteAsync("GET /version HTTP/1.1\r\nHost: localhost\r\nX-Slow: "u8.ToArray());
        await AssertEndsAsync(slow, TimeSpan.FromSeconds(90));
        await bystander.CheckAsync();
    }

    [Fact]
    public async Task Connections_that_say_nothing_or_nonsense_hold_nobody_up()
    {
        await using var server = await ListeningServer.StartAsync();
        await using var bystander = new Bystander(server);
        var silent = new List<SslStream>();
        for (var i = 0; i < (All ? 2000 : 200); i++) silent.Add(await server.ConnectAsync(SslApplicationProtocol.Http11));
        foreach (var nonsense in new[] { "\0\0\0\0", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n", "GET /version HTTP/1.1\r\nContent-Length: -1\r\nHost: a\r\n\r\n", "GET /version HTTP/1.1\r\nTransfer-Encoding: nonsense\r\nHost: a\r\n\r\n" })
        {
            await using var stream = await server.ConnectAsync(SslApplicationProtocol.Http11);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(nonsense));
            await AssertEndsAsync(stream, TimeSpan.FromSeconds(60));
        }

        foreach (var stream in silent) await stream.DisposeAsync();
        await bystander.CheckAsync();
    }

    /// <summary>The server ends a connection whose client does not read: it is found by writing, as reading would make room.</summary>
    private static async Task AssertResetAsync(SslStream stream)
    {
        var deadline = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        try
        {
            while (deadline.Elapsed < TimeSpan.FromSeconds(90) && await timer.WaitForNextTickAsync()) await stream.WriteAsync("\r\n"u8.ToArray());
            Assert.Fail("the server keeps a connection that nobody reads");
        }
        catch (IOException)
        {
            // Cut off.
        }
    }

    private static async Task DropAsync(ListeningServer server, int count)
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 8), async (_, cancel) =>
        {
            using var client = server.NewClient(HttpVersion.Version20);
            for (var i = 0; i < count / 8; i++)
            {
                using var response = await client.GetAsync(new Uri(Maps + "?watch=1", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancel);
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            }
        });
    }

    /// <summary>Sends requests and takes each back at once, until all are sent or the server has had enough; answers with how many.</summary>
    private static async Task<int> FloodAsync(SslStream stream, int count)
    {
        var reading = Task.Run(async () =>
        {
            var buffer = new byte[16 * 1024];
            try
            {
                while (await stream.ReadAsync(buffer) > 0) continue;
            }
            catch (Exception ended) when (ended is IOException or ObjectDisposedException)
            {
                // The server has ended the connection, or this side has.
            }
        });
        try
        {
            await stream.WriteAsync(Frames.Preface);
            for (var i = 0; i < count; i += 100)
            {
                using var batch = new MemoryStream();
                for (var stream2 = i; stream2 < i + 100; stream2++)
                {
                    batch.Write(Frames.Get((2 * stream2) + 1));
                    batch.Write(Frames.Make(3, 0, (2 * stream2) + 1, [0, 0, 0, 8]));
                }

                await stream.WriteAsync(batch.ToArray());
                if (reading.IsCompleted) return i;
            }
        }
        catch (IOException)
        {
            return 0;
        }
        finally
        {
            stream.Close();
            await reading;
        }

        return count;
    }

    /// <summary>The server ends a connection by itself; what it had sent until then is read and dropped.</summary>
    private static async Task AssertEndsAsync(SslStream stream, TimeSpan within)
    {
        using var deadline = new CancellationTokenSource(within);
        var buffer = new byte[64 * 1024];
        try
        {
            while (await stream.ReadAsync(buffer, deadline.Token) > 0) continue;
        }
        catch (IOException)
        {
            // Cut off, which is an end too.
        }
    }
}
