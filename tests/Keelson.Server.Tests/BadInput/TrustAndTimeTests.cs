using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using Keelson.Server.Serving;
using Keelson.Storage;
using Keelson.Testing;
using Keelson.Testing.Faults;

namespace Keelson.Server.Tests.BadInput;

/// <summary>What has run out, clocks that jump, and a store without room.</summary>
public sealed class TrustAndTimeTests
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";

    [Fact]
    public async Task A_token_that_has_run_out_or_was_changed_is_nobodys()
    {
        await using var server = await ListeningServer.StartAsync();
        var client = server.Client;
        await TestServer.SendAsync(client, "POST", "/api/v1/namespaces/default/serviceaccounts", """{"metadata":{"name":"robot"}}""");
        var issued = await TestServer.SendAsync(client, "POST", "/api/v1/namespaces/default/serviceaccounts/robot/token", """{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"expirationSeconds":600}}""");
        Assert.Equal(201, issued.Code);
        var token = issued.Json["status", "token"]!.AsText()!;
        foreach (var (shown, code) in new[] { (token, 403), (token[..^3] + "AAA", 401), ("x" + token, 401), (token + "." + token, 401), (new string('a', 50_000), 401), ("..", 401), ("a.b.c", 401) })
        {
            using var other = server.NewClient();
            other.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", shown);
            Assert.Equal(code, (await TestServer.SendAsync(other, "GET", "/api/v1/namespaces/kube-system/secrets")).Code);
        }
    }

    [Fact]
    public async Task A_certificate_that_has_run_out_is_nobodys()
    {
        var clock = new VirtualClock(DateTimeOffset.UtcNow);
        using var authority = CertificateAuthority.Create(TimeProvider.System);
        using var certificate = authority.IssueClient("kubernetes-admin", ["system:masters"], TimeProvider.System);
        await using var store = new Storage.Memory.MemoryStore(TimeProvider.System);
        await using var server = new ApiServer(new ApiServerOptions
        {
            Store = store, Time = clock, Random = new Random(1), Authority = authority, Listen = new IPEndPoint(IPAddress.Loopback, 0), DisabledAdmissionPlugins = ApiServerOptions.PluginsThatNeedControllers,
        });
        await server.StartAsync();
        using var exported = X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
        Assert.Equal(HttpStatusCode.OK, await AskAsync());
        clock.Advance(TimeSpan.FromDays(4000));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync());

        async Task<HttpStatusCode> AskAsync()
        {
            using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true };
            handler.ClientCertificates.Add(exported);
            using var client = new HttpClient(handler) { BaseAddress = server.Address };
            using var response = await client.GetAsync(new Uri("/api/v1/namespaces", UriKind.Relative));
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task A_clock_that_jumps_disturbs_neither_writes_nor_watches()
    {
        await using var server = await TestServer.StartAsync();
        await using var watch = await server.WatchAsync(Maps + "?watch=1&timeoutSeconds=86400");
        Assert.Equal(201, (await server.CreateMapAsync("a")).Code);
        server.Clock.Advance(TimeSpan.FromHours(5));
        Assert.Equal(201, (await server.CreateMapAsync("b")).Code);
        Assert.Equal(["a", "b"], (await watch.TakeAsync(2)).Select(change => change.Name));
        server.Clock.Advance(TimeSpan.FromDays(365 * 50));
        Assert.Equal(201, (await server.CreateMapAsync("c")).Code);
        for (var last = await watch.NextAsync(); last is not null; last = await watch.NextAsync()) Assert.Equal("c", last.Name);
        Assert.Equal(["a", "b", "c"], (await server.GetAsync(Maps)).Names.Where(name => name.Length == 1));
    }

    [Theory]
    [InlineData(StoreError.NoSpace, 500)]
    [InlineData(StoreError.Unavailable, 503)]
    public async Task A_store_without_room_refuses_writes_and_the_server_stays_up_and_recovers(StoreError error, int code)
    {
        await using var server = await TestServer.StartAsync();
        Assert.Equal(201, (await server.CreateMapAsync("before")).Code);
        await using var watch = await server.WatchAsync(Maps + "?watch=1");
        await watch.NextAsync();
        server.Faults.FailNext(40, StoreCalls.Commit, error);
        for (var i = 0; i < 10; i++)
        {
            foreach (var answer in new[]
            {
                await server.CreateMapAsync($"m{i}"),
                await server.PatchAsync(Maps + "/before", """{"data":{"a":"b"}}""", "application/merge-patch+json"),
                await server.DeleteAsync(Maps + "/before"),
            })
            {
                Assert.Equal(code, answer.Code);
                Assert.Equal("Failure", answer.Json["status"]!.AsText());
                Assert.NotEmpty(answer.Message);
            }

            Assert.Equal(200, (await server.GetAsync(Maps + "/before")).Code);
        }

        server.Faults.Clear();
        Assert.Equal(201, (await server.CreateMapAsync("after")).Code);
        Assert.Equal("after", (await watch.NextAsync())!.Name);
    }
}
