using System.Collections.Frozen;
using Keelson.Api.Names;

namespace Keelson.Api.Structural.Formats;

/// <summary>The formats that text may be asked to have; a format of any other name is not checked.</summary>
public static class TextFormats
{
    private static readonly FrozenDictionary<string, Func<string, bool>> Checks = new Dictionary<string, Func<string, bool>>
    {
        ["bsonobjectid"] = text => text.Length == 24 && IsHexadecimal(text),
        ["uri"] = RequestUri.IsValid,
        ["email"] = MailAddress.IsValid,
        ["hostname"] = HostName.IsValid,
        ["ipv4"] = text => text.Contains('.', StringComparison.Ordinal) && IpText.TryParse(text, out _),
        ["ipv6"] = text => text.Contains(':', StringComparison.Ordinal) && IpText.TryParse(text, out _),
        ["cidr"] = text => IpText.TryParsePrefix(text, out _, out _, out _),
        ["mac"] = NumberFormats.IsMac,
        ["uuid"] = text => NumberFormats.IsUuid(text, '\0', anyVariant: true),
        ["uuid3"] = text => NumberFormats.IsUuid(text, '3', anyVariant: true),
        ["uuid4"] = text => NumberFormats.IsUuid(text, '4', anyVariant: false),
        ["uuid5"] = text => NumberFormats.IsUuid(text, '5', anyVariant: false),
        ["isbn"] = text => NumberFormats.IsIsbn10(text) || NumberFormats.IsIsbn13(text),
        ["isbn10"] = NumberFormats.IsIsbn10,
        ["isbn13"] = NumberFormats.IsIsbn13,
        ["creditcard"] = NumberFormats.IsCreditCard,
        ["ssn"] = NumberFormats.IsSocialSecurityNumber,
        ["hexcolor"] = text => NumberFormats.IsHexColor(text),
        ["rgbcolor"] = NumberFormats.IsRgbColor,
        ["byte"] = IsBase64,
        ["password"] = static _ => true,
        ["date"] = TimeFormats.IsDate,
        ["duration"] = TimeFormats.IsDuration,
        ["datetime"] = TimeFormats.IsDateTime,
        ["quantity"] = static text => Quantity.TryParse(text, out _, out _),
        ["k8sshortname"] = static text => text.Length <= DnsName.MaximumLabelLength && NameScanner.IsDnsLabel(text),
        ["k8slongname"] = static text => text.Length <= DnsName.MaximumSubdomainLength && NameScanner.IsDnsSubdomain(text),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Whether text is checked against a format of that name; hyphens in names do not count.</summary>
    public static bool IsKnown(string format) => Find(format) is not null;

    /// <summary>Whether a text has a format; an unknown format is had by every text.</summary>
    public static bool IsValid(string format, string text) => Find(format) is not { } check || check(text);

    internal static bool IsHexadecimal(ReadOnlySpan<char> text)
    {
        foreach (var unit in text)
        {
            if (!char.IsAsciiHexDigit(unit)) return false;
        }

        return true;
    }

    private static Func<string, bool>? Find(string format)
    {
        if (Checks.TryGetValue(format, out var check)) return check;
        return format.Contains('-', StringComparison.Ordinal)
            ? Checks.GetValueOrDefault(format.Replace("-", "", StringComparison.Ordinal))
            : null;
    }

    /// <summary>Base64 in whole groups with padding; nothing at all is none.</summary>
    private static bool IsBase64(string text)
    {
        if (text.Length == 0 || text.Length % 4 != 0) return false;
        var digits = text.AsSpan().TrimEnd('=');
        if (text.Length - digits.Length > 2) return false;
        foreach (var unit in digits)
        {
            if (!char.IsAsciiLetterOrDigit(unit) && unit is not ('+' or '/')) return false;
        }

        return true;
    }
}
