using System.Globalization;
using Keelson.Api;

namespace Keelson.Server.Tables;

/// <summary>Spans of time as kubectl shows them: "45s", "3m12s", "5h", "12d", "2y31d".</summary>
internal static class Age
{
    public const string Unknown = "<unknown>";

    /// <summary>How long ago something was.</summary>
    public static string Of(Time since, DateTimeOffset now) => since.IsZero ? Unknown : Of(now - since.ToDateTimeOffset());

    public static string Of(TimeSpan span)
    {
        var seconds = (long)span.TotalSeconds;
        if (seconds < -1) return "<invalid>";
        if (seconds < 0) return "0s";
        if (seconds < 120) return Text($"{seconds}s");
        var minutes = seconds / 60;
        if (minutes < 10) return seconds % 60 == 0 ? Text($"{minutes}m") : Text($"{minutes}m{seconds % 60}s");
        if (minutes < 180) return Text($"{minutes}m");
        var hours = minutes / 60;
        if (hours < 8) return minutes % 60 == 0 ? Text($"{hours}h") : Text($"{hours}h{minutes % 60}m");
        if (hours < 48) return Text($"{hours}h");
        if (hours < 24 * 8) return hours % 24 == 0 ? Text($"{hours / 24}d") : Text($"{hours / 24}d{hours % 24}h");
        var days = hours / 24;
        if (days < 365 * 2) return Text($"{days}d");
        if (days < 365 * 8) return days % 365 == 0 ? Text($"{days / 365}y") : Text($"{days / 365}y{days % 365}d");
        return Text($"{days / 365}y");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
