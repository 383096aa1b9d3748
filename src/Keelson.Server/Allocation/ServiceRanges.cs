using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Keelson.Server.Allocation;

/// <summary>What services get their addresses and ports on nodes from.</summary>
/// <param name="Addresses">An IPv4 range; its first and last address are given to nobody. Default 10.96.0.0/12, as kubeadm.</param>
/// <param name="FirstPort">The first port; default 30000, as upstream.</param>
/// <param name="LastPort">The last port, which belongs to the range; default 32767, as upstream.</param>
public sealed record ServiceRanges(IPNetwork Addresses, int FirstPort, int LastPort)
{
    public static ServiceRanges Default { get; } = new(IPNetwork.Parse("10.96.0.0/12"), 30000, 32767);

    /// <summary>The address of the API server's own service.</summary>
    public IPAddress First => At(1);

    /// <summary>How many addresses there are to give.</summary>
    internal int Count => (1 << (32 - Addresses.PrefixLength)) - 2;

    internal int PortCount => LastPort - FirstPort + 1;

    /// <summary>Refuses ranges that nothing could be given from.</summary>
    internal void Check()
    {
        if (Addresses.BaseAddress.AddressFamily != AddressFamily.InterNetwork || Addresses.PrefixLength is < 8 or > 29)
        {
            throw new ArgumentException($"{Addresses} is no range for services: it has to be IPv4 with 8 to 29 bits of prefix");
        }

        if (FirstPort < 1 || LastPort > ushort.MaxValue || FirstPort > LastPort) throw new ArgumentException($"{FirstPort}-{LastPort} is no range of ports");
    }

    internal IPAddress At(int offset)
    {
        Span<byte> bytes = stackalloc byte[4];
        Addresses.BaseAddress.TryWriteBytes(bytes, out _);
        BinaryPrimitives.WriteUInt32BigEndian(bytes, BinaryPrimitives.ReadUInt32BigEndian(bytes) + (uint)offset);
        return new IPAddress(bytes);
    }

    /// <summary>Whether an address is one of those to give.</summary>
    internal bool Has(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork && Addresses.Contains(address) && !address.Equals(At(0)) && !address.Equals(At(Count + 1));
}
