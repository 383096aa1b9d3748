using Keelson.Server.Allocation;
using static Keelson.Server.Tests.Allocation.AddressWorld;

namespace Keelson.Server.Tests.Allocation;

public sealed class DualStackTests
{
    private static readonly string[] FourThenSix = ["IPv4", "IPv6"];

    [Theory]
    [InlineData("", "SingleStack", "IPv4")]
    [InlineData("\"ipFamilies\":[\"IPv6\"],", "SingleStack", "IPv6")]
    [InlineData("\"clusterIP\":\"fd00:96::7\",", "SingleStack", "IPv6")]
    [InlineData("\"ipFamilyPolicy\":\"PreferDualStack\",", "PreferDualStack", "IPv4,IPv6")]
    [InlineData("\"ipFamilyPolicy\":\"RequireDualStack\",", "RequireDualStack", "IPv4,IPv6")]
    [InlineData("\"ipFamilyPolicy\":\"RequireDualStack\",\"ipFamilies\":[\"IPv6\"],", "RequireDualStack", "IPv6,IPv4")]
    [InlineData("\"ipFamilyPolicy\":\"PreferDualStack\",\"clusterIP\":\"fd00:96::7\",", "PreferDualStack", "IPv6,IPv4")]
    [InlineData("\"ipFamilyPolicy\":\"PreferDualStack\",\"clusterIP\":\"10.96.0.9\",\"clusterIPs\":[\"10.96.0.9\",\"fd00:96::9\"],", "PreferDualStack", "IPv4,IPv6")]
    [InlineData("\"clusterIP\":\"None\",\"selector\":{\"a\":\"b\"},", "SingleStack", "IPv4")]
    [InlineData("\"clusterIP\":\"None\",\"selector\":{\"a\":\"b\"},\"ipFamilyPolicy\":\"PreferDualStack\",", "PreferDualStack", "IPv4,IPv6")]
    [InlineData("\"clusterIP\":\"None\",", "RequireDualStack", "IPv4,IPv6")]
    [InlineData("\"clusterIP\":\"None\",\"ipFamilyPolicy\":\"SingleStack\",\"ipFamilies\":[\"IPv6\"],", "SingleStack", "IPv6")]
    public async Task A_service_gets_the_families_that_it_asks_for(string fields, string policy, string families)
    {
        await using var server = await TestServer.StartAsync(Both);
        var created = await MadeAsync(CreateAsync(server, "a", fields));
        Assert.Equal((policy, families), (Policy(created), string.Join(',', Families(created))));
        var addresses = Addresses(created);
        if (addresses is not ["None"]) Assert.Equal(families, string.Join(',', addresses.Select(address => address.Contains(':', StringComparison.Ordinal) ? "IPv6" : "IPv4")));
        Assert.Equal(addresses[0], created.Json["spec", "clusterIP"]!.AsText());
        await AssertAgreeAsync(server);
    }

    [Fact]
    public async Task The_first_range_says_which_family_is_the_cluster_s_own()
    {
        await using var server = await TestServer.StartAsync(ServiceRanges.Parse("fd00:96::/112,10.96.0.0/24"));
        var own = await server.GetAsync(Services + "/kubernetes");
        Assert.Equal(["fd00:96::1"], Addresses(own));
        Assert.Equal("SingleStack", Policy(own));
        Assert.Equal(["IPv6"], Families(await MadeAsync(CreateAsync(server, "a"))));
        Assert.Equal(["IPv6", "IPv4"], Families(await MadeAsync(CreateAsync(server, "b", "\"ipFamilyPolicy\":\"PreferDualStack\","))));
        Assert.Equal("""["fd00:96::/112","10.96.0.0/24"]""", (await server.GetAsync(Ranges + "/kubernetes")).Json["spec", "cidrs"]!.ToString());
    }

