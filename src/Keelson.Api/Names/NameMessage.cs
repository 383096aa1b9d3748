using System.Globalization;
using System.Text;

namespace Keelson.Api.Names;

/// <summary>The sentences that checks of names answer with; tools match on them, so they are upstream's to the letter.</summary>
public static class NameMessage
{
    public const string Empty = "must be non-empty";

    public static string TooLong(int limit) => string.Create(CultureInfo.InvariantCulture, $"must be no more than {limit} characters");

    /// <summary>The same for labels, which upstream counts in bytes by name.</summary>
    public static string TooManyBytes(int limit) => string.Create(CultureInfo.InvariantCulture, $"must be no more than {limit} bytes");

    public static string OutOfRange(long minimum, long maximum) =>
        string.Create(CultureInfo.InvariantCulture, $"must be between {minimum} and {maximum}, inclusive");

    public static string Pattern(string message, string pattern, params ReadOnlySpan<string> examples)
    {
        var text = new StringBuilder(message).Append(" (");
        for (var i = 0; i < examples.Length; i++)
        {
            text.Append(i == 0 ? "e.g. " : " or ").Append('\'').Append(examples[i]).Append("', ");
        }
        return text.Append("regex used for validation is '").Append(pattern).Append("')").ToString();
    }

    /// <summary>Whether a text is longer than a limit in UTF-8.</summary>
    internal static bool IsLonger(string value, int limit) =>
        value.Length > limit || (value.Length > limit / 3 && Encoding.UTF8.GetByteCount(value) > limit);

    /// <summary>The messages that apply; nil when none does.</summary>
    internal static ApiList<string> Collect(params ReadOnlySpan<string?> messages)
    {
        var count = 0;
        foreach (var message in messages) count += message is null ? 0 : 1;
        if (count == 0) return default;
        var list = new ApiListBuilder<string>(count);
        foreach (var message in messages)
        {
            if (message is not null) list.Add(message);
        }
        return list.ToList();
    }
}
