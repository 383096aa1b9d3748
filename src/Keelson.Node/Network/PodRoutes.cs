using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Keelson.Api.Core.V1;

namespace Keelson.Node.Network;

/// <summary>Which way the pods of other nodes are, and how the kernel's routes come to agree. Routes of others are never touched.</summary>
/// <remarks>IPv4 only, as the rest of the network.</remarks>
internal static class PodRoutes
{
    /// <summary>By this number in their protocol field the routes are known as ours.</summary>
    public const int Protocol = 137;

    /// <summary>The range of a node's pods; null where it has none yet, or one that is not within the range of all pods.</summary>
    public static IPNetwork? RangeOf(ApiNode node, IPNetwork podRange)
    {
        var text = node.Spec.PodCIDR.Length > 0 ? node.Spec.PodCIDR : node.Spec.PodCIDRs.FirstOrDefault() ?? "";
        // What stands in a Node is as trustworthy as whoever may write it, and a route takes traffic away from others.
        return IPNetwork.TryParse(text, out var range) && range.BaseAddress.AddressFamily == AddressFamily.InterNetwork && range.PrefixLength >= podRange.PrefixLength && podRange.Contains(range.BaseAddress) ? range : null;
    }

    /// <summary>The routes to the pods of all nodes but one.</summary>
    public static ImmutableSortedDictionary<string, string> Wanted(IEnumerable<ApiNode> nodes, string? own, IPNetwork podRange)
    {
        var all = nodes.OrderBy(node => node.Metadata.Name, StringComparer.Ordinal).ToList();
        var routes = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var ownNode = all.Find(node => node.Metadata.Name == own);
        var ownRange = ownNode is null ? null : RangeOf(ownNode, podRange);
        var ownAddress = ownNode is null ? null : AddressOf(ownNode);
        foreach (var node in all)
        {
            if (node.Metadata.Name == own || RangeOf(node, podRange) is not { } range || AddressOf(node) is not { } address) continue;
            if (address.Equals(ownAddress) || IPAddress.IsLoopback(address) || podRange.Contains(address)) continue;
            if (ownRange is { } mine && (mine.Contains(range.BaseAddress) || range.Contains(mine.BaseAddress))) continue;
            routes.TryAdd(range.ToString(), address.ToString());
        }

        return routes.ToImmutable();
    }

    /// <summary>The changes that make the one the other.</summary>
    public static List<string> Plan(IReadOnlyDictionary<string, string> wanted, IReadOnlyDictionary<string, string> current) =>
    [
        .. current.Keys.Where(range => !wanted.ContainsKey(range)).Select(range => $"route delete {range} proto {Protocol}"),
        .. wanted.Where(route => current.GetValueOrDefault(route.Key) != route.Value).Select(route => $"route replace {route.Key} via {route.Value} proto {Protocol}"),
    ];

    /// <summary>Our routes as the kernel has them.</summary>
    public static Dictionary<string, string> Parse(string json)
    {
        var routes = new Dictionary<string, string>(StringComparer.Ordinal);
        if (string.IsNullOrWhiteSpace(json)) return routes;
        using var document = JsonDocument.Parse(json);
        foreach (var route in document.RootElement.EnumerateArray())
        {
            if (!route.TryGetProperty("dst", out var target)) continue;
            var range = target.GetString()!;
            if (!range.Contains('/', StringComparison.Ordinal)) range += "/32";
            routes[range] = route.TryGetProperty("gateway", out var gateway) ? gateway.GetString()! : "";
        }

        return routes;
    }

    /// <summary>Makes the routes of a namespace as wanted, in one batch.</summary>
    public static async Task ApplyAsync(NetworkNamespace place, IReadOnlyDictionary<string, string> wanted, CancellationToken cancel)
    {
        var current = Parse(await NetworkTool.AskIpAsync(place, ["-4", "route", "show", "proto", $"{Protocol}"], cancel).ConfigureAwait(false));
        var plan = Plan(wanted, current);
        // One route that the kernel refuses must not keep the others away.
        if (plan.Count > 0) await NetworkTool.IpAsync(place, plan, cancel, goOn: true).ConfigureAwait(false);
    }

    private static IPAddress? AddressOf(ApiNode node)
    {
        foreach (var entry in node.Status.Addresses)
        {
            if (entry.Type == NodeAddressType.InternalIP && IPAddress.TryParse(entry.Address, out var address) && address.AddressFamily == AddressFamily.InterNetwork) return address;
        }

        return null;
    }
}