    [Fact]
    public async Task A_second_family_comes_and_goes_with_the_policy()
    {
        await using var server = await TestServer.StartAsync(Both);
        var single = await MadeAsync(CreateAsync(server, "a"));
        var dual = await MadeAsync(PatchAsync(server, "a", "\"ipFamilyPolicy\":\"RequireDualStack\""));
        Assert.Equal(FourThenSix, Families(dual));
        Assert.Equal(Addresses(single)[0], Addresses(dual)[0]);
        Assert.Equal(2, Addresses(dual).Length);
        await AssertAgreeAsync(server);
        var back = await MadeAsync(PatchAsync(server, "a", "\"ipFamilyPolicy\":\"SingleStack\""));
        Assert.Equal(Addresses(single), Addresses(back));
        Assert.Equal(["IPv4"], Families(back));
        await AssertAgreeAsync(server);
        var chosen = await MadeAsync(PatchAsync(server, "a", $"\"ipFamilyPolicy\":\"PreferDualStack\",\"clusterIPs\":[\"{Addresses(single)[0]}\",\"fd00:96::77\"]"));
        Assert.Equal("fd00:96::77", Addresses(chosen)[1]);
        await AssertAgreeAsync(server);
    }

    [Fact]
    public async Task A_put_that_leaves_out_what_the_server_gave_keeps_it()
    {
        await using var server = await TestServer.StartAsync(Both);
        var dual = await MadeAsync(CreateAsync(server, "a", "\"ipFamilyPolicy\":\"RequireDualStack\",\"ipFamilies\":[\"IPv6\"],"));
        var put = await MadeAsync(server.PutAsync(Services + "/a", """{"metadata":{"name":"a"},"spec":{"ports":[{"port":81}]}}"""));
        Assert.Equal(Addresses(dual), Addresses(put));
        Assert.Equal(["IPv6", "IPv4"], Families(put));
        Assert.Equal("RequireDualStack", Policy(put));
    }

    [Fact]
    public async Task A_family_is_released_only_by_the_policy_of_one()
    {
        await using var server = await TestServer.StartAsync(Both);
        var dual = await MadeAsync(CreateAsync(server, "a", "\"ipFamilyPolicy\":\"RequireDualStack\","));
        var first = Addresses(dual)[0];
        var address = await PatchAsync(server, "a", $"\"clusterIPs\":[\"{first}\"]");
        Assert.Equal((422, "Service \"a\" is invalid: spec.ipFamilyPolicy: Invalid value: \"RequireDualStack\": must be 'SingleStack' to release the secondary cluster IP"), (address.Code, address.Message));
        var family = await PatchAsync(server, "a", "\"ipFamilies\":[\"IPv4\"]");
        Assert.Contains("must be 'SingleStack' to release the secondary IP family", family.Message, StringComparison.Ordinal);
        var swapped = await PatchAsync(server, "a", $"\"clusterIP\":\"{Addresses(dual)[1]}\",\"clusterIPs\":[\"{Addresses(dual)[1]}\",\"{first}\"],\"ipFamilies\":[\"IPv6\",\"IPv4\"]");
        Assert.Contains("may not change once set", swapped.Message, StringComparison.Ordinal);
        var second = await PatchAsync(server, "a", $"\"clusterIPs\":[\"{first}\",\"fd00:96::99\"]");
        Assert.Contains("spec.clusterIPs[1]: Invalid value", second.Message, StringComparison.Ordinal);
        Assert.Contains("may not change once set", second.Message, StringComparison.Ordinal);
        await AssertAgreeAsync(server);
    }

    [Theory]
    [InlineData("\"ipFamilyPolicy\":\"SingleStack\",\"ipFamilies\":[\"IPv4\",\"IPv6\"],", "spec.ipFamilyPolicy: Invalid value: \"SingleStack\": must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified")]
    [InlineData("\"clusterIP\":\"10.96.0.9\",\"clusterIPs\":[\"10.96.0.9\",\"fd00:96::9\"],", "must be 'RequireDualStack' or 'PreferDualStack' when multiple cluster IPs are specified")]
    [InlineData("\"ipFamilyPolicy\":\"RequireDualStack\",\"clusterIP\":\"10.96.0.9\",\"clusterIPs\":[\"10.96.0.9\",\"10.96.0.10\"],", "may specify no more than one IP for each IP family")]
    [InlineData("\"clusterIP\":\"10.96.0.9\",\"ipFamilies\":[\"IPv6\"],", "expected an IPv6 value as indicated by `ipFamilies[0]`")]
    [InlineData("\"clusterIPs\":[\"10.96.0.9\"],", "must be empty when `clusterIP` is not specified")]
    [InlineData("\"ipFamilies\":[\"IPv4\",\"IPv4\"],", "spec.ipFamilies[1]: Duplicate value: \"IPv4\"")]
    [InlineData("\"ipFamilies\":[\"IPv5\"],", "spec.ipFamilies[0]: Unsupported value: \"IPv5\"")]
    [InlineData("\"clusterIP\":\"fd00:97::1\",", "failed to allocate IP fd00:97::1: the provided IP (fd00:97::1) is not in the valid range. The range of valid IPs is fd00:96::/112")]
    public async Task What_contradicts_itself_is_refused(string fields, string why)
    {
        await using var server = await TestServer.StartAsync(Both);
        var refused = await CreateAsync(server, "a", fields);
        Assert.Equal(422, refused.Code);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        await AssertAgreeAsync(server);
    }

