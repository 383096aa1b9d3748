using System.Globalization;

namespace Keelson.Api.Structural.Formats;

/// <summary>Checks numbers that are written as text: identifiers, colors, cards.</summary>
internal static class NumberFormats
{
    /// <summary>Hexadecimal digits in groups of 8, 4, 4, 4 and 12, with or without hyphens.</summary>
    /// <param name="version">The first digit of the third group; none to take any.</param>
    public static bool IsUuid(string text, char version, bool anyVariant)
    {
        Span<char> digits = stackalloc char[32];
        var count = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '-')
            {
                if (count is not (8 or 12 or 16 or 20) || text[i - 1] == '-') return false;
                continue;
            }

            if (count == digits.Length || !char.IsAsciiHexDigit(text[i])) return false;
            digits[count++] = text[i];
        }

        if (count != digits.Length || text[^1] == '-') return false;
        return (version == '\0' || digits[12] == version) && (anyVariant || digits[16] is '8' or '9' or 'a' or 'A' or 'b' or 'B');
    }

    /// <summary>A hardware address of 6, 8 or 20 bytes, with colons, hyphens or dots.</summary>
    public static bool IsMac(string text)
    {
        if (text.Length < 14) return false;
        if (text[2] is ':' or '-') return IsGrouped(text, text[2], 2);
        return text[4] == '.' && IsGrouped(text, '.', 4);
    }

    public static bool IsIsbn10(string text)
    {
        var digits = WithoutSpaces(text);
        if (digits.Length != 10) return false;
        var sum = 0;
        for (var i = 0; i < 10; i++)
        {
            var digit = i == 9 && digits[i] == 'X' ? 10 : digits[i] - '0';
            if (digit is < 0 or > 10 || (digit == 10 && digits[i] != 'X')) return false;
            sum += (i + 1) * digit;
        }

        return sum % 11 == 0;
    }

    public static bool IsIsbn13(string text)
    {
        var digits = WithoutSpaces(text);
        if (digits.Length != 13 || !IsDigits(digits)) return false;
        var sum = 0;
        for (var i = 0; i < 13; i++) sum += (digits[i] - '0') * (i % 2 == 0 ? 1 : 3);
        return sum % 10 == 0;
    }

    /// <summary>A number of the known makers, whatever stands between its digits, with the right last digit.</summary>
    public static bool IsCreditCard(string text)
    {
        var digits = string.Concat(text.Where(char.IsAsciiDigit));
        return IsCardRange(digits) && HasCheckDigit(digits);
    }

    /// <summary>Three, two and four digits with a hyphen or a space between.</summary>
    public static bool IsSocialSecurityNumber(string text) =>
        text.Length == 11 && IsDigits(text.AsSpan(0, 3)) && text[3] is '-' or ' ' && IsDigits(text.AsSpan(4, 2)) && text[6] is '-' or ' '
        && IsDigits(text.AsSpan(7));

    public static bool IsHexColor(ReadOnlySpan<char> text)
    {
        var digits = !text.IsEmpty && text[0] == '#' ? text[1..] : text;
        return digits.Length is 3 or 6 && TextFormats.IsHexadecimal(digits);
    }

    public static bool IsRgbColor(string text)
    {
        if (!text.StartsWith("rgb(", StringComparison.Ordinal) || !text.EndsWith(')')) return false;
        var parts = text[4..^1].Split(',');
        return parts.Length == 3 && Array.TrueForAll(parts, part =>
        {
            var number = part.AsSpan().Trim(" \t\n\f\r");
            return IsDigits(number) && number.Length <= 3 && (number.Length == 1 || number[0] != '0')
                && int.Parse(number, NumberStyles.None, CultureInfo.InvariantCulture) <= 255;
        });
    }

    public static bool IsDigits(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExceptInRange('0', '9');

    private static bool IsGrouped(string text, char separator, int size)
    {
        var bytes = 0;
        foreach (var range in text.AsSpan().Split(separator))
        {
            var group = text.AsSpan()[range];
            if (group.Length != size || !TextFormats.IsHexadecimal(group)) return false;
            bytes += size / 2;
        }

        return bytes is 6 or 8 or 20;
    }

    private static string WithoutSpaces(string text) => string.Concat(text.Where(unit => unit is not ('-' or ' ' or '\t' or '\n' or '\f' or '\r')));

    private static bool IsCardRange(string digits)
    {
        var two = digits.Length < 4 ? 0 : int.Parse(digits.AsSpan(0, 2), NumberStyles.None, CultureInfo.InvariantCulture);
        var four = digits.Length < 4 ? 0 : int.Parse(digits.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture);
        return digits.Length switch
        {
            13 => two / 10 == 4,
            14 => two is 36 or 38 || four / 10 is >= 300 and <= 305,
            15 => two is 34 or 37 or 35 || four is 2131 or 1800,
            16 => two / 10 == 4 || two is >= 51 and <= 55 or 65 or 35 || four == 6011,
            _ => false,
        };
    }

    private static bool HasCheckDigit(string digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] - '0';
            if (i % 2 == 1) digit = digit > 4 ? (digit * 2) - 9 : digit * 2;
            sum += digit;
        }

        return sum % 10 == 0;
    }
}
