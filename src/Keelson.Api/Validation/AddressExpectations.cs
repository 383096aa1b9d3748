using Keelson.Api.Names;

namespace Keelson.Api.Validation;

/// <summary>Checks of fields that hold addresses and ranges of addresses.</summary>
internal static class AddressExpectations
{
    private const string Legacy = "format=ip-sloppy";
    private const string LegacyRange = "format=cidr-sloppy";
    private const string Special = "format=non-special-ip";

    /// <summary>An address in a field older than the strict rules: what was there before may stay as it is.</summary>
    public static void ExpectLegacyAddress(this FieldErrors errors, string? field, string value, ApiList<string> old = default)
    {
        if (!old.Contains(value)) errors.Invalid(field, value, NetworkName.CheckLegacyAddress(value, strict: true), Legacy);
    }

    /// <inheritdoc cref="ExpectLegacyAddress"/>
    public static void ExpectLegacyRange(this FieldErrors errors, string? field, string value, ApiList<string> old = default)
    {
        if (!old.Contains(value)) errors.Invalid(field, value, NetworkName.CheckLegacyRange(value, strict: true), LegacyRange);
    }

    /// <summary>An address that others can reach: not the unspecified one, not the host itself, not one of the link only.</summary>
    public static void ExpectOrdinaryAddress(this FieldErrors errors, string? field, string value)
    {
        if (!IpText.TryParse(value, out var address))
        {
            errors.Invalid(field, value, "must be a valid IP address", Legacy);
            return;
        }

        if (IsUnspecified(address)) errors.Invalid(field, value, $"may not be unspecified ({value})", Special);
        if (IsLoopback(address)) errors.Invalid(field, value, "may not be in the loopback range (127.0.0.0/8, ::1/128)", Special);
        if (Starts(address, 0xA9FE, 16, 0xFE80, 10)) errors.Invalid(field, value, "may not be in the link-local range (169.254.0.0/16, fe80::/10)", Special);
        if (IsLinkMulticast(address))
        {
            errors.Invalid(field, value, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)", Special);
        }
    }

    public static bool IsAddress(string value) => IpText.TryParse(value, out _);

    /// <summary>Whether an address or the address of a range is of IPv6; what is neither counts as IPv4.</summary>
    public static bool IsIPv6(string value)
    {
        var slash = value.IndexOf('/', StringComparison.Ordinal);
        return IpText.TryParse(slash < 0 ? value : value.AsSpan(0, slash), out var address) && !IsFour(address);
    }

    /// <summary>Whether there is one address or range of each family, and all are readable.</summary>
    public static bool IsDualStack(ApiList<string> values)
    {
        var four = false;
        var six = false;
        foreach (var value in values)
        {
            if (IsIPv6(value)) six = true;
            else four = true;
        }

        return four && six;
    }

    /// <summary>Whether a range lies in another and is smaller.</summary>
    public static bool IsStrictlyWithin(string inner, string outer)
    {
        if (!IpText.TryParsePrefix(inner, out var address, out var length, out _)) return false;
        if (!IpText.TryParsePrefix(outer, out var network, out var networkLength, out _)) return false;
        if (address.IsIPv4 != network.IsIPv4 || networkLength >= length) return false;
        var host = network.Length - networkLength;
        return host >= 128 || address.Bits >> host == network.Bits >> host;
    }

    public static bool IsRange(string value) => IpText.TryParsePrefix(value, out _, out _, out _);

    private static bool IsFour(IpText address) => address.IsIPv4 || address.IsMapped;

    private static bool IsUnspecified(IpText address) => IsFour(address) ? (uint)address.Bits == 0 : address.Bits == 0;

    private static bool IsLoopback(IpText address) => IsFour(address) ? (uint)address.Bits >> 24 == 127 : address.Bits == 1;

    private static bool IsLinkMulticast(IpText address) =>
        IsFour(address) ? (uint)address.Bits >> 8 == 0xE00000 : (address.Bits >> 112 & 0xFF0F) == 0xFF02;

    private static bool Starts(IpText address, uint four, int fourLength, uint six, int sixLength) => IsFour(address)
        ? (uint)address.Bits >> (32 - fourLength) == four
        : (uint)(address.Bits >> (128 - sixLength)) == six >> (16 - sixLength);
}
