using System.Globalization;

namespace Keelson.Api.Values;

/// <summary>Formats numbers as Go does: the shortest digits that read back as the same number.</summary>
internal static class GoNumber
{
    /// <summary>As Go's JSON encoder: an exponent below 1e-6 and from 1e21 on, without a padding zero.</summary>
    internal static string FormatJson(double number)
    {
        var (digits, point) = Digits(number);
        var magnitude = Math.Abs(number);
        return number != 0 && magnitude is < 1e-6 or >= 1e21
            ? Scientific(number, digits, point, exponentDigits: magnitude < 1e-6 ? 1 : 2)
            : Fixed(number, digits, point);
    }

    /// <summary>As Go's format 'g' with the shortest precision: an exponent below 1e-4 and from 1e21 on.</summary>
    /// <param name="exponentFrom">The decimal exponent from which on the number is written with one.</param>
    internal static string FormatGeneral(double number, int exponentFrom = 21)
    {
        var (digits, point) = Digits(number);
        var exponent = point - 1;
        return number != 0 && (exponent < -4 || exponent >= exponentFrom)
            ? Scientific(number, digits, point, exponentDigits: 2)
            : Fixed(number, digits, point);
    }

    /// <summary>The significant digits, and where the decimal point stands relative to the first of them.</summary>
    private static (string Digits, int Point) Digits(double number)
    {
        var text = Math.Abs(number).ToString("R", CultureInfo.InvariantCulture);
        var exponent = 0;
        var e = text.IndexOf('E', StringComparison.Ordinal);
        if (e >= 0)
        {
            exponent = int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            text = text[..e];
        }

        var dot = text.IndexOf('.', StringComparison.Ordinal);
        var point = dot >= 0 ? dot : text.Length;
        var digits = dot >= 0 ? text.Remove(dot, 1) : text;
        var significant = digits.TrimStart('0');
        point -= digits.Length - significant.Length;
        significant = significant.TrimEnd('0');
        return significant.Length == 0 ? ("0", 1) : (significant, point + exponent);
    }

    private static string Sign(double number) => double.IsNegative(number) ? "-" : "";

    private static string Scientific(double number, string digits, int point, int exponentDigits)
    {
        var exponent = point - 1;
        var fraction = digits.Length > 1 ? $".{digits[1..]}" : "";
        var padded = Math.Abs(exponent).ToString(CultureInfo.InvariantCulture).PadLeft(exponentDigits, '0');
        return $"{Sign(number)}{digits[0]}{fraction}e{(exponent < 0 ? '-' : '+')}{padded}";
    }

    private static string Fixed(double number, string digits, int point)
    {
        if (point <= 0) return $"{Sign(number)}0.{new string('0', -point)}{digits}";
        if (point >= digits.Length) return $"{Sign(number)}{digits.PadRight(point, '0')}";
        return $"{Sign(number)}{digits[..point]}.{digits[point..]}";
    }
}
