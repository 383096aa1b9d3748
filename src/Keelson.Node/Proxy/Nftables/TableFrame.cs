using System.Globalization;
using System.Net;
using System.Text;

namespace Keelson.Node.Proxy.Nftables;

/// <summary>What the rules need to know of the cluster.</summary>
/// <param name="ClusterNetworks">Where pods are; traffic from elsewhere to cluster addresses is given the node's address. Nothing is assumed when empty.</param>
/// <param name="MasqueradeMark">The bit of the packet mark that says that the packet is to get the node's address.</param>
internal sealed record RuleSettings(IReadOnlyList<IPNetwork> ClusterNetworks, uint MasqueradeMark)
{
    public const uint UpstreamsMark = 0x4000;
}

/// <summary>The part of the table that is always the same: hooks, maps and the chains that they begin with.</summary>
internal static class TableFrame
{
    public const string Services = "services";
    public const string NodePorts = "nodeports";
    public const string NoEndpoints = "no-endpoints";
    public const string NoNodePortEndpoints = "no-nodeport-endpoints";
    public const string Firewall = "firewall";
    public const string Hairpin = "hairpin";
    public const string ClusterAddresses = "cluster-addresses";
    public const string MarkForMasquerade = "mark-for-masquerade";
    public const string Refuse = "refuse";
    public const string Alive = "alive";

    /// <summary>Local endpoints stand in the same map as the others, from this number on.</summary>
    public const int LocalOffset = 1 << 16;

    private static readonly string[] Protocols = ["tcp", "udp", "sctp"];

    /// <summary>The map from a destination and a number to an endpoint.</summary>
    public static string Endpoints(string protocol) => $"endpoints-{protocol}";

    public static string NodePortEndpoints(string protocol) => $"nodeport-endpoints-{protocol}";

    /// <summary>The maps and sets that elements of services are in, with how they are declared.</summary>
    public static IEnumerable<(string Kind, string Name, string Declaration)> Containers(RuleFamily family)
    {
        var address = family.AddressType;
        var place = $"{address} . inet_proto . inet_service";
        yield return ("map", Services, $"type {place} : verdict;");
        yield return ("map", NodePorts, "type inet_proto . inet_service : verdict;");
        foreach (var protocol in Protocols)
        {
            // The number of an endpoint has no type of its own, hence the expressions; "th dport" for all protocols at once would
            // be read back from the kernel as a contradiction by nft 1.0.6.
            var numbered = $"{protocol} dport . numgen random mod 2 : {family.Word} daddr . {protocol} dport;";
            yield return ("map", Endpoints(protocol), $"typeof {family.Word} daddr . {numbered}");
            yield return ("map", NodePortEndpoints(protocol), $"typeof {numbered}");
        }

        yield return ("map", NoEndpoints, $"type {place} : verdict;");
        yield return ("map", NoNodePortEndpoints, "type inet_proto . inet_service : verdict;");
        yield return ("map", Firewall, $"type {place} : verdict;");
        yield return ("set", Hairpin, $"type {address} . {address};");
        yield return ("set", ClusterAddresses, $"type {address};");
    }

    /// <summary>Commands that make the table anew, empty of services, whatever there was.</summary>
    public static void Write(StringBuilder text, RuleFamily family, RuleSettings settings)
    {
        var word = family.Word;
        var mark = "0x" + settings.MasqueradeMark.ToString("x", CultureInfo.InvariantCulture);
        // Added first, because only what is there can be deleted; all of it is one transaction.
        text.Append(CultureInfo.InvariantCulture, $"add table {family.Table}\ndelete table {family.Table}\nadd table {family.Table} {{ comment \"services, by Keelson\"; }}\n");
        foreach (var (kind, name, declaration) in Containers(family)) text.Append(CultureInfo.InvariantCulture, $"add {kind} {family.Table} {name} {{ {declaration} }}\n");

        var place = $"{word} daddr . meta l4proto . th dport";
        var toNode = $"fib daddr type local {word} daddr != {family.Loopback} meta l4proto . th dport";
        Chain(MarkForMasquerade, null, $"meta mark set meta mark or {mark}");
        Chain(Refuse, null, "meta l4proto tcp reject with tcp reset", "reject");
        Chain(Alive, null);
        Chain("look-up", null, $"{place} vmap @{Services}", $"{toNode} vmap @{NodePorts}");
        Chain("check-source", null, $"{place} vmap @{Firewall}");
        Chain("check-endpoints", null, $"{place} vmap @{NoEndpoints}", $"{toNode} vmap @{NoNodePortEndpoints}", $"{word} daddr @{ClusterAddresses} goto {Refuse}");
        // Sources are checked before addresses are changed, missing endpoints after: what is changed has some.
        Chain("source-prerouting", "type filter hook prerouting priority dstnat - 10; policy accept;", "ct state new jump check-source");
        Chain("source-output", "type filter hook output priority -110; policy accept;", "ct state new jump check-source");
        Chain("nat-prerouting", "type nat hook prerouting priority dstnat; policy accept;", "jump look-up");
        Chain("nat-output", "type nat hook output priority -100; policy accept;", "jump look-up");
        Chain("filter-input", "type filter hook input priority filter; policy accept;", "ct state new jump check-endpoints");
        Chain("filter-forward", "type filter hook forward priority filter; policy accept;", "ct state new jump check-endpoints");
        Chain("filter-output", "type filter hook output priority filter; policy accept;", "ct state new jump check-endpoints");
        Chain(
            "nat-postrouting",
            "type nat hook postrouting priority srcnat; policy accept;",
            $"meta mark and {mark} != 0 meta mark set meta mark xor {mark} masquerade fully-random",
            $"ct status dnat {word} saddr . {word} daddr @{Hairpin} masquerade fully-random");

        void Chain(string name, string? hook, params ReadOnlySpan<string> rules)
        {
            text.Append(CultureInfo.InvariantCulture, $"add chain {family.Table} {name}{(hook is null ? "" : $" {{ {hook} }}")}\n");
            foreach (var rule in rules) text.Append(CultureInfo.InvariantCulture, $"add rule {family.Table} {name} {rule}\n");
        }
    }
}
