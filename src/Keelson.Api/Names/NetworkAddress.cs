namespace Keelson.Api.Names;

/// <summary>An IP address of either family as a number, so that one can be counted from another.</summary>
public readonly record struct NetworkAddress(UInt128 Bits, bool IsIPv6)
{
    /// <summary>Reads an address in any form; one of IPv4 that is written as IPv6 is an IPv4 address.</summary>
    public static bool TryParse(string text, out NetworkAddress address)
    {
        ArgumentNullException.ThrowIfNull(text);
        var isAddress = IpText.TryParse(text, out var read);
        var isIPv4 = read.IsIPv4 || read.IsMapped;
        address = isAddress ? new(isIPv4 ? (uint)read.Bits : read.Bits, !isIPv4) : default;
        return isAddress;
    }

    /// <summary>The canonical form, as names of IPAddress objects have it.</summary>
    public override string ToString() => new IpText(Bits, !IsIPv6, false).ToString();
}
