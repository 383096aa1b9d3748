using System.Net;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Node.Network;

namespace Keelson.Node.Tests.Network;

public sealed class PodRoutesTests
{
    private static readonly IPNetwork Pods = IPNetwork.Parse("10.244.0.0/16");

    [Fact]
    public void Every_other_node_that_has_a_range_and_an_address_gets_a_route()
    {
        var wanted = PodRoutes.Wanted([Node("b", "10.244.1.0/24", "10.89.0.3"), Node("a", "10.244.0.0/24", "10.89.0.2"), Node("c", "", "10.89.0.4"), Node("d", "10.244.3.0/24", "")], "a", Pods);
        Assert.Equal([KeyValuePair.Create("10.244.1.0/24", "10.89.0.3")], wanted);
    }

    [Theory]
    [InlineData("0.0.0.0/0", "10.89.0.3")]
    [InlineData("10.0.0.0/8", "10.89.0.3")]
    [InlineData("10.89.0.0/24", "10.89.0.3")]
    [InlineData("10.244.0.0/24", "10.89.0.3")]
    [InlineData("10.244.0.128/25", "10.89.0.3")]
    [InlineData("10.244.0.0/16", "10.89.0.3")]
    [InlineData("10.244.1.0/24\nroute delete default", "10.89.0.3")]
    [InlineData("fd00::/64", "10.89.0.3")]
    [InlineData("10.244.1.0/24", "fd00::1")]
    [InlineData("10.244.1.0/24", "127.0.0.1")]
    [InlineData("10.244.1.0/24", "10.244.0.5")]
    [InlineData("10.244.1.0/24", "10.89.0.2")]
    [InlineData("10.244.1.0/24", "10.89.0.3 dev lo")]
    public void A_node_that_claims_what_is_not_its_own_gets_none(string range, string address) =>
        Assert.Empty(PodRoutes.Wanted([Node("a", "10.244.0.0/24", "10.89.0.2"), Node("b", range, address)], "a", Pods));

    [Fact]
    public void Of_two_that_claim_the_same_range_always_the_same_has_it()
    {
        var (b, c) = (Node("b", "10.244.1.0/24", "10.89.0.3"), Node("c", "10.244.1.0/24", "10.89.0.4"));
        Assert.Equal(PodRoutes.Wanted([b, c], "a", Pods), PodRoutes.Wanted([c, b], "a", Pods));
    }

    [Fact]
    public void Any_plan_makes_what_is_into_what_is_wanted_and_nothing_when_it_is_so()
    {
        var random = new Random(7);
        for (var round = 0; round < 500; round++)
        {
            var (current, wanted) = (Some(random), Some(random));
            var after = new Dictionary<string, string>(current);
            foreach (var words in PodRoutes.Plan(wanted, current).Select(line => line.Split(' ')))
            {
                if (words[1] == "delete") Assert.True(after.Remove(words[2]));
                else after[words[2]] = words[4];
            }

            Assert.Equal(wanted.Order(Comparer), after.Order(Comparer));
            Assert.Empty(PodRoutes.Plan(wanted, after));
        }
    }

    [Fact]
    public void The_kernels_answer_is_read_also_without_routes_and_for_single_addresses()
    {
        Assert.Empty(PodRoutes.Parse(""));
        Assert.Empty(PodRoutes.Parse("[]"));
        var routes = PodRoutes.Parse("""[{"dst":"10.244.1.0/24","gateway":"10.89.0.3","dev":"eth0","flags":[]},{"dst":"10.244.2.1","dev":"eth0"}]""");
        Assert.Equal("10.89.0.3", routes["10.244.1.0/24"]);
        Assert.Equal("", routes["10.244.2.1/32"]);
    }

    private static readonly Comparer<KeyValuePair<string, string>> Comparer = Comparer<KeyValuePair<string, string>>.Create((a, b) => string.CompareOrdinal(a.Key, b.Key));

    private static Dictionary<string, string> Some(Random random) =>
        Enumerable.Range(0, random.Next(8)).Select(_ => random.Next(12)).Distinct().ToDictionary(part => $"10.244.{part}.0/24", _ => $"10.89.0.{random.Next(2, 5)}");

    private static Api.Core.V1.Node Node(string name, string range, string address) => new()
    {
        Metadata = new ObjectMeta { Name = name },
        Spec = new NodeSpec { PodCIDR = range },
        Status = new NodeStatus { Addresses = address.Length > 0 ? [new NodeAddress { Type = NodeAddressType.InternalIP, Address = address }] : [] },
    };
}
