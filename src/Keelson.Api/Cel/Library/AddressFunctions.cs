using Keelson.Api.Cel.Checking;
using Keelson.Api.Cel.Objects;
using Keelson.Api.Names;

namespace Keelson.Api.Cel.Library;

/// <summary>Network addresses and ranges of them.</summary>
internal static class AddressFunctions
{
    private const string Mapped = "IPv4-mapped IPv6 address is not allowed";

    public static void Register(CelLibraryBuilder library) => library
        .Add("ip", call => call[0] switch { string text => Parse(text), CelAddressRange range => new CelAddress(range.Address), _ => CelError.NoOverload }, "(string) -> net.IP", "net.CIDR.() -> net.IP")
        .Add("isIP", call => call[0] switch { string text => Parse(text) is CelAddress, CelAddress => true, _ => CelError.NoOverload }, "(string) -> bool")
        .Add("ip.isCanonical", call => call[0] is not string text ? CelError.NoOverload : Parse(text) is CelAddress address ? address.Address.ToString() == text : Parse(text), "(string) -> bool")
        .Add("family", call => On(call, address => address.IsIPv4 ? 4L : 6L), "net.IP.() -> int")
        .Add("isUnspecified", call => On(call, address => address.Bits == 0), "net.IP.() -> bool")
        .Add("isLoopback", call => On(call, IsLoopback), "net.IP.() -> bool")
        .Add("isLinkLocalMulticast", call => On(call, IsLinkMulticast), "net.IP.() -> bool")
        .Add("isLinkLocalUnicast", call => On(call, IsLinkUnicast), "net.IP.() -> bool")
        .Add("isGlobalUnicast", call => On(call, IsGlobal), "net.IP.() -> bool")
        .Add("string", call => call[0] is CelAddress or CelAddressRange ? call[0].ToString()! : CelError.NoOverload, "(net.IP) -> string", "(net.CIDR) -> string")
        .Add("cidr", call => call[0] is string text ? ParseRange(text) : CelError.NoOverload, "(string) -> net.CIDR")
        .Add("isCIDR", call => call[0] is string text ? ParseRange(text) is CelAddressRange : CelError.NoOverload, "(string) -> bool")
        .Add("containsIP", ContainsAddress, "net.CIDR.(net.IP) -> bool", "net.CIDR.(string) -> bool")
        .Add("containsCIDR", ContainsRange, "net.CIDR.(net.CIDR) -> bool", "net.CIDR.(string) -> bool")
        .Add("masked", call => call[0] is CelAddressRange range ? range.Masked() : CelError.NoOverload, "net.CIDR.() -> net.CIDR")
        .Add("prefixLength", call => call[0] is CelAddressRange range ? (long)range.Length : CelError.NoOverload, "net.CIDR.() -> int");

    private static object On(CelCall call, Func<IpText, object> read) => call[0] is CelAddress address ? read(address.Address) : CelError.NoOverload;

    private static object Parse(string text)
    {
        if (!IpText.TryParse(text, out var address) || address.HasLeadingZeros) return new CelError($"IP Address {Values.GoQuote.Quote(text)} parse error during conversion from string");
        return address.IsMapped ? new CelError(Mapped) : new CelAddress(address);
    }

    private static object ParseRange(string text)
    {
        if (!IpText.TryParsePrefix(text, out var address, out var length, out var zeros) || zeros || address.HasLeadingZeros)
        {
            return new CelError($"network address parse error during conversion from string: netip.ParsePrefix({Values.GoQuote.Quote(text)}): bad prefix");
        }

        return address.IsMapped ? new CelError(Mapped) : new CelAddressRange(address, length);
    }

    private static object ContainsAddress(CelCall call)
    {
        var other = call[1] is string text ? Parse(text) : call[1];
        if (other is CelError) return other;
        return call[0] is CelAddressRange range && other is CelAddress address ? range.Contains(address.Address) : CelError.NoOverload;
    }

    private static object ContainsRange(CelCall call)
    {
        var other = call[1] is string text ? ParseRange(text) : call[1];
        if (other is CelError) return other;
        return call[0] is CelAddressRange range && other is CelAddressRange inner ? inner.Length >= range.Length && range.Contains(inner.Address) : CelError.NoOverload;
    }

    private static object IsLoopback(IpText address) => address.IsIPv4 ? (uint)address.Bits >> 24 == 127 : address.Bits == 1;

    private static object IsLinkMulticast(IpText address) => address.IsIPv4 ? (uint)address.Bits >> 8 == 0xE00000 : (address.Bits >> 112 & 0xFF0F) == 0xFF02;

    private static object IsLinkUnicast(IpText address) => address.IsIPv4 ? (uint)address.Bits >> 16 == 0xA9FE : (uint)(address.Bits >> 118) == 0x3FA;

    private static object IsGlobal(IpText address)
    {
        if (address.Bits == 0 || (bool)IsLoopback(address) || (bool)IsLinkUnicast(address)) return false;
        return address.IsIPv4 ? (uint)address.Bits >> 28 != 0xE && (uint)address.Bits != uint.MaxValue : (uint)(address.Bits >> 120) != 0xFF;
    }
}

/// <summary>A network address.</summary>
internal sealed class CelAddress(IpText address) : CelOpaque
{
    public IpText Address { get; } = address;

    internal override CelType Type => CelType.Opaque("net.IP");

    internal override bool IsEqual(CelOpaque other) => other is CelAddress same && same.Address.Bits == Address.Bits && same.Address.IsIPv4 == Address.IsIPv4;

    public override string ToString() => Address.ToString();
}

/// <summary>A range of network addresses.</summary>
internal sealed class CelAddressRange(IpText address, int length) : CelOpaque
{
    public IpText Address { get; } = address;

    public int Length { get; } = length;

    internal override CelType Type => CelType.Opaque("net.CIDR");

    public bool Contains(IpText other) => other.IsIPv4 == Address.IsIPv4 && (Length == 0 || other.Bits >> (Address.Length - Length) == Address.Bits >> (Address.Length - Length));

    public CelAddressRange Masked()
    {
        var host = Address.Length - Length;
        return new CelAddressRange(Address with { Bits = host >= 128 ? 0 : Address.Bits >> host << host }, Length);
    }

    internal override bool IsEqual(CelOpaque other) => other is CelAddressRange same && same.Length == Length && same.Address.Bits == Address.Bits && same.Address.IsIPv4 == Address.IsIPv4;

    public override string ToString() => $"{Address}/{Length}";
}