    [Theory]
    [InlineData("\"ipFamilyPolicy\":\"RequireDualStack\",", "Service \"a\" is invalid: spec.ipFamilyPolicy: Invalid value: \"RequireDualStack\": this cluster is not configured for dual-stack services")]
    [InlineData("\"ipFamilies\":[\"IPv6\"],", "Service \"a\" is invalid: spec.ipFamilies[0]: Invalid value: \"IPv6\": not configured on this cluster")]
    [InlineData("\"clusterIP\":\"fd00::1\",", "Service \"a\" is invalid: spec.clusterIPs[0]: Invalid value: [\"fd00::1\"]: IPv6 is not configured on this cluster")]
    public async Task A_cluster_of_one_family_says_that_it_has_not_the_other(string fields, string why)
    {
        await using var server = await TestServer.StartAsync();
        var refused = await CreateAsync(server, "a", fields);
        Assert.Equal((422, why), (refused.Code, refused.Message));
        Assert.Equal(["IPv4"], Families(await MadeAsync(CreateAsync(server, "b", "\"ipFamilyPolicy\":\"PreferDualStack\","))));
        Assert.Equal(FourThenSix, Families(await MadeAsync(CreateAsync(server, "c", "\"clusterIP\":\"None\","))));
    }

    [Fact]
    public async Task A_cluster_that_gets_a_second_family_leaves_services_as_they_are_until_they_ask()
    {
        await using var before = await TestServer.StartAsync(ServiceRanges.Parse("10.96.0.0/24"));
        var preferring = await MadeAsync(CreateAsync(before, "a", "\"ipFamilyPolicy\":\"PreferDualStack\","));
        Assert.Equal(["IPv4"], Families(preferring));
        await using var server = await before.StartAnotherAsync(options => options with { ServiceRanges = Both });
        Assert.Equal("""["10.96.0.0/24","fd00:96::/112"]""", (await server.GetAsync(Ranges + "/kubernetes")).Json["spec", "cidrs"]!.ToString());
        var touched = await MadeAsync(server.PatchAsync(Services + "/a", """{"metadata":{"labels":{"x":"y"}}}""", Merge));
        Assert.Equal(["IPv4"], Families(touched));
        var asked = await MadeAsync(PatchAsync(server, "a", "\"ipFamilyPolicy\":\"RequireDualStack\""));
        Assert.Equal(FourThenSix, Families(asked));
        await AssertAgreeAsync(server);
    }

    [Fact]
    public async Task An_external_name_has_neither_addresses_nor_families()
    {
        await using var server = await TestServer.StartAsync(Both);
        await MadeAsync(CreateAsync(server, "a", "\"ipFamilyPolicy\":\"RequireDualStack\","));
        var named = await MadeAsync(PatchAsync(server, "a", "\"type\":\"ExternalName\",\"externalName\":\"x.example\""));
        Assert.Equal("", Policy(named));
        Assert.Empty(Families(named));
        Assert.Empty(Addresses(named));
        await AssertAgreeAsync(server);
        var back = await MadeAsync(PatchAsync(server, "a", "\"type\":\"ClusterIP\",\"externalName\":null,\"ipFamilyPolicy\":\"PreferDualStack\""));
        Assert.Equal(FourThenSix, Families(back));
        await AssertAgreeAsync(server);
    }

    [Theory]
    [InlineData("10.0.0.0/24,10.1.0.0/24")]
    [InlineData("10.0.0.0/30")]
    [InlineData("fd00::/48")]
    [InlineData("10.0.0.0/24,fd00::/112,10.2.0.0/24")]
    [InlineData("10.0.0.0")]
    [InlineData("10.0.0.0/7")]
    public void Ranges_that_nothing_can_be_given_from_are_refused(string ranges) => Assert.Throws<ArgumentException>(() => ServiceRanges.Parse(ranges));
}
