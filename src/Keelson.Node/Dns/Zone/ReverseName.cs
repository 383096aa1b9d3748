using System.Globalization;
using Keelson.Node.Dns.Wire;

namespace Keelson.Node.Dns.Zone;

/// <summary>Reads the address out of a name below in-addr.arpa or ip6.arpa.</summary>
internal static class ReverseName
{
    private const int Nibbles = 32;

    private static readonly string[] V4 = ["in-addr", "arpa"];
    private static readonly string[] V6 = ["ip6", "arpa"];

    public static bool TryRead(in QueryName name, out UInt128 address)
    {
        address = default;
        if (name.Count == 4 + V4.Length && name.EndsWith(V4)) return TryReadV4(name, out address);
        return name.Count == Nibbles + V6.Length && name.EndsWith(V6) && TryReadV6(name, out address);
    }

    private static bool TryReadV4(in QueryName name, out UInt128 address)
    {
        address = default;
        uint value = 0;
        for (var i = 3; i >= 0; i--)
        {
            if (!byte.TryParse(name[i], NumberStyles.None, CultureInfo.InvariantCulture, out var part) || (name[i].Length > 1 && name[i][0] == '0')) return false;
            value = value << 8 | part;
        }

        address = AddressKey.OfV4(value);
        return true;
    }

    private static bool TryReadV6(in QueryName name, out UInt128 address)
    {
        address = default;
        for (var i = Nibbles - 1; i >= 0; i--)
        {
            if (name[i].Length != 1 || !char.IsAsciiHexDigit(name[i][0])) return false;
            address = address << 4 | (uint)Convert.ToInt32(name[i].ToString(), 16);
        }

        return true;
    }
}
