using System.Net;
using Keelson.Api;
using Keelson.Client.Tests.Support;

namespace Keelson.Client.Tests.Discovery;

public sealed class DiscoveryTests
{
    [Fact]
    public async Task Kinds_and_resources_find_each_other()
    {
        await using var server = await LocalServer.StartAsync();
        using var client = server.CreateClient();
        var mapper = await client.Discovery.GetMapperAsync(Eventually.Limit());
        Assert.Empty(mapper.Served.Failures);
        Assert.Equal("deployments", mapper.Find(new GroupVersionKind("apps", "v1", "Deployment"))?.Plural);
        Assert.Equal("v2", mapper.Find("autoscaling", "HorizontalPodAutoscaler")?.Version);
        foreach (var name in new[] { "deploy", "deployment", "deployments", "Deployment", "deployments.apps", "deployments.v1.apps" })
        {
            Assert.Equal(ApiResource.Of<Keelson.Api.Apps.V1.Deployment>(), mapper.FindByName(name));
        }

        Assert.Equal("v2", mapper.FindByName("hpa")?.Version);
        Assert.Equal("v2", mapper.FindByName("hpa.v2.autoscaling")?.Version);
        Assert.Null(mapper.FindByName("nothing"));
        Assert.Null(mapper.FindByName("deployments.nowhere"));
        var pods = mapper.Served.Resources.Single(resource => resource.Resource is { Plural: "pods", Group: "" });
        Assert.True(pods.Can("watch"));
        Assert.Contains("status", pods.Subresources);
        Assert.StartsWith("v1.", await client.Discovery.GetVersionAsync(Eventually.Limit()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_cannot_tell_all_at_once_is_asked_group_by_group()
    {
        using var api = new FakeApi();
        using var client = new ApiClient(api);
        const string Core = """{"kind":"APIVersions","versions":["v1"]}""";
        const string Groups = """
            {"kind":"APIGroupList","apiVersion":"v1","groups":[
              {"name":"x.example","versions":[{"groupVersion":"x.example/v1","version":"v1"},{"groupVersion":"x.example/v2","version":"v2"}],"preferredVersion":{"groupVersion":"x.example/v2","version":"v2"}},
              {"name":"away.example","versions":[{"groupVersion":"away.example/v1","version":"v1"}],"preferredVersion":{"groupVersion":"away.example/v1","version":"v1"}}]}
            """;
        const string Things = """
            {"kind":"APIResourceList","apiVersion":"v1","groupVersion":"","resources":[
              {"name":"things","singularName":"thing","namespaced":true,"kind":"Thing","verbs":["get","list"],"shortNames":["th"]},
              {"name":"things/status","singularName":"","namespaced":true,"kind":"Thing","verbs":["get"]}]}
            """;
        api.Answer(Core).Answer(Groups).Answer(Core).Answer(Groups).Answer("""{"kind":"APIResourceList","groupVersion":"v1","resources":[]}""")
            .Answer(Things).Answer(Things).Refuse(HttpStatusCode.ServiceUnavailable, "ServiceUnavailable");
        var mapper = await client.Discovery.GetMapperAsync(Eventually.Limit());
        Assert.Equal(["/api", "/apis", "/api", "/apis", "/api/v1", "/apis/x.example/v2", "/apis/x.example/v1", "/apis/away.example/v1"], api.Requests.Select(request => request.Path));
        Assert.Equal("away.example/v1", Assert.Single(mapper.Served.Failures).GroupVersion);
        Assert.Equal(new ApiResource("x.example", "v2", "things", "Thing", true), mapper.FindByName("th"));
        Assert.Equal("v1", mapper.Find(new GroupVersionKind("x.example", "v1", "Thing"))?.Version);
        Assert.Equal(["status"], mapper.Served.Resources[0].Subresources);
    }
}
