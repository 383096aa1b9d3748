using System.Globalization;
using Keelson.Api.Values;

namespace Keelson.Api.Yaml;

/// <summary>Numbers on their way between YAML and JSON.</summary>
internal static class YamlNumber
{
    /// <summary>Upstream's YAML library writes an exponent from 1e6 on... unless the number is an integer there too.</summary>
    private const int ExponentFrom = 21;

    /// <summary>A number as a value: JSON writes 1.0 as 1, and reads that as an integer.</summary>
    internal static Value ToValue(double number)
    {
        if (double.IsNaN(number)) throw new YamlFormatException("json: unsupported value: NaN");
        if (double.IsInfinity(number)) throw new YamlFormatException($"json: unsupported value: {(number > 0 ? "+Inf" : "-Inf")}");
        return long.TryParse(GoNumber.FormatJson(number), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer)
            ? integer
            : number;
    }

    /// <summary>A number as the key of a map: with the precision of a float of 32 bits.</summary>
    internal static string FormatKey(double number)
    {
        if (double.IsNaN(number)) return ".nan";
        if (double.IsInfinity(number) || float.IsInfinity((float)number)) return number > 0 ? ".inf" : "-.inf";
        return GoNumber.FormatGeneral(double.Parse(((float)number).ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture), ExponentFrom);
    }
}
