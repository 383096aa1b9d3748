using System.Net;
using System.Text.Json;

namespace Keelson.Node.Network;

/// <summary>The bridge of a node's pods, and the rules for what crosses it and what leaves it.</summary>
internal static class PodBridge
{
    private const string Table = "keelson_node";
    private const string BridgeCalls = "/proc/sys/net/bridge/bridge-nf-call-iptables";

    public static async Task EnsureAsync(NodeNetworkOptions options, IPNetwork range, CancellationToken cancel)
    {
        var gateway = ClusterNetwork.AddressAt(range, 1);
        var address = $"{gateway}/{range.PrefixLength}";
        var lines = new List<string>();
        if (!options.Namespace.Links().Contains(options.Bridge)) lines.Add($"link add {options.Bridge} address {ClusterNetwork.HardwareAddress(gateway)} type bridge forward_delay 0 stp_state 0 mcast_snooping 0");
        else lines.AddRange((await AddressesAsync(options, cancel).ConfigureAwait(false)).Where(other => other != address).Select(other => $"address delete {other} dev {options.Bridge}"));
        lines.Add($"address replace {address} dev {options.Bridge}");
        lines.Add($"link set {options.Bridge} up");
        await NetworkTool.IpAsync(options.Namespace, lines, cancel).ConfigureAwait(false);
        options.Namespace.Set(
        [
            ("net/ipv4/ip_forward", "1"),
            // Pods ask for each other's hardware address; the node answers with its own, at once, and passes the packets on.
            ($"net/ipv4/conf/{options.Bridge}/proxy_arp_pvlan", "1"),
            ($"net/ipv4/neigh/{options.Bridge}/proxy_delay", "0"),
            ($"net/ipv4/conf/{options.Bridge}/send_redirects", "0"),
            ($"net/ipv4/conf/{options.Bridge}/rp_filter", "2"),
        ]);
        await NetworkTool.NftAsync(options.Namespace, Rules(options, range), cancel).ConfigureAwait(false);
        try
        {
            await NetworkTool.NftAsync(options.Namespace, BridgeRules(range), cancel).ConfigureAwait(false);
        }
        catch (NetworkException) when (options.Namespace.Run(() => File.Exists(BridgeCalls)))
        {
            // A kernel without rules for bridges, but one that can show bridged packets to the other rules, does it that way.
            options.Namespace.Set([(BridgeCalls["/proc/sys/".Length..], "1")]);
        }
    }

    // What pods of one node send to each other is routed, not bridged: only so it passes the packet filter, which is where
    // answers of a service are given the service's address again. See ADR 0009.
    // Pods that never hear each other's ARP send everything to the node's hardware address. By IP address, as not every
    // kernel can match the name of a bridge; and ARP only, for where bridges call the packet filter (a module of the host's
    // decides that, at any time) what was rewritten for a service is bridged, and answers come back through the node.
    private static string BridgeRules(IPNetwork range) => $$"""
        add table bridge {{Table}}
        delete table bridge {{Table}}
        table bridge {{Table}} {
          chain forward {
            type filter hook forward priority 0
            arp saddr ip {{range}} drop
          }
        }
        """;

    private static string Rules(NodeNetworkOptions options, IPNetwork range) => $$"""
        add table ip {{Table}}
        delete table ip {{Table}}
        table ip {{Table}} {
          chain postrouting {
            type nat hook postrouting priority 100
            ip saddr {{range}} ip daddr != {{options.PodRange}} ip daddr != 224.0.0.0/4 masquerade fully-random
          }
        }
        """;

    private static async Task<List<string>> AddressesAsync(NodeNetworkOptions options, CancellationToken cancel)
    {
        using var document = JsonDocument.Parse(await NetworkTool.AskIpAsync(options.Namespace, ["-4", "address", "show", "dev", options.Bridge], cancel).ConfigureAwait(false));
        return
        [
            .. from link in document.RootElement.EnumerateArray()
               where link.TryGetProperty("addr_info", out _)
               from entry in link.GetProperty("addr_info").EnumerateArray()
               select $"{entry.GetProperty("local").GetString()}/{entry.GetProperty("prefixlen").GetInt32()}",
        ];
    }
}
