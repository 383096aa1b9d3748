using System.Net;
using System.Net.Sockets;

namespace Keelson.Node.Proxy.Nftables;

/// <summary>How rules of an address family are written.</summary>
/// <param name="Word">In rules and in the name of the table's family: ip or ip6.</param>
/// <param name="AddressType">The type of an address in a set.</param>
/// <param name="Loopback">Addresses of the node that no other can reach.</param>
internal sealed record RuleFamily(AddressFamily Family, string Word, string AddressType, string Loopback)
{
    /// <summary>The table's name in either family. Upstream's is kube-proxy: both may be there at once.</summary>
    public const string TableName = "keelson-proxy";

    public static readonly RuleFamily IPv4 = new(AddressFamily.InterNetwork, "ip", "ipv4_addr", "127.0.0.0/8");

    public static readonly RuleFamily IPv6 = new(AddressFamily.InterNetworkV6, "ip6", "ipv6_addr", "::1");

    /// <summary>The table as commands name it.</summary>
    public string Table => $"{Word} {TableName}";

    /// <summary>The networks of this family, as a set without a name; null for none.</summary>
    public string? SetOf(IEnumerable<IPNetwork> networks)
    {
        var own = networks.Where(network => network.BaseAddress.AddressFamily == Family).ToList();
        // A network within another one would be refused as an overlap.
        var outermost = own.Distinct().Where(network => !own.Exists(other => other != network && other.PrefixLength < network.PrefixLength && other.Contains(network.BaseAddress))).ToList();
        if (outermost.Exists(static network => network.PrefixLength == 0)) return outermost.Count == 0 ? null : $"{{ {Everything} }}";
        return outermost.Count == 0 ? null : $"{{ {string.Join(", ", outermost)} }}";
    }

    // A prefix of no bits is no interval for nft; its two halves are.
    private string Everything => Family == AddressFamily.InterNetwork ? "0.0.0.0/1, 128.0.0.0/1" : "::/1, 8000::/1";
}
