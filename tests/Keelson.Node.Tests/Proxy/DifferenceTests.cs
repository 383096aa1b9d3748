using System.Net;
using System.Text.Json.Nodes;
using Keelson.Api.Core.V1;
using Keelson.Client;
using Keelson.Node.Proxy;
using Keelson.Node.Proxy.Nftables;
using static Keelson.Node.Tests.Proxy.Samples;

namespace Keelson.Node.Tests.Proxy;

/// <summary>Change upon change leads to the rules that one fill would have made, as nft itself reads them.</summary>
public sealed class DifferenceTests
{
    private static readonly RuleSettings Settings = new([IPNetwork.Parse("10.244.0.0/16"), IPNetwork.Parse("10.244.0.0/24"), IPNetwork.Parse("fd00:244::/64")], RuleSettings.UpstreamsMark);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Random_changes_one_by_one_give_the_same_as_filling_at_once(int seed)
    {
        await using var network = await SmallNetwork.StartAsync();
        var random = new Random(seed);
        var backend = new NftablesBackend(Settings, network.NodeNamespace);
        await backend.FillAsync([], CancellationToken.None);
        var known = new Dictionary<ObjectKey, ServicePicture>();
        for (var step = 1; step <= 60; step++)
        {
            var changes = new Dictionary<ObjectKey, ServicePicture?>();
            for (var many = random.Next(1, 4); many > 0; many--)
            {
                var (key, picture) = RandomService(random);
                changes[key] = picture;
                if (picture is null) known.Remove(key);
                else known[key] = picture;
            }

            await backend.ChangeAsync(changes, CancellationToken.None);
            if (step % 20 != 0) continue;

            var changed = await TableAsync(network);
            await new NftablesBackend(Settings, network.NodeNamespace).FillAsync(known.Values, CancellationToken.None);
            Assert.Equal(await TableAsync(network), changed);
            // From here on the kernel has the numbers of the fill, so this backend's are taken over again.
            await backend.FillAsync(known.Values, CancellationToken.None);
        }

        await backend.ChangeAsync(known.Keys.ToDictionary(static key => key, static _ => (ServicePicture?)null), CancellationToken.None);
        var left = await TableAsync(network);
        await backend.FillAsync([], CancellationToken.None);
        Assert.Equal(await TableAsync(network), left);
    }

    [Fact]
    public void What_is_sent_does_not_depend_on_how_many_services_there_are()
    {
        Assert.Equal(Length(10), Length(3000));

        static int Length(int services)
        {
            var ledger = new RuleLedger();
            ledger.Change(Enumerable.Range(0, services).Select(number => Needed(Numbered(number), ledger)));
            var text = new System.Text.StringBuilder();
            TransactionText.Write(text, RuleFamily.IPv4, ledger.Change([Needed(Numbered(5, endpoints: 4), ledger)]));
            Assert.NotEqual(0, text.Length);
            return text.Length;
        }
    }

    [Fact]
    public void An_endpoint_that_goes_leaves_the_numbers_of_the_others_alone()
    {
        var ledger = new RuleLedger();
        ledger.Change([Needed(Numbered(1, endpoints: 100), ledger)]);

        var endpoints = Enumerable.Range(1, 100).Where(static number => number != 50).Select(number => At($"10.244.1.{number}")).ToArray();
        var picture = Picture(Web("10.96.0.1", name: "s1"), Slice(Web("10.96.0.1", name: "s1"), 8080, endpoints));
        var changes = ledger.Change([Needed(picture, ledger)]);

        // The gap is filled by the last, the last goes; with it the chain for a hundred and what one endpoint needs for itself.
        Assert.Equal(2, changes.Count(static change => change.Item.Name == TableFrame.Endpoints("tcp")));
        Assert.InRange(changes.Count, 3, 8);
    }

    [Fact]
    public void A_destination_that_two_services_claim_goes_over_when_the_first_is_gone()
    {
        var ledger = new RuleLedger();
        var first = Picture(Web(name: "a"), Slice(Web(name: "a"), 8080, At("10.244.0.1")));
        var second = Picture(Web(name: "b"), Slice(Web(name: "b"), 8080, At("10.244.0.2")));
        ledger.Change([Needed(second, ledger)]);
        ledger.Change([Needed(first, ledger)]);
        Assert.Equal("10.244.0.1 . 8080", Target());
        ledger.Change([KeyValuePair.Create(first.Key, (Dictionary<RuleItem, string>?)null)]);
        Assert.Equal("10.244.0.2 . 8080", Target());
        ledger.Change([KeyValuePair.Create(second.Key, (Dictionary<RuleItem, string>?)null)]);
        Assert.Empty(ledger.All);

        string? Target() => ledger.All.Single(static change => change.Item.Name == TableFrame.Endpoints("tcp")).After;
    }

