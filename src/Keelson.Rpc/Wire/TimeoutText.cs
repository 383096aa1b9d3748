using System.Globalization;

namespace Keelson.Rpc.Wire;

/// <summary>The text form of a deadline: at most eight digits and a unit.</summary>
internal static class TimeoutText
{
    private const int MaxDigits = 8;
    private const long MaxNumber = 99_999_999;

    public static string Format(TimeSpan timeout)
    {
        // The finest unit that fits in eight digits; a deadline that has passed is still sent as one unit.
        var ticks = Math.Max(timeout.Ticks, 1);
        ReadOnlySpan<(long Ticks, char Unit)> units =
        [
            (TimeSpan.TicksPerMicrosecond, 'u'), (TimeSpan.TicksPerMillisecond, 'm'), (TimeSpan.TicksPerSecond, 'S'), (TimeSpan.TicksPerMinute, 'M'),
        ];
        foreach (var (unitTicks, unit) in units)
        {
            var number = Math.Max(1, (ticks + unitTicks - 1) / unitTicks);
            if (number <= MaxNumber) return string.Create(CultureInfo.InvariantCulture, $"{number}{unit}");
        }

        return string.Create(CultureInfo.InvariantCulture, $"{Math.Min(MaxNumber, ticks / TimeSpan.TicksPerHour)}H");
    }

    public static bool TryParse(string text, out TimeSpan timeout)
    {
        timeout = default;
        if (text.Length is < 2 or > MaxDigits + 1) return false;
        if (!long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
        var ticks = text[^1] switch
        {
            'n' => (number + 99) / 100,
            'u' => number * TimeSpan.TicksPerMicrosecond,
            'm' => number * TimeSpan.TicksPerMillisecond,
            'S' => number * TimeSpan.TicksPerSecond,
            'M' => number * TimeSpan.TicksPerMinute,
            'H' => number * TimeSpan.TicksPerHour,
            _ => -1,
        };
        if (ticks < 0) return false;
        timeout = TimeSpan.FromTicks(ticks);
        return true;
    }
}
