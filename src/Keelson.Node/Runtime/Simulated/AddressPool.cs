using System.Net;

namespace Keelson.Node.Runtime.Simulated;

/// <summary>Addresses for simulated pods, from the node's pod subnet, the lowest that is free first.</summary>
internal sealed class AddressPool
{
    private readonly SortedSet<uint> _free = [];
    private uint _first = Number(IPAddress.Parse("10.88.0.0"));
    private uint _size = 1 << 16;
    private uint _next = 2;

    /// <summary>From now on; the first IPv4 subnet of those given. What was taken before stays as it is.</summary>
    public void SetSubnet(string subnets)
    {
        foreach (var text in subnets.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!IPNetwork.TryParse(text, out var network)) throw new RuntimeException(RuntimeError.InvalidRequest, $"\"{text}\" is not a subnet such as 10.1.0.0/24.");
            if (network.BaseAddress.AddressFamily != System.Net.Sockets.AddressFamily.InterNetwork) continue;
            if (network.PrefixLength is < 8 or > 30) throw new RuntimeException(RuntimeError.InvalidRequest, $"The pod subnet {text} must have a prefix from 8 to 30.");
            var first = Number(network.BaseAddress);
            var size = 1u << (32 - network.PrefixLength);
            if (first == _first && size == _size) return;
            (_first, _size, _next) = (first, size, 2);
            _free.Clear();
            return;
        }
    }

    public string Take()
    {
        uint offset;
        if (_free.Count > 0)
        {
            offset = _free.Min;
            _free.Remove(offset);
        }
        else
        {
            // The first is the network's, the second its gateway's, the last the broadcast's.
            if (_next >= _size - 1) throw new RuntimeException(RuntimeError.OutOfResources, "The pod subnet has no address left.");
            offset = _next++;
        }

        Span<byte> bytes = stackalloc byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes, _first + offset);
        return new IPAddress(bytes).ToString();
    }

    public void GiveBack(string address)
    {
        var offset = Number(IPAddress.Parse(address)) - _first;
        if (offset > 0 && offset < _next) _free.Add(offset);
    }

    private static uint Number(IPAddress address) => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());
}
