using System.Globalization;
using System.Text;
using Keelson.Api.Values;

namespace Keelson.Api.Cel.Objects;

/// <summary>Values as text, and as values of documents.</summary>
internal static class CelShown
{
    public static string Plain(object value) => value switch
    {
        string text => text,
        bool flag => flag ? "true" : "false",
        long number => number.ToString(CultureInfo.InvariantCulture),
        ulong number => number.ToString(CultureInfo.InvariantCulture),
        double number => Number(number),
        byte[] bytes => Encoding.UTF8.GetString(bytes),
        CelTimestamp moment => moment.ToString(),
        Duration span => Seconds(span),
        _ => value.ToString() ?? "",
    };

    /// <summary>A number as Go prints it with %g or %f.</summary>
    public static string Number(double number)
    {
        if (double.IsNaN(number)) return "NaN";
        if (double.IsInfinity(number)) return number > 0 ? "+Inf" : "-Inf";
        return GoNumber.FormatGeneral(number);
    }

    /// <summary>A span in seconds, such as 1.5s.</summary>
    public static string Seconds(Duration span)
    {
        var (sign, magnitude) = span.Nanoseconds < 0 ? ("-", (UInt128)(-(Int128)span.Nanoseconds)) : ("", (UInt128)(ulong)span.Nanoseconds);
        var (seconds, rest) = ((ulong)(magnitude / 1_000_000_000), (ulong)(magnitude % 1_000_000_000));
        var fraction = rest == 0 ? "" : "." + rest.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0');
        return string.Create(CultureInfo.InvariantCulture, $"{sign}{seconds}{fraction}s");
    }

    /// <summary>The value as it stands in a document, or null when it can't stand in one.</summary>
    public static Value? ToValue(object value)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (value)
        {
            case CelNull: return Value.Null;
            case bool flag: return flag;
            case long number: return number;
            case ulong number: return number <= long.MaxValue ? (Value)(long)number : new NumberValue(number);
            case double number: return double.IsFinite(number) ? new NumberValue(number) : null;
            case string text: return text;
            case byte[] bytes: return Convert.ToBase64String(bytes);
            case CelTimestamp moment: return moment.ToString();
            case Duration span: return Seconds(span);
            case CelOptional { Value: { } inner }: return ToValue(inner);
            case IDocumentValue document: return document.Source;
            case CelList list: return List(list);
            case CelMap map: return Entries(map.Keys.Select(key => (Plain(key), map.Find(key)!)));
            case CelObject made: return Entries(made.FieldNames.Select(name => (name, made.Find(name)!)));
            default: return null;
        }
    }

    private static ListValue? List(CelList list)
    {
        var elements = new ListBuilder(list.Count);
        foreach (var element in list.Elements())
        {
            if (ToValue(element) is not { } value) return null;
            elements.Add(value);
        }

        return elements.Build();
    }

    private static MapValue? Entries(IEnumerable<(string Name, object Value)> entries)
    {
        var map = new MapBuilder();
        foreach (var (name, entry) in entries)
        {
            if (ToValue(entry) is not { } value) return null;
            map.Set(name, value);
        }

        return map.Build();
    }
}
