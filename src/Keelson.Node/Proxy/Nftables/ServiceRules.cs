using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Keelson.Client;

namespace Keelson.Node.Proxy.Nftables;

/// <summary>What one service needs in the table of one family: a pure function of its picture and of how it was before.</summary>
/// <remarks>
/// Services have no chains of their own. An element says which chain a destination goes to, by the number of its endpoints, and
/// that chain draws a number and finds the endpoint in a map: so a packet costs two look-ups however many services there are,
/// and a change is a handful of elements. Only what is rare has chains: affinity, and source ranges of load balancers.
/// </remarks>
internal sealed class ServiceRules
{
    private readonly RuleFamily _family;
    private readonly string? _clusterSet;
    private readonly IReadOnlyDictionary<RuleItem, string>? _before;
    private readonly Dictionary<RuleItem, string> _items = [];

    private ServiceRules(RuleFamily family, RuleSettings settings, IReadOnlyDictionary<RuleItem, string>? before)
    {
        _family = family;
        _clusterSet = family.SetOf(settings.ClusterNetworks);
        _before = before;
    }

    /// <param name="before">What the service needed before: an endpoint keeps its number where it can, so that less changes.</param>
    public static Dictionary<RuleItem, string> Of(ServicePicture service, RuleFamily family, RuleSettings settings, IReadOnlyDictionary<RuleItem, string>? before = null)
    {
        var rules = new ServiceRules(family, settings, before);
        foreach (var port in service.Ports)
        {
            if (port.Family == family.Family) rules.Add(service.Key, port);
        }

        return rules._items;
    }

    private void Add(ObjectKey service, PortPicture port)
    {
        foreach (var address in port.ClusterEndpoints.Concat(port.LocalEndpoints).Select(static endpoint => endpoint.Address).Distinct()) Item(RuleItem.Element(TableFrame.Hairpin, $"{address} . {address}"), "");
        Item(RuleItem.Element(TableFrame.ClusterAddresses, port.ClusterAddress.ToString()), "");
        var affinity = port.AffinitySeconds > 0 ? new AffinityRules(_family, service, port, _items) : null;

        ForCluster(port, affinity);
        foreach (var address in port.ExternalAddresses) ForOutside(port, affinity, Destination.At(address, port));
        foreach (var address in port.BalancerAddresses)
        {
            ForOutside(port, affinity, Destination.At(address, port));
            if (port.HasSourceRanges) ForSources(service, port, address);
        }

        if (port.NodePort > 0) ForOutside(port, affinity, Destination.OnNode(port));
    }

    private void ForCluster(PortPicture port, AffinityRules? affinity)
    {
        var destination = Destination.At(port.ClusterAddress, port);
        var endpoints = port.IsInternalLocal ? port.LocalEndpoints : port.ClusterEndpoints;
        if (endpoints.IsEmpty)
        {
            Without(destination, port);
            return;
        }

        var masquerade = _clusterSet is null ? "" : $"{_family.Word} saddr != {_clusterSet} jump {TableFrame.MarkForMasquerade}\n";
        if (affinity is not null)
        {
            Goto(destination, affinity.Chain("cluster-ip", masquerade + $"goto {affinity.Spread(endpoints, port.IsInternalLocal)}"));
            return;
        }

        Goto(destination, Chain($"cluster-ip-{port.Protocol}-{endpoints.Length}", masquerade + Draw(destination, endpoints.Length, 0)));
        Number(destination, endpoints, 0);
    }

    private void ForOutside(PortPicture port, AffinityRules? affinity, Destination destination)
    {
        var (all, local) = (port.ClusterEndpoints, port.LocalEndpoints);
        if (!port.IsExternalLocal) local = [];
        if (port.IsExternalLocal ? local.IsEmpty : all.IsEmpty) Without(destination, port);
        if (all.IsEmpty && local.IsEmpty) return;

        // Who lost its address to the node could not be answered by another node's endpoint directly, hence the mark.
        var name = $"{(destination.IsOnNode ? "nodeport" : "external")}-{port.Protocol}";
        string Pick(bool toLocal) => affinity is not null ? $"goto {affinity.Spread(toLocal ? local : all, toLocal)}" : Draw(destination, toLocal ? local.Length : all.Length, toLocal ? TableFrame.LocalOffset : 0);
        string rules;
        if (!port.IsExternalLocal)
        {
            rules = $"jump {TableFrame.MarkForMasquerade}\n{Pick(false)}";
            name = $"{name}-{all.Length}";
        }
        else
        {
            // Pods and the node itself are inside: they may be sent anywhere, only outside traffic has to stay.
            var inside = "";
            if (!all.IsEmpty && _clusterSet is not null) inside += Prefixed($"{_family.Word} saddr {_clusterSet} ", Pick(false)) + "\n";
            if (!all.IsEmpty) inside += $"fib saddr type local jump {TableFrame.MarkForMasquerade}\n" + Prefixed("fib saddr type local ", Pick(false)) + "\n";
            rules = inside + (local.IsEmpty ? "" : Pick(true));
            name = $"{name}-local-{all.Length}-{local.Length}";
        }

        rules = rules.TrimEnd('\n');
        if (affinity is not null)
        {
            Goto(destination, affinity.Chain(destination.IsOnNode ? "nodeport" : "external", rules));
            return;
        }

        Goto(destination, Chain(name, rules));
        Number(destination, all, 0);
        Number(destination, local, TableFrame.LocalOffset);
    }

