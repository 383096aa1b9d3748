namespace Keelson.Server.Tests.Http;

public sealed class PagesTests
{
    [Fact]
    public async Task Discovery_is_served_in_both_forms()
    {
        await using var server = await TestServer.StartAsync();
        Assert.Equal("v1", (await server.GetAsync("/api")).Json["versions"]!.AsList()![0].AsText());
        Assert.Contains((await server.GetAsync("/apis")).Json["groups"]!.AsList()!, group => group["name"]!.AsText() == "apps");
        Assert.Contains((await server.GetAsync("/apis/apps/v1")).Json["resources"]!.AsList()!, resource => resource["name"]!.AsText() == "deployments/scale");
        var aggregated = await server.GetAsync("/apis", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json");
        Assert.Equal("APIGroupDiscoveryList", aggregated.Json["kind"]!.AsText());
        Assert.Equal("application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList", aggregated.ContentType.Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal("application/json", (await server.GetAsync("/apis")).ContentType);
    }

    [Fact]
    public async Task Documents_that_a_client_has_are_not_sent_again()
    {
        await using var server = await TestServer.StartAsync();
        var index = await server.GetAsync("/openapi/v3");
        var url = index.Json["paths", "apis/apps/v1", "serverRelativeURL"]!.AsText()!;
        using var first = await server.Client.GetAsync(new Uri(url, UriKind.Relative));
        Assert.Contains("immutable", first.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        using var again = new HttpRequestMessage(HttpMethod.Get, url);
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await server.Client.SendAsync(again);
        Assert.Equal(304, (int)second.StatusCode);
    }

    [Theory]
    [InlineData("/healthz", 200)]
    [InlineData("/livez/ping", 200)]
    [InlineData("/readyz/etcd", 200)]
    [InlineData("/readyz/nothing", 404)]
    [InlineData("/nothing", 404)]
    [InlineData("/api/v1/nothing", 404)]
    [InlineData("/apis/none/v1/things", 404)]
    [InlineData("/api/v1/namespaces/default/configmaps/a/status", 404)]
    public async Task Every_path_has_its_status(string path, int code)
    {
        await using var server = await TestServer.StartAsync();
        Assert.Equal(code, (await server.GetAsync(path)).Code);
    }

    [Fact]
    public async Task What_can_not_be_done_is_refused_by_name()
    {
        await using var server = await TestServer.StartAsync();
        Assert.Equal(405, (await server.PostAsync("/api/v1/configmaps", "{}")).Code);
        Assert.Equal(405, (await server.DeleteAsync("/api/v1/namespaces")).Code);
        Assert.Equal(405, (await server.GetAsync("/apis/authentication.k8s.io/v1/selfsubjectreviews")).Code);
    }
}
