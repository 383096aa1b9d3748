using Keelson.Server.Allocation;
using static Keelson.Server.Tests.Allocation.AddressWorld;

namespace Keelson.Server.Tests.Allocation;

public sealed class AddressRecordTests
{
    [Fact]
    public async Task An_address_has_a_record_from_the_service_s_creation_to_its_end()
    {
        await using var server = await TestServer.StartAsync();
        Assert.Equal(["10.96.0.1"], await RecordsOfAsync(server));
        var created = await MadeAsync(CreateAsync(server, "a"));
        var address = Addresses(created)[0];
        var record = await server.GetAsync($"{Records}/{address}");
        Assert.Equal("IPv4", record.Json["metadata", "labels", "ipaddress.kubernetes.io/ip-family"]!.AsText());
        Assert.Equal("ipallocator.k8s.io", record.Json["metadata", "labels", "ipaddress.kubernetes.io/managed-by"]!.AsText());
        Assert.Equal("""{"resource":"services","namespace":"default","name":"a"}""", record.Json["spec", "parentRef"]!.ToString());
        Assert.Equal(created.Version, record.Version);
        Assert.Equal("kube-apiserver", ((Api.Values.ListValue)record.Json["metadata", "managedFields"]!)[0]["manager"]!.AsText());
        await server.DeleteAsync(Services + "/a");
        Assert.Equal(404, (await server.GetAsync($"{Records}/{address}")).Code);
        await AssertAgreeAsync(server);
    }

    [Fact]
    public async Task Services_without_an_address_have_no_record()
    {
        await using var server = await TestServer.StartAsync();
        await MadeAsync(CreateAsync(server, "headless", "\"clusterIP\":\"None\","));
        await MadeAsync(CreateAsync(server, "named", "\"type\":\"ExternalName\",\"externalName\":\"x.example\","));
        Assert.Equal(201, (await server.PostAsync(Services + "?dryRun=All", """{"metadata":{"name":"dry"},"spec":{"ports":[{"port":80}]}}""")).Code);
        Assert.Equal(["10.96.0.1"], await RecordsOfAsync(server));
    }

    [Fact]
    public async Task A_service_that_waits_for_a_finalizer_keeps_its_address_until_then()
    {
        await using var server = await TestServer.StartAsync();
        var created = await MadeAsync(server.PostAsync(Services, """{"metadata":{"name":"a","finalizers":["example.com/x"]},"spec":{"ports":[{"port":80}]}}"""));
        await server.DeleteAsync(Services + "/a");
        Assert.Equal(200, (await server.GetAsync($"{Records}/{Addresses(created)[0]}")).Code);
        await server.PatchAsync(Services + "/a", """{"metadata":{"finalizers":null}}""", Merge);
        Assert.Equal(404, (await server.GetAsync(Services + "/a")).Code);
        Assert.Equal(404, (await server.GetAsync($"{Records}/{Addresses(created)[0]}")).Code);
    }

    [Fact]
    public async Task A_change_to_an_external_name_gives_the_address_back_and_one_from_it_takes_another()
    {
        await using var server = await TestServer.StartAsync();
        await MadeAsync(CreateAsync(server, "a", "\"clusterIP\":\"10.96.0.77\","));
        var named = await MadeAsync(PatchAsync(server, "a", "\"type\":\"ExternalName\",\"externalName\":\"x.example\""));
        Assert.Empty(Addresses(named));
        Assert.Equal(["10.96.0.1"], await RecordsOfAsync(server));
        await MadeAsync(CreateAsync(server, "b", "\"clusterIP\":\"10.96.0.77\","));
        var again = await PatchAsync(server, "a", "\"type\":\"ClusterIP\",\"externalName\":null,\"clusterIP\":\"10.96.0.77\",\"clusterIPs\":[\"10.96.0.77\"]");
        Assert.Contains("failed to allocate IP 10.96.0.77: provided IP is already allocated", again.Message, StringComparison.Ordinal);
        await MadeAsync(PatchAsync(server, "a", "\"type\":\"ClusterIP\",\"externalName\":null"));
        await AssertAgreeAsync(server);
    }

    [Fact]
    public async Task A_record_that_a_user_made_keeps_its_address_from_services()
    {
        await using var server = await TestServer.StartAsync(ServiceRanges.Parse("10.96.0.0/29"));
        await MadeAsync(server.PostAsync(Records, Record("10.96.0.3")));
        var refused = await CreateAsync(server, "a", "\"clusterIP\":\"10.96.0.3\",");
        Assert.Equal((422, "Service \"a\" is invalid: spec.clusterIPs: Invalid value: [\"10.96.0.3\"]: failed to allocate IP 10.96.0.3: provided IP is already allocated"), (refused.Code, refused.Message));
        for (var i = 0; i < 4; i++) await MadeAsync(CreateAsync(server, $"s{i}"));
        Assert.Equal("Internal error occurred: failed to allocate a serviceIP: range is full", (await CreateAsync(server, "more")).Message);
        await server.DeleteAsync(Records + "/10.96.0.3");
        Assert.Equal(["10.96.0.3"], Addresses(await MadeAsync(CreateAsync(server, "more"))));
    }