    private void ForSources(ObjectKey service, PortPicture port, IPAddress address)
    {
        var chain = RuleNames.Of("firewall", service, port);
        var ranges = _family.SetOf(port.SourceRanges);
        // The balancer's own address may come back to the node that sent to it.
        Item(RuleItem.Chain(chain), (ranges is null ? "" : $"{_family.Word} saddr {ranges} return\n") + $"{_family.Word} saddr {{ {string.Join(", ", port.BalancerAddresses.Distinct())} }} return\ndrop");
        Item(RuleItem.Element(TableFrame.Firewall, Destination.At(address, port).Key), $"goto {chain}");
    }

    // With endpoints elsewhere in the cluster somebody may try another node; without any, nobody needs to wait.
    private void Without(Destination destination, PortPicture port) =>
        Item(RuleItem.Element(destination.IsOnNode ? TableFrame.NoNodePortEndpoints : TableFrame.NoEndpoints, destination.Key), port.HasAnyEndpoints ? "drop" : $"goto {TableFrame.Refuse}");

    private void Goto(Destination destination, string chain) =>
        Item(RuleItem.Element(destination.IsOnNode ? TableFrame.NodePorts : TableFrame.Services, destination.Key), $"goto {chain}");

    private string Chain(string name, string rules)
    {
        Item(RuleItem.Chain(name), rules);
        return name;
    }

    // The second rule is for a packet that drew a number just before the endpoints became fewer.
    private string Draw(Destination destination, int count, int offset)
    {
        var key = $"{(destination.IsOnNode ? "" : $"{_family.Word} daddr . ")}{destination.Protocol} dport . numgen random mod ";
        var from = offset == 0 ? "" : $" offset {offset}";
        var draw = $"dnat {_family.Word} to {key}{count}{from} map @{destination.Endpoints}";
        return count == 1 ? draw : $"{draw}\ndnat {_family.Word} to {key}1{from} map @{destination.Endpoints}";
    }

    private static string Prefixed(string condition, string rules) => string.Join('\n', rules.Split('\n').Select(rule => condition + rule));

    // Endpoints that had a number below the new count keep it; the others fill the gaps in order.
    private void Number(Destination destination, ImmutableArray<EndpointAddress> endpoints, int offset)
    {
        var values = endpoints.Select(static endpoint => $"{endpoint.Address} . {endpoint.Port}").ToList();
        var numbered = new string?[values.Count];
        if (_before is not null)
        {
            var left = values.ToHashSet(StringComparer.Ordinal);
            for (var number = 0; number < numbered.Length; number++)
            {
                if (_before.TryGetValue(Element(number), out var old) && left.Remove(old)) numbered[number] = old;
            }

            values.RemoveAll(value => !left.Contains(value));
        }

        var next = 0;
        for (var number = 0; number < numbered.Length; number++) Item(Element(number), numbered[number] ?? values[next++]);

        RuleItem Element(int number) => RuleItem.Element(destination.Endpoints, $"{destination.EndpointKey} . {(number + offset).ToString(CultureInfo.InvariantCulture)}");
    }

    private void Item(RuleItem item, string value) => _items.TryAdd(item, value);

    /// <param name="Key">In the maps for all protocols.</param>
    /// <param name="EndpointKey">In the maps of endpoints, which are by protocol.</param>
    private readonly record struct Destination(string Protocol, string Key, string EndpointKey, bool IsOnNode)
    {
        public string Endpoints => IsOnNode ? TableFrame.NodePortEndpoints(Protocol) : TableFrame.Endpoints(Protocol);

        public static Destination At(IPAddress address, PortPicture port) =>
            new(port.Protocol, $"{address} . {port.Protocol} . {port.Port}", $"{address} . {port.Port}", false);

        public static Destination OnNode(PortPicture port) => new(port.Protocol, $"{port.Protocol} . {port.NodePort}", $"{port.NodePort}", true);
    }
}

/// <summary>Names of chains and sets that belong to one port of one service.</summary>
internal static class RuleNames
{
    /// <summary>The kernel allows 127 characters; a prefix, a digest and what is readable of the names have to fit.</summary>
    private const int MostReadable = 80;

    public static string Of(string prefix, ObjectKey service, PortPicture port, string more = "")
    {
        var whole = $"{service.Namespace}/{service.Name}/{port.Protocol}/{port.Port}";
        return $"{prefix}-{Digest($"{whole}/{more}")}-{(whole.Length <= MostReadable ? whole : whole[..MostReadable])}";
    }

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 5));
}
