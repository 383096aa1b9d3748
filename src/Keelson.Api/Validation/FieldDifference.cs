using System.Text;
using Keelson.Api.Values;

namespace Keelson.Api.Validation;

/// <summary>Tells people which fields of an object differ, a line for what was and one for what is.</summary>
internal static class FieldDifference
{
    /// <summary>How many fields are told before the rest is only counted.</summary>
    public const int MaximumFields = 20;

    public const int MaximumValueLength = 200;

    public static string Of(Value old, Value value)
    {
        var text = new StringBuilder();
        var count = 0;
        Compare(old, value, "", text, ref count);
        if (count > MaximumFields) text.Append("  ... and ").Append(count - MaximumFields).Append(" more\n");
        return text.ToString();
    }

    private static void Compare(Value old, Value value, string path, StringBuilder text, ref int count)
    {
        if (old == value) return;
        if (old is MapValue before && value is MapValue after)
        {
            foreach (var key in before.Select(entry => entry.Key).Union(after.Select(entry => entry.Key), StringComparer.Ordinal))
            {
                Compare(Of(before, key), Of(after, key), path.Length == 0 ? key : $"{path}.{key}", text, ref count);
            }

            return;
        }

        if (old is ListValue was && value is ListValue now && was.Count == now.Count)
        {
            for (var i = 0; i < was.Count; i++) Compare(was[i], now[i], $"{path}[{i}]", text, ref count);
            return;
        }

        if (++count > MaximumFields) return;
        Line('-', path, old, text);
        Line('+', path, value, text);
    }

    private static Value Of(MapValue map, string key) => map[key] ?? Value.Null;

    private static void Line(char sign, string path, Value value, StringBuilder text)
    {
        if (value is NullValue) return;
        var shown = ValueWriter.WriteText(value);
        text.Append(sign).Append(' ').Append(path).Append(": ");
        if (shown.Length <= MaximumValueLength) text.Append(shown);
        else text.Append(shown.AsSpan(0, MaximumValueLength)).Append("...");
        text.Append('\n');
    }
}
