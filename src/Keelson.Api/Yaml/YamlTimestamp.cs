using System.Globalization;
using System.Text.RegularExpressions;

namespace Keelson.Api.Yaml;

/// <summary>Tells timestamps from other text: they stay text, but have to be quoted where text is meant.</summary>
internal static partial class YamlTimestamp
{
    internal static bool IsTimestamp(string text)
    {
        if (text.Length is < 8 or > 64 || text[4] != '-') return false;
        var match = Form().Match(text);
        if (!match.Success) return false;
        var month = Number(match, 2);
        if (month is < 1 or > 12) return false;
        var day = Number(match, 3);
        var year = Number(match, 1);

        // The calendar here has no year 0, which was a leap year.
        if (day < 1 || day > (year == 0 ? DateTime.DaysInMonth(2000, month) : DateTime.DaysInMonth(year, month))) return false;
        if (!match.Groups[4].Success) return true;
        return Number(match, 4) < 24 && Number(match, 5) < 60 && Number(match, 6) < 60
            && (!match.Groups[7].Success || (Number(match, 7) <= 24 && Number(match, 8) < 60));
    }

    private static int Number(Match match, int group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:(?:[Tt]([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,][0-9]+)?(?:Z|[-+]([0-9]{2}):([0-9]{2})))|(?: ([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,][0-9]+)?))?\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
