using System.Globalization;

namespace Keelson.Api.Names;

/// <summary>Checks addresses and ranges of addresses as they are written in fields.</summary>
public static class NetworkName
{
    private const string AddressMessage = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
    private const string RangeMessage = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";
    private const string InterfaceMessage = "must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)";

    /// <summary>An address in canonical form, the rule for new fields.</summary>
    public static ApiList<string> CheckAddress(string value)
    {
        var errors = CheckLegacyAddress(value, strict: true);
        return errors.IsEmpty && IpText.TryParse(value, out var address) ? Canonical(value, address.ToString()) : errors;
    }

    /// <summary>An address in any form; strictly, without leading zeros and not an IPv4 address written as IPv6.</summary>
    public static ApiList<string> CheckLegacyAddress(string value, bool strict)
    {
        if (!IpText.TryParse(value, out var address)) return [AddressMessage];
        if (!strict) return default;
        if (address.HasLeadingZeros) return ["must not have leading 0s"];
        return address.IsMapped ? ["must not be an IPv4-mapped IPv6 address"] : default;
    }

    /// <summary>An IPv4 address, also one written as IPv6.</summary>
    public static ApiList<string> CheckIPv4(string value) => NameMessage.Collect(
        IpText.TryParse(value, out var address) && (address.IsIPv4 || address.IsMapped) ? null : "must be a valid IPv4 address");

    public static ApiList<string> CheckIPv6(string value) => NameMessage.Collect(
        IpText.TryParse(value, out var address) && !address.IsIPv4 && !address.IsMapped ? null : "must be a valid IPv6 address");

    /// <summary>A range of addresses in canonical form, the rule for new fields.</summary>
    public static ApiList<string> CheckRange(string value)
    {
        var errors = CheckLegacyRange(value, strict: true);
        return errors.IsEmpty && IpText.TryParsePrefix(value, out var address, out var length, out _)
            ? Canonical(value, string.Create(CultureInfo.InvariantCulture, $"{address}/{length}"))
            : errors;
    }

    /// <summary>A range of addresses in any form; strictly, without leading zeros, IPv4 written as IPv6, or bits beyond the prefix.</summary>
    public static ApiList<string> CheckLegacyRange(string value, bool strict)
    {
        if (!IpText.TryParsePrefix(value, out var address, out var length, out var zeros)) return [RangeMessage];
        if (!strict) return default;
        if (address.HasLeadingZeros || zeros) return ["must not have leading 0s in IP or prefix length"];
        if (address.IsMapped) return ["must not have an IPv4-mapped IPv6 address"];
        return address.FitsPrefix(length) ? default : ["must not have bits set beyond the prefix length"];
    }

    /// <summary>An address with the length of its network's prefix, in canonical form.</summary>
    public static ApiList<string> CheckInterface(string value)
    {
        if (!IpText.TryParsePrefix(value, out var address, out var length, out _)) return [InterfaceMessage];
        if (address.IsMapped && length > 32) length -= 96;
        return Canonical(value, string.Create(CultureInfo.InvariantCulture, $"{address}/{length}"));
    }

    private static ApiList<string> Canonical(string value, string canonical) =>
        value == canonical ? default : [$"must be in canonical form ({GoQuote.Quote(canonical)})"];
}
