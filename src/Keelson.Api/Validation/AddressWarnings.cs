using System.Globalization;
using Keelson.Api.Names;

namespace Keelson.Api.Validation;

/// <summary>Addresses and ranges that are taken, and yet not written as they should be.</summary>
internal static class AddressWarnings
{
    public static void ExpectCanonicalAddress(this FieldWarnings warnings, string? field, string value)
    {
        if (!IpText.TryParse(value, out var address)) return;
        var canonical = address.ToString();
        if (address.HasLeadingZeros || address.IsMapped)
        {
            warnings.Add(field, $"non-standard IP address {GoQuote.Quote(value)} will be considered invalid in a future Kubernetes release: use {GoQuote.Quote(canonical)}");
        }
        else if (!address.IsIPv4 && canonical != value)
        {
            warnings.Add(field, $"IPv6 address {GoQuote.Quote(value)} should be in RFC 5952 canonical format ({GoQuote.Quote(canonical)})");
        }
    }

    public static void ExpectCanonicalRange(this FieldWarnings warnings, string? field, string value)
    {
        if (!IpText.TryParsePrefix(value, out var address, out var length, out var zeros)) return;
        var fits = address.FitsPrefix(length);
        var network = Written(address.Network(length), length);
        if (!fits)
        {
            warnings.Add(field, $"CIDR value {GoQuote.Quote(value)} is ambiguous in this context (should be {GoQuote.Quote(network)} or {GoQuote.Quote(Written(address, address.Length))}?)");
        }

        if (address.HasLeadingZeros || zeros || address.IsMapped)
        {
            warnings.Add(field, $"non-standard CIDR value {GoQuote.Quote(value)} will be considered invalid in a future Kubernetes release: use {GoQuote.Quote(network)}");
        }
        else if (fits && !address.IsIPv4 && Written(address, length) is var canonical && canonical != value)
        {
            warnings.Add(field, $"IPv6 CIDR value {GoQuote.Quote(value)} should be in RFC 5952 canonical format ({GoQuote.Quote(canonical)})");
        }
    }

    private static string Written(IpText address, int length) => string.Create(CultureInfo.InvariantCulture, $"{address}/{length}");
}
