using System.Net;
using System.Text;

namespace Keelson.Server.Tests.BadInput;

/// <summary>Paths, queries, names and headers that nobody should send.</summary>
public sealed class RequestTests
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";

    [Theory]
    [InlineData("/api/v1/namespaces/default/configmaps/..%2f..%2fkube-system%2fconfigmaps")]
    [InlineData("/api/v1/namespaces/default/configmaps/a%2fb")]
    [InlineData("/api/v1/namespaces/default%2fx/configmaps/a")]
    [InlineData("/api/v1/namespaces/default/configmaps/a%00b")]
    [InlineData("/api/v1/namespaces/default/configmaps/%ff%fe")]
    [InlineData("/api/v1/namespaces//configmaps/a")]
    [InlineData("/api//v1///namespaces/default/nothing")]
    [InlineData("/apis/")]
    [InlineData("/apis/nothing/v1/things")]
    [InlineData("/apis/apps/v1/namespaces/default/deployments/a/b/c/d/e/f/g")]
    [InlineData("/api/v1/nodes/a%252fb")]
    [InlineData("/%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("/openapi/v3/../../../etc/passwd")]
    [InlineData("/openapi/v3/apis/%2e%2e")]
    public async Task A_path_that_tries_to_lead_elsewhere_leads_nowhere(string path)
    {
        await using var server = await ListeningServer.StartAsync();
        foreach (var client in new[] { server.Client, new HttpClient(server.Server.CreateHandler()) { BaseAddress = new Uri("https://localhost") } })
        {
            foreach (var method in new[] { "GET", "PUT", "DELETE" })
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(client.BaseAddress!.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
                if (method == "PUT") request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
                using var response = await client.SendAsync(request);
                var text = await response.Content.ReadAsStringAsync();
                Assert.True((int)response.StatusCode < 500, $"{method} {path}: {(int)response.StatusCode} {text}");
                if (method != "GET") Assert.True((int)response.StatusCode >= 400, $"{method} {path}: {(int)response.StatusCode} {text}");
                Assert.DoesNotContain("root:", text, StringComparison.Ordinal);
            }
        }

        Assert.Equal(200, (await TestServer.SendAsync(server.Client, "GET", "/api/v1/namespaces/kube-system")).Code);
    }

    [Theory]
    [InlineData("limit=-1", 400, 422)]
    [InlineData("limit=x", 400, 400)]
    [InlineData("limit=99999999999999999999", 400, 400)]
    [InlineData("timeoutSeconds=-5&watch=1", 200, 422)]
    [InlineData("timeoutSeconds=x", 400, 400)]
    [InlineData("resourceVersion=-1", 400, 422)]
    [InlineData("resourceVersion=x", 400, 422)]
    [InlineData("continue=x", 400, 400)]
    [InlineData("continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6LTUsInN0YXJ0IjoiLi4vLi4vIn0", 200, 410)]
    [InlineData("fieldSelector=a%3Db", 400, 400)]
    [InlineData("fieldSelector=%3D%3D%3D", 400, 400)]
    [InlineData("labelSelector=a%20in%20(", 400, 400)]
    [InlineData("labelSelector=%00", 400, 400)]
    [InlineData("resourceVersionMatch=Exact", 400, 422)]
    [InlineData("watch=1&sendInitialEvents=true", 400, 422)]
    [InlineData("nothing=known&other=%00&=&&", 200, 200)]
    [InlineData("watch=false&pretty=maybe", 200, 200)]
    public async Task A_query_is_read_strictly_where_it_matters_and_passed_over_where_not(string query, int from, int to)
    {
        await using var server = await TestServer.StartAsync();
        using var response = await server.Client.GetAsync(new Uri(Maps + "?" + query, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        Assert.InRange((int)response.StatusCode, from, to);
    }

    [Fact]
    public async Task A_name_beyond_what_a_name_may_be_is_refused()
    {
        await using var server = await TestServer.StartAsync();
        foreach (var name in new[] { new string('a', 254), new string('a', 100_000), "A", "a/b", "..", ".", "%", "a b", "ä", "-a", "a\\n" })
        {
            var answer = await server.PostAsync(Maps, $$$$$"""{"metadata":{"name":"{{{{{name}}}}}"}}""");
            Assert.True(answer.Code == 422, $"{name[..Math.Min(20, name.Length)]}: {answer.Code}");
            Assert.Contains("metadata.name: Invalid value", answer.Message, StringComparison.Ordinal);
        }

        Assert.Equal(422, (await server.PostAsync(Maps, $$$$$"""{"metadata":{"name":"a","labels":{"{{{{{new string('k', 100_000)}}}}}":"v"}}}""")).Code);
        Assert.Equal(422, (await server.PostAsync(Maps, $$$$$"""{"metadata":{"name":"a","annotations":{"k":"{{{{{new string('v', 300_000)}}}}}"}}}""")).Code);
    }

    [Fact]
    public async Task A_selector_may_be_long_and_costs_what_it_is_long()
    {
        await using var server = await ListeningServer.StartAsync();
        await using var bystander = new Bystander(server);
        for (var i = 0; i < 200; i++) await TestServer.SendAsync(server.Client, "POST", Maps, $$$$$"""{"metadata":{"name":"m{{{{{i}}}}}","labels":{"n":"{{{{{i}}}}}"}}}""");
        var values = string.Join(',', Enumerable.Range(0, 9000).Select(i => "v" + i));
        var set = await TestServer.SendAsync(server.Client, "GET", $"{Maps}?labelSelector=n+in+({values},7)");
        Assert.Equal(200, set.Code);
        Assert.Equal(["m7"], set.Names);
        var many = string.Join(',', Enumerable.Range(0, 5000).Select(i => $"n!=v{i}"));
        Assert.Equal(200, (await TestServer.SendAsync(server.Client, "GET", $"{Maps}?labelSelector={many}")).Code);
        await bystander.CheckAsync();
    }

    [Fact]
    public async Task A_line_or_headers_without_end_are_cut_off()
    {
        await using var server = await ListeningServer.StartAsync();
        await using var bystander = new Bystander(server);
        foreach (var version in new[] { HttpVersion.Version11, HttpVersion.Version20 })
        {
            using var client = server.NewClient(version);
            Assert.True(await RefusesAsync(client, Maps + "?labelSelector=" + new string('a', 2_000_000), null));
            Assert.True(await RefusesAsync(client, Maps, new string('b', 2_000_000)));
        }

        Assert.Equal(200, (await TestServer.SendAsync(server.Client, "GET", Maps)).Code);
        await bystander.CheckAsync();
    }

    private static async Task<bool> RefusesAsync(HttpClient client, string path, string? header)
    {
        // Such a URL is no Uri of the framework any more; what is past its limit goes into the query of one that is.
        using var request = new HttpRequestMessage(HttpMethod.Get, path.Length > 60_000 ? path[..60_000] : path);
        for (var i = 0; i < (header?.Length ?? path.Length) / 50_000; i++) request.Headers.TryAddWithoutValidation($"x-more-{i}", new string('x', 50_000));
        try
        {
            using var response = await client.SendAsync(request);
            return response.StatusCode is HttpStatusCode.RequestHeaderFieldsTooLarge or HttpStatusCode.RequestUriTooLong or HttpStatusCode.BadRequest;
        }
        catch (HttpRequestException)
        {
            return true;
        }
    }
}
