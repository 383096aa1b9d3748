using System.Collections.Immutable;
using Keelson.Client;

namespace Keelson.Node.Proxy.Nftables;

/// <summary>The chains of a service port whose clients stay with their endpoint: a chain and a set of clients for each endpoint.</summary>
/// <remarks>A set goes with its endpoint, and with it who was sent there: nobody is kept on an endpoint that is gone.</remarks>
internal sealed class AffinityRules(RuleFamily family, ObjectKey service, PortPicture port, Dictionary<RuleItem, string> items)
{
    public string Chain(string prefix, string rules)
    {
        var name = RuleNames.Of($"{prefix}-affinity", service, port);
        items.TryAdd(RuleItem.Chain(name), rules);
        return name;
    }

    /// <summary>The chain that chooses among endpoints: the one that the client had, else any.</summary>
    public string Spread(ImmutableArray<EndpointAddress> endpoints, bool isLocal)
    {
        var name = RuleNames.Of(isLocal ? "affinity-local" : "affinity", service, port);
        var chains = endpoints.Select(Endpoint).ToList();
        var rules = chains.Select(chain => $"{family.Word} saddr @{chain.Clients} goto {chain.Name}").ToList();
        rules.Add(chains.Count == 1 ? $"goto {chains[0].Name}" : $"numgen random mod {chains.Count} vmap {{ {string.Join(", ", chains.Select((chain, number) => $"{number} : goto {chain.Name}"))} }}");
        items.TryAdd(RuleItem.Chain(name), string.Join('\n', rules));
        return name;
    }

    private (string Name, string Clients) Endpoint(EndpointAddress endpoint)
    {
        var text = endpoint.Address.ToString();
        var target = family == RuleFamily.IPv4 ? $"{text}:{endpoint.Port}" : $"[{text}]:{endpoint.Port}";
        var name = RuleNames.Of("endpoint", service, port, target);
        // Another timeout is another set: a set's timeout cannot be changed.
        var clients = RuleNames.Of("clients", service, port, $"{target}/{port.AffinitySeconds}");
        items.TryAdd(RuleItem.Set(clients), $"type {family.AddressType}; flags dynamic,timeout; timeout {port.AffinitySeconds}s;");
        items.TryAdd(RuleItem.Chain(name), $"update @{clients} {{ {family.Word} saddr }}\nmeta l4proto {port.Protocol} dnat to {target}");
        return (name, clients);
    }
}
