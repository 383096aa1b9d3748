using System.Diagnostics;
using Keelson.Server.Allocation;
using static Keelson.Server.Tests.Allocation.AddressWorld;

namespace Keelson.Server.Tests.Allocation;

[Collection(MeasuringCollection.Name)]
public sealed class ServiceRangeTests
{
    private const string Small = "10.96.0.0/29";

    [Fact]
    public async Task The_server_makes_a_range_of_its_own_and_says_that_it_is_ready()
    {
        await using var server = await TestServer.StartAsync();
        var range = await server.GetAsync(Ranges + "/kubernetes");
        Assert.Equal("""["10.96.0.0/12"]""", range.Json["spec", "cidrs"]!.ToString());
        var condition = ((Api.Values.ListValue)range.Json["status", "conditions"]!)[0];
        Assert.Equal(("Ready", "True", "Kubernetes default Service CIDR is ready"), (condition["type"]!.AsText(), condition["status"]!.AsText(), condition["message"]!.AsText()));
        await server.DeleteAsync(Ranges + "/kubernetes");
        await WaitAsync(async () => (await server.GetAsync(Ranges + "/kubernetes")).Code == 200);
    }

    [Fact]
    public async Task A_range_that_is_added_gives_addresses_when_the_first_is_full()
    {
        await using var server = await TestServer.StartAsync(ServiceRanges.Parse(Small));
        for (var i = 0; i < 5; i++) await MadeAsync(CreateAsync(server, $"s{i}"));
        Assert.Equal((500, "Internal error occurred: failed to allocate a serviceIP: range is full"), Told(await CreateAsync(server, "more")));
        await MadeAsync(server.PostAsync(Ranges, Range("more", "10.97.0.0/29")));
        Assert.StartsWith("10.97.0.", Addresses(await MadeAsync(CreateAsync(server, "more")))[0], StringComparison.Ordinal);
        await MadeAsync(CreateAsync(server, "chosen", "\"clusterIP\":\"10.97.0.6\","));
        foreach (var unusable in (string[])["10.97.0.0", "10.97.0.7", "10.98.0.1"])
        {
            var refused = await CreateAsync(server, "x", $"\"clusterIP\":\"{unusable}\",");
            Assert.Contains($"the provided IP ({unusable}) is not in the valid range. The range of valid IPs is 10.96.0.0/29, 10.97.0.0/29", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Nothing_is_given_from_a_range_that_is_not_ready_or_going()
    {
        await using var server = await TestServer.StartAsync(ServiceRanges.Parse(Small));
        await MadeAsync(server.PostAsync(Ranges, Range("more", "10.97.0.0/29", "\"finalizers\":[\"networking.k8s.io/service-cidr-finalizer\"],")));
        await MadeAsync(CreateAsync(server, "a", "\"clusterIP\":\"10.97.0.2\","));
        await MadeAsync(server.PatchAsync(Ranges + "/more/status", """{"status":{"conditions":[{"type":"Ready","status":"False","reason":"X","message":"x","lastTransitionTime":"2026-01-01T00:00:00Z"}]}}""", Merge));
        Assert.Equal(422, (await CreateAsync(server, "b", "\"clusterIP\":\"10.97.0.3\",")).Code);
        await MadeAsync(server.PatchAsync(Ranges + "/more/status", """{"status":{"conditions":[{"type":"Ready","status":"True","reason":"","message":"x","lastTransitionTime":"2026-01-01T00:00:00Z"}]}}""", Merge));
        await MadeAsync(CreateAsync(server, "b", "\"clusterIP\":\"10.97.0.3\","));
        await server.DeleteAsync(Ranges + "/more");
        Assert.Equal(422, (await CreateAsync(server, "c", "\"clusterIP\":\"10.97.0.4\",")).Code);

        // What has its address from there goes on with it.
        await MadeAsync(server.PatchAsync(Services + "/a", """{"metadata":{"labels":{"x":"y"}}}""", Merge));
        await server.DeleteAsync(Services + "/a");
        await AssertAgreeAsync(server);
    }

    [Theory]
    [InlineData("""["10.0.0.0/16","10.1.0.0/16"]""", "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64")]
    [InlineData("""["10.0.0.1/16"]""", "must not have bits set beyond the prefix length")]
    [InlineData("""["FD00::/64"]""", "must be in canonical form (\"fd00::/64\")")]
    [InlineData("""["10.0.0.0"]""", "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)")]
    [InlineData("[]", "at least one CIDR required")]
    [InlineData("""["10.0.0.0/16","fd00::/64","10.2.0.0/16"]""", "may only hold up to 2 values")]
    public async Task A_range_has_one_or_two_of_different_families_in_canonical_form(string ranges, string why)
    {
        await using var server = await TestServer.StartAsync();
        var refused = await server.PostAsync(Ranges, $$"""{"metadata":{"name":"a"},"spec":{"cidrs":{{ranges}} } }""");
        Assert.Equal(422, refused.Code);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_range_only_ever_gets_a_second_family()
    {
        await using var server = await TestServer.StartAsync(Both);
        await MadeAsync(server.PostAsync(Ranges, Range("a", "10.97.0.0/24")));
        Assert.Contains("field is immutable", (await server.PatchAsync(Ranges + "/a", """{"spec":{"cidrs":["10.98.0.0/24"]}}""", Merge)).Message, StringComparison.Ordinal);
        await MadeAsync(server.PatchAsync(Ranges + "/a", """{"spec":{"cidrs":["10.97.0.0/24","fd00:97::/112"]}}""", Merge));
        Assert.Contains("field is immutable", (await server.PatchAsync(Ranges + "/a", """{"spec":{"cidrs":["10.97.0.0/24"]}}""", Merge)).Message, StringComparison.Ordinal);
        Assert.Equal(["fd00:97::5"], Addresses(await MadeAsync(CreateAsync(server, "a", "\"clusterIP\":\"fd00:97::5\","))));
    }

    [Fact]
    public async Task A_server_with_another_range_than_the_cluster_s_says_so_and_gives_from_the_cluster_s()
    {
        await using var before = await TestServer.StartAsync(ServiceRanges.Parse("10.96.0.0/24"));
        await using var server = await before.StartAnotherAsync(options => options with { ServiceRanges = ServiceRanges.Parse("10.200.0.0/24") });
        Assert.Contains("KubernetesDefaultServiceCIDRInconsistent: The default ServiceCIDR [10.96.0.0/24] does not match the controller flag configurations [10.200.0.0/24]", await EventsAsync(server));
        Assert.StartsWith("10.96.0.", Addresses(await MadeAsync(CreateAsync(server, "a")))[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_with_another_range_starts_and_gives_its_own_service_an_address_of_the_cluster_s()
    {
        await using var before = await TestServer.StartAsync(ServiceRanges.Parse("10.96.0.0/24"));
        await before.DeleteAsync(Services + "/kubernetes");
        await using var server = await before.StartAnotherAsync(options => options with { ServiceRanges = ServiceRanges.Parse("10.200.0.0/24") });
        Assert.StartsWith("10.96.0.", Addresses(await server.GetAsync(Services + "/kubernetes"))[0], StringComparison.Ordinal);
        await AssertAgreeAsync(server);
    }

    [Fact]
    public async Task A_server_starts_although_its_range_can_t_be_read()
    {
        await using var before = await TestServer.StartAsync();
        await before.Store.CommitAsync(new Storage.Transaction([], [new Storage.Operation.Put("/registry/networking.k8s.io/servicecidrs/kubernetes"u8.ToArray(), "garbage"u8.ToArray())], []));
        await using var server = await before.StartAnotherAsync();
        Assert.Equal(500, (await CreateAsync(server, "a")).Code);
        Assert.Equal(201, (await CreateAsync(server, "b", "\"clusterIP\":\"None\",")).Code);
    }

    [Fact]
    public async Task The_lower_band_of_a_range_is_given_last()
    {
        await using var server = await TestServer.StartAsync(ServiceRanges.Parse("10.96.0.0/26"));

        // 62 addresses, of which 16 are left to those who choose.
        var given = new List<int>();
        for (var i = 0; i < 46; i++) given.Add(Last(await MadeAsync(CreateAsync(server, $"s{i}"))));
        Assert.Equal(Enumerable.Range(17, 46), given.Order());
        Assert.InRange(Last(await MadeAsync(CreateAsync(server, "low"))), 2, 16);
    }

    [Fact]
    public async Task A_full_range_says_so()
    {
        await using var server = await TestServer.StartAsync(ServiceRanges.Parse("10.96.0.0/24"));
        var created = await Task.WhenAll(Enumerable.Range(0, 253).Select(i => CreateAsync(server, $"s{i}")));
        Assert.All(created, answer => Assert.True(answer.Code == 201, answer.Text));
        Assert.Equal((500, "Internal error occurred: failed to allocate a serviceIP: range is full"), Told(await CreateAsync(server, "more")));
        await AssertAgreeAsync(server);
    }

    [Fact]
    public async Task Twenty_thousand_services_are_created_at_speed()
    {
        await using var server = await TestServer.StartAsync();
        var (first, last) = (await TimeAsync(0), TimeSpan.Zero);
        for (var from = 1000; from < 20_000; from += 1000) last = await TimeAsync(from);
        await AssertAgreeAsync(server);

        // A service costs about the same however many there are: a cost that grew with them would be twenty times as much at the end.
        Assert.True(last < (first * 4) + TimeSpan.FromSeconds(1), $"the first thousand took {first}, the last {last}");

        async Task<TimeSpan> TimeAsync(int from)
        {
            var watch = Stopwatch.StartNew();
            for (var i = from; i < from + 1000; i += 100)
            {
                var created = await Task.WhenAll(Enumerable.Range(i, 100).Select(number => CreateAsync(server, $"s{number}", number % 10 == 0 && number < 20_000 ? "\"type\":\"LoadBalancer\",\"allocateLoadBalancerNodePorts\":false," : "")));
                Assert.All(created, answer => Assert.True(answer.Code == 201, answer.Text));
            }

            return watch.Elapsed;
        }
    }

    private static (int Code, string Message) Told(Answer answer) => (answer.Code, answer.Message);

    private static int Last(Answer service) => int.Parse(Addresses(service)[0].Split('.')[3], System.Globalization.CultureInfo.InvariantCulture);

    private static string Range(string name, string cidr, string metadata = "") => $$"""{"metadata":{ {{metadata}} "name":"{{name}}"},"spec":{"cidrs":["{{cidr}}"]} }""";
}
