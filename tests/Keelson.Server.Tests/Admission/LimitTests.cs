namespace Keelson.Server.Tests.Admission;

public sealed class LimitTests
{
    private const string Pods = "/api/v1/namespaces/default/pods";

    [Fact]
    public async Task Containers_that_say_nothing_get_what_the_range_says()
    {
        await using var server = await TestServer.StartAsync();
        await server.PostAsync("/api/v1/namespaces/default/limitranges", """{"metadata":{"name":"r"},"spec":{"limits":[{"type":"Container","default":{"cpu":"500m","memory":"1Gi"},"defaultRequest":{"cpu":"100m"}}]}}""");
        var pod = await server.PostAsync(Pods, """{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}]}}""");
        Assert.Equal("""{"limits":{"cpu":"500m","memory":"1Gi"},"requests":{"cpu":"100m","memory":"1Gi"}}""", pod.Json["spec", "containers"]!.AsList()![0]["resources"]!.ToString());
        Assert.Equal(
            "LimitRanger plugin set: cpu, memory request for container c; cpu, memory limit for container c",
            pod.Json["metadata", "annotations", "kubernetes.io/limit-ranger"]!.AsText());
        Assert.Equal("Burstable", pod.Json["status", "qosClass"]!.AsText());
    }

    [Theory]
    [InlineData("\"max\":{\"cpu\":\"1\"}", "2", "2", "maximum cpu usage per Container is 1, but limit is 2")]
    [InlineData("\"min\":{\"cpu\":\"500m\"}", "100m", "1", "minimum cpu usage per Container is 500m, but request is 100m")]
    [InlineData("\"maxLimitRequestRatio\":{\"cpu\":\"2\"}", "100m", "1", "cpu max limit to request ratio per Container is 2, but provided ratio is 10.000000")]
    public async Task What_is_outside_a_range_is_refused(string limit, string request, string most, string why)
    {
        await using var server = await TestServer.StartAsync();
        var range = await server.PostAsync("/api/v1/namespaces/default/limitranges", $$$$"""{"metadata":{"name":"r"},"spec":{"limits":[{"type":"Container",{{{{limit}}}}}]}}""");
        Assert.Equal(201, range.Code);
        var pod = await server.PostAsync(Pods, $$$$"""{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i","resources":{"requests":{"cpu":"{{{{request}}}}"},"limits":{"cpu":"{{{{most}}}}"}}}]}}""");
        Assert.Equal(403, pod.Code);
        Assert.Equal($"pods \"p\" is forbidden: {why}", pod.Message);
    }

    [Fact]
    public async Task A_quota_counts_and_refuses_what_is_too_much()
    {
        await using var server = await TestServer.StartAsync();
        await server.PostAsync("/api/v1/namespaces/default/resourcequotas", """{"metadata":{"name":"q"},"spec":{"hard":{"pods":"2"}}}""");
        Assert.Equal(201, (await CreateAsync(server, "a")).Code);
        Assert.Equal(201, (await CreateAsync(server, "b")).Code);
        var third = await CreateAsync(server, "c");
        Assert.Equal(403, third.Code);
        Assert.Equal("pods \"c\" is forbidden: exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2", third.Message);
        var quota = await server.GetAsync("/api/v1/namespaces/default/resourcequotas/q");
        Assert.Equal("""{"hard":{"pods":"2"},"used":{"pods":"2"}}""", quota.Json["status"]!.ToString());
        await server.DeleteAsync(Pods + "/a");
        Assert.Equal(201, (await CreateAsync(server, "c")).Code);
        Assert.Equal(201, (await server.PostAsync("/api/v1/namespaces/kube-system/pods", Pod("elsewhere", ""))).Code);
    }

    [Fact]
    public async Task Writes_at_once_never_take_more_than_a_quota_has()
    {
        await using var server = await TestServer.StartAsync();
        await server.PostAsync("/api/v1/namespaces/default/resourcequotas", """{"metadata":{"name":"q"},"spec":{"hard":{"count/configmaps":"5"}}}""");
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => server.CreateMapAsync($"m{i}")));
        Assert.Equal(5, answers.Count(answer => answer.Code == 201));
        Assert.Equal(15, answers.Count(answer => answer.Code == 403));
    }

    [Fact]
    public async Task A_quota_of_processors_wants_pods_to_say_what_they_need()
    {
        await using var server = await TestServer.StartAsync();
        await server.PostAsync("/api/v1/namespaces/default/resourcequotas", """{"metadata":{"name":"q"},"spec":{"hard":{"requests.cpu":"1","limits.memory":"1Gi"}}}""");
        var open = await CreateAsync(server, "a");
        Assert.Equal("pods \"a\" is forbidden: failed quota: q: must specify limits.memory for: c; requests.cpu for: c", open.Message);
        var large = await CreateAsync(server, "b", """,{"requests":{"cpu":"1500m"},"limits":{"cpu":"2","memory":"100Mi"}}""");
        Assert.Equal("pods \"b\" is forbidden: exceeded quota: q, requested: requests.cpu=1500m, used: requests.cpu=0, limited: requests.cpu=1", large.Message);
    }

    [Fact]
    public async Task A_quota_with_a_scope_counts_only_what_is_in_it()
    {
        await using var server = await TestServer.StartAsync();
        await server.PostAsync("/api/v1/namespaces/default/resourcequotas", """{"metadata":{"name":"q"},"spec":{"hard":{"pods":"0"},"scopes":["BestEffort"]}}""");
        Assert.Equal(403, (await CreateAsync(server, "a")).Code);
        Assert.Equal(201, (await CreateAsync(server, "b", """,{"requests":{"cpu":"1m"}}""")).Code);
    }

    private static Task<Answer> CreateAsync(TestServer server, string name, string resources = "") => server.PostAsync(Pods, Pod(name, resources));

    private static string Pod(string name, string resources) =>
        $$$$"""{"metadata":{"name":"{{{{name}}}}"},"spec":{"containers":[{"name":"c","image":"i"{{{{(resources.Length == 0 ? "" : ",\"resources\":" + resources[1..])}}}}}]}}""";
}
