using Keelson.Server.Allocation;

namespace Keelson.Server.Tests.Allocation;

public sealed class ServiceAllocatorTests
{
    private const string Services = "/api/v1/namespaces/default/services";
    private const string Merge = "application/merge-patch+json";

    [Fact]
    public async Task A_service_gets_an_address_and_keeps_it_when_an_update_leaves_it_out()
    {
        await using var server = await TestServer.StartAsync();
        var created = await CreateAsync(server, "a");
        Assert.True(created.Code == 201, created.Text);
        var address = Address(created);
        Assert.StartsWith("10.", address, StringComparison.Ordinal);
        Assert.Equal($"[\"{address}\"]", created.Json["spec", "clusterIPs"]!.ToString());
        Assert.Equal("SingleStack", created.Json["spec", "ipFamilyPolicy"]!.AsText());
        Assert.Equal("[\"IPv4\"]", created.Json["spec", "ipFamilies"]!.ToString());
        var updated = await server.PutAsync(Services + "/a", """{"metadata":{"name":"a"},"spec":{"ports":[{"port":81}]}}""");
        Assert.True(updated.Code == 200, updated.Text);
        Assert.Equal(address, Address(updated));
        var changed = await server.PatchAsync(Services + "/a", """{"spec":{"clusterIP":"10.96.0.77"}}""", Merge);
        Assert.Equal(422, changed.Code);
        Assert.Contains("may not change once set", changed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_server_s_own_service_has_the_first_address()
    {
        await using var server = await TestServer.StartAsync();
        Assert.Equal("10.96.0.1", Address(await server.GetAsync(Services + "/kubernetes")));
        var second = await CreateAsync(server, "a", "\"clusterIP\":\"10.96.0.1\",");
        Assert.Equal(422, second.Code);
        Assert.Equal("Service \"a\" is invalid: spec.clusterIPs: Invalid value: [\"10.96.0.1\"]: failed to allocate IP 10.96.0.1: provided IP is already allocated", second.Message);
        var outside = await CreateAsync(server, "a", "\"clusterIP\":\"1.2.3.4\",");
        Assert.EndsWith("the provided IP (1.2.3.4) is not in the valid range. The range of valid IPs is 10.96.0.0/12", outside.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_and_a_port_are_free_again_once_their_service_is_gone_or_was_refused()
    {
        await using var server = await TestServer.StartAsync();
        const string Fields = "\"type\":\"NodePort\",\"clusterIP\":\"10.96.0.10\",";
        Assert.Equal(201, (await CreateAsync(server, "a", Fields, "\"nodePort\":30080,")).Code);
        var taken = await CreateAsync(server, "b", "\"type\":\"NodePort\",", "\"nodePort\":30080,");
        Assert.Equal("Service \"b\" is invalid: spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated", taken.Message);
        var outside = await CreateAsync(server, "b", "\"type\":\"NodePort\",", "\"nodePort\":80,");
        Assert.EndsWith("provided port is not in the valid range. The range of valid ports is 30000-32767", outside.Message, StringComparison.Ordinal);
        await server.DeleteAsync(Services + "/a");
        Assert.Equal(201, (await server.PostAsync(Services + "?dryRun=All", Body("b", Fields, "\"nodePort\":30080,"))).Code);
        Assert.Equal(422, (await CreateAsync(server, "b", Fields + "\"sessionAffinity\":\"Wrong\",", "\"nodePort\":30080,")).Code);
        Assert.Equal(201, (await CreateAsync(server, "b", Fields, "\"nodePort\":30080,")).Code);
        await using var another = await server.StartAnotherAsync();
        Assert.Contains("provided IP is already allocated", (await CreateAsync(another, "c", Fields)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_at_once_get_different_addresses_and_ports()
    {
        await using var server = await TestServer.StartAsync();
        var created = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => CreateAsync(server, $"s{i}", "\"type\":\"NodePort\",")));
        Assert.All(created, answer => Assert.True(answer.Code == 201, answer.Text));
        Assert.Equal(60, created.Select(Address).Distinct().Count());
        Assert.Equal(60, created.Select(answer => NodePort(answer)).Distinct().Count());
    }

    [Fact]
    public async Task A_change_of_type_gives_and_takes()
    {
        await using var server = await TestServer.StartAsync();
        await CreateAsync(server, "a");
        var balanced = await server.PatchAsync(Services + "/a", """{"spec":{"type":"LoadBalancer","externalTrafficPolicy":"Local"}}""", Merge);
        Assert.True(balanced.Code == 200, balanced.Text);
        Assert.InRange(balanced.Json["spec", "healthCheckNodePort"]!.AsInteger()!.Value, 30000, 32767);
        Assert.InRange(NodePort(balanced), 30000, 32767);
        var inside = await server.PatchAsync(Services + "/a", """{"spec":{"type":"ClusterIP"}}""", Merge);
        Assert.True(inside.Code == 200, inside.Text);
        Assert.DoesNotContain("odePort", inside.Json["spec"]!.ToString(), StringComparison.Ordinal);
        var named = await server.PatchAsync(Services + "/a", """{"spec":{"type":"ExternalName","externalName":"x.example"}}""", Merge);
        Assert.True(named.Code == 200, named.Text);
        Assert.DoesNotContain("clusterIP", named.Json["spec"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_headless_service_has_no_address()
    {
        await using var server = await TestServer.StartAsync();
        var headless = await CreateAsync(server, "a", "\"clusterIP\":\"None\",");
        Assert.True(headless.Code == 201, headless.Text);
        Assert.Equal("[\"None\"]", headless.Json["spec", "clusterIPs"]!.ToString());
        Assert.Equal("RequireDualStack", headless.Json["spec", "ipFamilyPolicy"]!.AsText());
        var dual = await CreateAsync(server, "b", "\"ipFamilyPolicy\":\"RequireDualStack\",");
        Assert.Contains("this cluster is not configured for dual-stack services", dual.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_range_is_given_to_its_last_address_and_port()
    {
        await using var server = await TestServer.StartAsync(new ServiceRanges(System.Net.IPNetwork.Parse("10.0.0.0/29"), 30000, 30002));
        var given = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            var created = await CreateAsync(server, $"s{i}", i < 3 ? "\"type\":\"NodePort\"," : "");
            Assert.True(created.Code == 201, created.Text);
            given.Add(Address(created));
        }

        Assert.Equal(["10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5", "10.0.0.6"], given.Order(StringComparer.Ordinal));
        var full = await CreateAsync(server, "more");
        Assert.Equal((500, "Internal error occurred: failed to allocate a serviceIP: range is full"), (full.Code, full.Message));
        await server.DeleteAsync(Services + "/s4");
        var ports = await CreateAsync(server, "more", "\"type\":\"NodePort\",");
        Assert.Equal((500, "Internal error occurred: failed to allocate a nodePort: range is full"), (ports.Code, ports.Message));
        Assert.Equal(given[4], Address(await CreateAsync(server, "more")));
    }

    [Fact]
    public async Task Writes_at_once_to_one_service_may_all_keep_its_address()
    {
        await using var server = await TestServer.StartAsync();
        await CreateAsync(server, "a", "\"type\":\"NodePort\",");
        var changed = await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
            server.PatchAsync(Services + "/a", $$"""{"metadata":{"labels":{"l{{i}}":"x"} } }""", Merge)));
        Assert.All(changed, answer => Assert.True(answer.Code == 200, answer.Text));
    }

    private static Task<Answer> CreateAsync(TestServer server, string name, string fields = "", string port = "") => server.PostAsync(Services, Body(name, fields, port));

    private static string Body(string name, string fields, string port) => $$"""{"metadata":{"name":"{{name}}"},"spec":{ {{fields}} "ports":[{ {{port}} "port":80}] } }""";

    private static long NodePort(Answer answer) => ((Api.Values.ListValue)answer.Json["spec", "ports"]!)[0]["nodePort"]!.AsInteger()!.Value;

    private static string Address(Answer answer) => answer.Json["spec", "clusterIP"]!.AsText()!;
}
