using System.Globalization;
using System.Text;

namespace Keelson.Api.Patch.Apply;

/// <summary>The names of field managers: which are valid, and what a client is called that gives none.</summary>
public static class ManagerName
{
    /// <summary>The longest name, in bytes; default 128, as upstream.</summary>
    public const int MaxLength = 128;

    /// <summary>Whether the name is short enough.</summary>
    public static bool Fits(string name) => Encoding.UTF8.GetByteCount(name) <= MaxLength;

    /// <summary>The complaint about each character that can't be printed, as validation reports it.</summary>
    public static IEnumerable<string> FindUnprintable(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var position = 0;
        foreach (var rune in name.EnumerateRunes())
        {
            if (!IsPrintable(rune))
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"invalid character U+{rune.Value:X4} (at position {position})");
            }

            position += rune.Utf8SequenceLength;
        }
    }

    /// <summary>The name given, or else what the client's user agent begins with.</summary>
    public static string Choose(string? name, string? userAgent)
    {
        if (!string.IsNullOrEmpty(name)) return name;
        var product = (userAgent ?? "").Split('/')[0];
        var chosen = new StringBuilder();
        var length = 0;
        foreach (var rune in product.EnumerateRunes())
        {
            if (!IsPrintable(rune)) continue;
            length += rune.Utf8SequenceLength;
            if (length > MaxLength) break;
            chosen.Append(rune.ToString());
        }

        return chosen.ToString();
    }

    private static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator);
}
