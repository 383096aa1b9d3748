namespace Keelson.Server.Tests.Verbs;

/// <summary>What objects may be called, which is not the same for all kinds.</summary>
public sealed class NameTests
{
    [Theory]
    [InlineData("/api/v1/namespaces/default/services", "1st", "a.b", "\"ports\":[{\"port\":80}]")]
    [InlineData("/apis/policy/v1/namespaces/default/poddisruptionbudgets", "My_Budget", "a%b", "\"minAvailable\":1")]
    [InlineData("/apis/networking.k8s.io/v1/ipaddresses", "2001:db8::1", "2001:DB8::1", "\"parentRef\":{\"resource\":\"services\",\"name\":\"a\",\"namespace\":\"default\"}")]
    [InlineData("/apis/networking.k8s.io/v1/ingressclasses", "a.b", "a_b", "\"controller\":\"example.com/a\"")]
    public async Task Names_follow_the_rule_of_their_kind(string path, string right, string wrong, string spec)
    {
        await using var server = await TestServer.StartAsync();

        var created = await server.PostAsync(path, $$$"""{"metadata":{"name":"{{{right}}}"},"spec":{ {{{spec}}} } }""");
        var refused = await server.PostAsync(path, $$$"""{"metadata":{"name":"{{{wrong}}}"},"spec":{ {{{spec}}} } }""");

        Assert.True(created.Code == 201, created.Text);
        Assert.Equal(422, refused.Code);
        Assert.Contains($"metadata.name: Invalid value: \"{wrong}\"", refused.Message, StringComparison.Ordinal);
        Assert.Equal(200, (await server.GetAsync($"{path}/{right}")).Code);
    }
}
