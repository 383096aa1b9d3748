using System.Globalization;
using System.Text;

namespace Keelson.Node.Kubelet;

/// <summary>Durations as other tools write and compare them in messages: 10s, 1m20s, 5m0s, 1.234s.</summary>
internal static class GoDuration
{
    public static string Format(TimeSpan span)
    {
        if (span == TimeSpan.Zero) return "0s";
        if (span < TimeSpan.FromSeconds(1)) return string.Create(CultureInfo.InvariantCulture, $"{span.TotalMilliseconds:0.###}ms");
        var text = new StringBuilder();
        if (span.TotalHours >= 1) text.Append(CultureInfo.InvariantCulture, $"{(long)span.TotalHours}h");
        if (span.TotalMinutes >= 1) text.Append(CultureInfo.InvariantCulture, $"{span.Minutes}m");
        return text.Append(CultureInfo.InvariantCulture, $"{span.Seconds + (span.Milliseconds / 1000.0):0.###}s").ToString();
    }
}
