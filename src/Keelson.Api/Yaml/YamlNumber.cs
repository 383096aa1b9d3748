using System.Globalization;
using Keelson.Api.Values;

namespace Keelson.Api.Yaml;

/// <summary>Numbers on their way between YAML and JSON.</summary>
internal static class YamlNumber
{
    /// <summary>Numbers with a fraction get an exponent from a million on.</summary>
    private const int ExponentFrom = 6;

    /// <summary>A number as a value: JSON writes 1.0 as 1, and reads that as an integer.</summary>
    internal static Value ToValue(double number)
    {
        if (double.IsNaN(number)) throw new YamlFormatException("json: unsupported value: NaN");
        if (double.IsInfinity(number)) throw new YamlFormatException($"json: unsupported value: {(number > 0 ? "+Inf" : "-Inf")}");
        return long.TryParse(GoNumber.FormatJson(number), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer)
            ? integer
            : number;
    }

    /// <summary>A number as YAML: what JSON writes as an integer is one.</summary>
    internal static string Format(double number)
    {
        var json = GoNumber.FormatJson(number);
        if (json == "-0") return "0";
        var isInteger = long.TryParse(json, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
            || ulong.TryParse(json, NumberStyles.None, CultureInfo.InvariantCulture, out _);
        return isInteger ? json : GoNumber.FormatGeneral(number, ExponentFrom);
    }

    /// <summary>A number as the key of a map: with the precision of a float of 32 bits.</summary>
    internal static string FormatKey(double number)
    {
        if (double.IsNaN(number)) return ".nan";
        if (double.IsInfinity(number) || float.IsInfinity((float)number)) return number > 0 ? ".inf" : "-.inf";
        return GoNumber.FormatGeneral(double.Parse(((float)number).ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture), ExponentFrom);
    }
}
