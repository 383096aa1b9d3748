using System.Diagnostics.CodeAnalysis;

namespace Keelson.Api;

/// <summary>Reads decimal integers exactly as Go's strconv does: a sign and digits, nothing around them.</summary>
internal static class GoInteger
{
    /// <summary>Reads 64 bits; the cause of a failure is Go's word for it.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out long value, [NotNullWhen(false)] out string? cause)
    {
        value = 0;
        var negative = text.Length > 0 && text[0] == '-';
        var digits = text.Length > 0 && text[0] is '-' or '+' ? text[1..] : text;
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange('0', '9'))
        {
            cause = "invalid syntax";
            return false;
        }
        cause = "value out of range";
        // Collected as a negative number, whose range has one more value.
        foreach (var digit in digits)
        {
            if (value < long.MinValue / 10) return Fail(out value);
            value = (value * 10) - (digit - '0');
            if (value > 0) return Fail(out value);
        }
        if (!negative && value == long.MinValue) return Fail(out value);
        if (!negative) value = -value;
        cause = null;
        return true;
    }

    public static bool TryParse(ReadOnlySpan<char> text, out long value) => TryParse(text, out value, out _);

    private static bool Fail(out long value)
    {
        value = 0;
        return false;
    }
}
