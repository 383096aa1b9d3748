namespace Keelson.Server.Tests.Verbs;

public sealed class UnconditionalUpdateTests
{
    [Theory]
    [InlineData("/api/v1/namespaces/default/configmaps", "{}")]
    [InlineData("/api/v1/namespaces/default/secrets", "{}")]
    [InlineData("/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles", """{"rules":[]}""")]
    public async Task Most_kinds_are_replaced_without_a_version(string path, string rest)
    {
        await using var server = await TestServer.StartAsync();
        var body = Body(rest);
        await server.PostAsync(path, body);
        Assert.Equal(200, (await server.PutAsync(path + "/x", body)).Code);
    }

    [Theory]
    [InlineData("/api/v1/namespaces/default/serviceaccounts", "serviceaccounts", "{}")]
    [InlineData("/apis/coordination.k8s.io/v1/namespaces/default/leases", "leases.coordination.k8s.io", "{}")]
    [InlineData("/apis/policy/v1/namespaces/default/poddisruptionbudgets", "poddisruptionbudgets.policy", """{"spec":{"minAvailable":1}}""")]
    [InlineData("/apis/node.k8s.io/v1/runtimeclasses", "runtimeclasses.node.k8s.io", """{"handler":"h"}""")]
    public async Task Some_kinds_need_the_version_that_is_replaced(string path, string resource, string rest)
    {
        await using var server = await TestServer.StartAsync();
        var body = Body(rest);
        var created = await server.PostAsync(path, body);
        Assert.True(created.Code == 201, created.Text);
        var refused = await server.PutAsync(path + "/x", body);
        Assert.Equal(422, refused.Code);
        Assert.Equal($"{resource} \"x\" is invalid: metadata.resourceVersion: Invalid value: 0x0: must be specified for an update", refused.Message);
        Assert.Equal(200, (await server.PutAsync(path + "/x", Keelson.Api.Values.ValueWriter.WriteText(created.Json))).Code);
        Assert.Equal(200, (await server.PatchAsync(path + "/x", """{"metadata":{"labels":{"a":"b"}}}""", "application/merge-patch+json")).Code);
    }

    [Theory]
    [InlineData("/api/v1/namespaces/default/endpoints", "{}")]
    [InlineData("/api/v1/namespaces/default/services", """{"spec":{"ports":[{"port":80}]}}""")]
    [InlineData("/apis/coordination.k8s.io/v1/namespaces/default/leases", "{}")]
    [InlineData("/apis/rbac.authorization.k8s.io/v1/clusterroles", """{"rules":[]}""")]
    public async Task Some_kinds_are_created_by_an_update(string path, string rest)
    {
        await using var server = await TestServer.StartAsync();
        var created = await server.PutAsync(path + "/x", Body(rest));
        Assert.True(created.Code == 201, created.Text);
        Assert.Equal(404, (await server.PutAsync("/api/v1/namespaces/default/configmaps/x", Body("{}"))).Code);
    }

    private static string Body(string rest) => rest == "{}" ? """{"metadata":{"name":"x"}}""" : """{"metadata":{"name":"x"},""" + rest[1..];
}
