using System.Net;
using Keelson.Api.Core.V1;
using Keelson.Api.Names;

namespace Keelson.Server.Allocation;

/// <summary>What services get their addresses and ports on nodes from when the cluster is new.</summary>
/// <param name="Addresses">The range of the cluster's own family, IPv4 or IPv6. Default 10.96.0.0/12, as kubeadm.</param>
/// <param name="FirstPort">The first port; default 30000, as upstream.</param>
/// <param name="LastPort">The last port, which belongs to the range; default 32767, as upstream.</param>
public sealed record ServiceRanges(IPNetwork Addresses, int FirstPort, int LastPort)
{
    public static ServiceRanges Default { get; } = new(IPNetwork.Parse("10.96.0.0/12"), 30000, 32767);

    /// <summary>The range of the other family, in a cluster that has both.</summary>
    public IPNetwork? Second { get; init; }

    /// <summary>The address of the API server's own service.</summary>
    public IPAddress First => IPAddress.Parse(All[0].At(0).ToString());

    /// <summary>Both ranges, the first that of services that ask for no family.</summary>
    internal IReadOnlyList<NetworkRange> All => Second is { } second ? [Read(Addresses), Read(second)] : [Read(Addresses)];

    /// <summary>The families that services can have addresses of, the first one that of services that ask for none.</summary>
    internal IReadOnlyList<string> Families => [.. All.Select(range => FamilyOf(range.IsIPv6))];

    internal int PortCount => LastPort - FirstPort + 1;

    /// <summary>The default with other ranges: one, or one of each family with a comma between them, as --service-cluster-ip-range has them.</summary>
    public static ServiceRanges Parse(string ranges)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        var parts = ranges.Split(',', StringSplitOptions.TrimEntries);
        if (parts.Length > 2) throw new ArgumentException("there can be one range for services, or one of each family");
        var read = parts.Select(part => IPNetwork.TryParse(part, out var range) ? range : throw new ArgumentException($"'{part}' is no range of addresses, such as 10.96.0.0/12")).ToList();
        var parsed = Default with { Addresses = read[0], Second = read.Count > 1 ? read[1] : null };
        parsed.Check();
        return parsed;
    }

    /// <summary>Refuses ranges that nothing could be given from.</summary>
    internal void Check()
    {
        foreach (var range in All)
        {
            var (fewest, most) = range.IsIPv6 ? (64, 125) : (8, 29);
            if (range.PrefixLength < fewest || range.PrefixLength > most) throw new ArgumentException($"{range} is no range for services: its prefix has to have {fewest} to {most} bits");
        }

        if (Second is { } second && second.BaseAddress.AddressFamily == Addresses.BaseAddress.AddressFamily) throw new ArgumentException($"{Addresses} and {second} are of one family: two ranges for services have to be of different ones");
        if (FirstPort < 1 || LastPort > ushort.MaxValue || FirstPort > LastPort) throw new ArgumentException($"{FirstPort}-{LastPort} is no range of ports");
    }

    internal static string FamilyOf(bool isIPv6) => isIPv6 ? IPFamily.IPv6 : IPFamily.IPv4;

    private static NetworkRange Read(IPNetwork network) => NetworkRange.TryParse(network.ToString(), out var range)
        ? range
        : throw new ArgumentException($"{network} is no range for services");
}