    [Fact]
    public async Task Metrics_tell_how_much_of_a_range_is_taken()
    {
        await using var server = await TestServer.StartAsync(Both);
        await MadeAsync(CreateAsync(server, "a", "\"ipFamilyPolicy\":\"RequireDualStack\","));
        await CreateAsync(server, "b", "\"clusterIP\":\"10.96.0.1\",");
        await MadeAsync(server.PostAsync(Services + "?dryRun=All", """{"metadata":{"name":"dry"},"spec":{"clusterIP":"10.96.0.9","ports":[{"port":80}]}}"""));
        var text = (await server.GetAsync("/metrics")).Text;
        Assert.Contains("kube_apiserver_clusterip_allocator_allocated_ips{cidr=\"10.96.0.0/24\"} 2\n", text, StringComparison.Ordinal);
        Assert.Contains("kube_apiserver_clusterip_allocator_available_ips{cidr=\"10.96.0.0/24\"} 252\n", text, StringComparison.Ordinal);
        Assert.Contains("kube_apiserver_clusterip_allocator_available_ips{cidr=\"fd00:96::/112\"} 65534\n", text, StringComparison.Ordinal);
        Assert.Contains("kube_apiserver_clusterip_allocator_allocation_total{cidr=\"10.96.0.0/24\",scope=\"static\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("kube_apiserver_clusterip_allocator_allocation_errors_total{cidr=\"10.96.0.0/24\",scope=\"static\"} 1\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.96.0.300", "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")]
    [InlineData("010.96.0.3", "must not have leading 0s")]
    [InlineData("FD00::1", "must be in canonical form (\"fd00::1\")")]
    [InlineData("fd00:0::1", "must be in canonical form (\"fd00::1\")")]
    public async Task A_record_s_name_is_an_address_in_canonical_form(string name, string why)
    {
        await using var server = await TestServer.StartAsync();
        var refused = await server.PostAsync(Records, Record(name));
        Assert.Equal((422, $"IPAddress.networking.k8s.io \"{name}\" is invalid: metadata.name: Invalid value: \"{name}\": {why}"), (refused.Code, refused.Message));
    }

    [Fact]
    public async Task What_a_record_refers_to_is_needed_and_never_changes()
    {
        await using var server = await TestServer.StartAsync();
        Assert.Equal(422, (await server.PostAsync(Records, """{"metadata":{"name":"10.0.0.9"},"spec":{}}""")).Code);
        await MadeAsync(server.PostAsync(Records, Record("fd00::9")));
        var changed = await server.PatchAsync(Records + "/fd00::9", """{"spec":{"parentRef":{"name":"other"}}}""", Merge);
        Assert.Equal(422, changed.Code);
        Assert.Contains("field is immutable", changed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_writers_race_for_the_last_address_and_one_of_them_gets_it()
    {
        await using var first = await TestServer.StartAsync(ServiceRanges.Parse("10.96.0.0/29"), options => options with { IsStoreShared = true });
        await using var second = await first.StartAnotherAsync(options => options with { IsStoreShared = true, ServiceRanges = ServiceRanges.Parse("10.96.0.0/29") });
        for (var i = 0; i < 4; i++) await MadeAsync(CreateAsync(first, $"s{i}"));
        for (var round = 0; round < 20; round++)
        {
            var fields = round % 2 == 0 ? "" : $"\"clusterIP\":\"{await FreeAsync(first)}\",";
            var answers = await Task.WhenAll(CreateAsync(first, "a", fields), CreateAsync(second, "b", fields));
            Assert.Single(answers, answer => answer.Code == 201);
            var lost = Assert.Single(answers, answer => answer.Code != 201);
            Assert.Contains(round % 2 == 0 ? "range is full" : "provided IP is already allocated", lost.Message, StringComparison.Ordinal);
            await AssertAgreeAsync(first);
            await Task.WhenAll(first.DeleteAsync(Services + "/a"), second.DeleteAsync(Services + "/b"));
        }
    }

    private static async Task<string> FreeAsync(TestServer server)
    {
        var taken = await RecordsOfAsync(server);
        return Enumerable.Range(1, 6).Select(last => $"10.96.0.{last}").First(address => !taken.Contains(address));
    }

    private static string Record(string name) => $$"""{"metadata":{"name":"{{name}}"},"spec":{"parentRef":{"group":"example.com","resource":"gateways","namespace":"x","name":"y"} } }""";
}