    private static KeyValuePair<ObjectKey, Dictionary<RuleItem, string>?> Needed(ServicePicture picture, RuleLedger ledger) =>
        KeyValuePair.Create(picture.Key, (Dictionary<RuleItem, string>?)ServiceRules.Of(picture, RuleFamily.IPv4, Settings, ledger.Needs(picture.Key)));

    private static ServicePicture Numbered(int number, int endpoints = 3)
    {
        var service = Web($"10.96.{number / 250}.{number % 250}", name: $"s{number}");
        return Picture(service, Slice(service, 8080, [.. Enumerable.Range(1, endpoints).Select(endpoint => At($"10.244.{number % 250}.{endpoint}"))]));
    }

    private static (ObjectKey, ServicePicture?) RandomService(Random random)
    {
        var number = random.Next(12);
        var key = new ObjectKey("default", $"s{number}");
        if (random.Next(5) == 0) return (key, null);
        var isIPv6 = number % 4 == 3;
        var service = Web(isIPv6 ? $"fd00:96::{number + 1}" : $"10.96.0.{number + 1}", 53, new[] { "TCP", "UDP", "SCTP" }[random.Next(3)], key.Name);
        service = service with
        {
            Spec = service.Spec with
            {
                Type = new[] { "ClusterIP", "NodePort", "LoadBalancer" }[random.Next(3)],
                SessionAffinity = random.Next(3) == 0 ? "ClientIP" : "None",
                SessionAffinityConfig = new SessionAffinityConfig { ClientIP = new ClientIPConfig { TimeoutSeconds = random.Next(2) == 0 ? 100 : 200 } },
                ExternalTrafficPolicy = random.Next(2) == 0 ? "Local" : "Cluster",
                InternalTrafficPolicy = random.Next(4) == 0 ? "Local" : "Cluster",
                // Few external addresses, so that services are in each other's way.
                ExternalIPs = random.Next(2) == 0 ? [$"203.0.113.{random.Next(2)}", "2001:db8::1"] : [],
                LoadBalancerSourceRanges = random.Next(3) == 0 ? ["10.0.0.0/8", "10.1.0.0/16", "192.168.0.0/24"] : random.Next(3) == 0 ? ["0.0.0.0/0", "fd00::/8"] : [],
            },
            Status = new ServiceStatus { LoadBalancer = new LoadBalancerStatus { Ingress = [new LoadBalancerIngress { Ip = isIPv6 ? "2001:db8::8" : $"198.51.100.{number}" }] } },
        };
        if (service.Spec.Type != "ClusterIP") service = service with { Spec = service.Spec with { Ports = [service.Spec.Ports[0] with { NodePort = 30000 + number }] } };
        var endpoints = Enumerable.Range(0, random.Next(6)).Select(_ => random.Next(8)).Distinct().Select(endpoint =>
            At(isIPv6 ? $"fd00:244::{endpoint + 10:x}" : $"10.244.0.{endpoint + 10}", endpoint % 2 == 0 ? NodeName : "node-2")).ToArray();
        return (key, Picture(service, Slice(service, 5000 + random.Next(2), endpoints)));
    }

    // What is in the table, in no order and without the numbers that the kernel gives; and without which endpoint has which
    // number, in which a fill and changes may differ.
    private static async Task<string> TableAsync(SmallNetwork network)
    {
        var lines = new List<string>();
        foreach (var family in new[] { "ip", "ip6" })
        {
            var text = await network.RunInAsync(SmallNetwork.Node, "nft", "-j", "list", "table", family, RuleFamily.TableName);
            foreach (var entry in JsonNode.Parse(text)!["nftables"]!.AsArray())
            {
                var (kind, value) = entry!.AsObject().Single();
                var item = value!.AsObject();
                item.Remove("handle");
                var elements = item["elem"]?.AsArray();
                item.Remove("elem");
                if (kind != "metainfo") lines.Add($"{family} {kind} {item.ToJsonString()}");
                var isNumbered = item["name"]?.GetValue<string>().Contains("endpoints-", StringComparison.Ordinal) == true;
                foreach (var element in elements ?? []) lines.Add($"{family} {item["name"]} {(isNumbered ? WithoutNumber(element!) : element!.ToJsonString())}");
            }
        }

        lines.Sort(StringComparer.Ordinal);
        return string.Join('\n', lines);
    }

    private static string WithoutNumber(JsonNode element)
    {
        var key = element[0]!["concat"]!.AsArray();
        var number = key[^1]!.GetValue<int>();
        key[^1] = number >= TableFrame.LocalOffset ? "local" : "any";
        return element.ToJsonString();
    }
}
