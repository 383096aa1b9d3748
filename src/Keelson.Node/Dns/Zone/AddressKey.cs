using System.Buffers.Binary;
using System.Net;

namespace Keelson.Node.Dns.Zone;

/// <summary>Addresses of both families as one number, for looking up.</summary>
internal static class AddressKey
{
    public static UInt128 Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.MapToIPv6().TryWriteBytes(bytes, out _);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    public static UInt128 OfV4(uint address) => new UInt128(0, 0xffff_0000_0000UL | address);
}
