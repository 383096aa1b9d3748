using System.Text;
using Keelson.Api.Values;

namespace Keelson.Api.Patch.Strategic;

/// <summary>The errors of strategic merge patches, in the words that tools match on.</summary>
internal static class PatchErrors
{
    internal static StrategicPatchException BadPrimitiveList() => Malformed("invalid patch format of primitive list");

    internal static StrategicPatchException BadRetainKeys() => Malformed("invalid patch format of retainKeys");

    internal static StrategicPatchException BadElementOrder() => Malformed("invalid patch format of setElementOrder list");

    internal static StrategicPatchException ListOfLists() => Malformed("lists of lists are not supported");

    internal static StrategicPatchException NoMergeKey(MapValue map, string key) =>
        Malformed($"map: {Print(map)} does not contain declared merge key: {key}");

    internal static StrategicPatchException UnknownDirective(Value directive, MapValue map) =>
        Malformed($"unknown patch type: {directive.AsText() ?? $"%!s({Type(directive)}={Print(directive)})"} in map: {Print(map)}");

    internal static StrategicPatchException NotAMap(Value actual) => WrongType("map[string]interface {}", actual);

    internal static StrategicPatchException NotAList(Value actual) => WrongType("[]interface {}", actual);

    internal static StrategicPatchException MixedElements(params ReadOnlySpan<ListValue> lists)
    {
        var text = new StringBuilder("list element types are not identical: [");
        for (var i = 0; i < lists.Length; i++)
        {
            if (i > 0) text.Append(' ');
            Print(text, lists[i]);
        }

        return Malformed(text.Append(']').ToString());
    }

    internal static StrategicPatchException Malformed(string message) => new(StrategicPatchProblem.Malformed, message);

    /// <summary>A value as Go's %v prints it.</summary>
    internal static string Print(Value value)
    {
        var text = new StringBuilder();
        Print(text, value);
        return text.ToString();
    }

    private static StrategicPatchException WrongType(string expected, Value actual) =>
        Malformed($"expected a {expected}, but received a {Type(actual)}");

    private static string Type(Value value) => value.Kind switch
    {
        ValueKind.Bool => "bool",
        ValueKind.Integer => "int64",
        ValueKind.Number => "float64",
        ValueKind.Text => "string",
        ValueKind.List => "[]interface {}",
        ValueKind.Map => "map[string]interface {}",
        _ => "%!s(<nil>)",
    };

    private static void Print(StringBuilder text, Value value)
    {
        switch (value)
        {
            case MapValue map:
                text.Append("map[");
                var keys = map.Keys.ToArray();
                Array.Sort(keys, Utf8Order.Instance);
                for (var i = 0; i < keys.Length; i++)
                {
                    if (i > 0) text.Append(' ');
                    text.Append(keys[i]).Append(':');
                    Print(text, map[keys[i]]!);
                }

                text.Append(']');
                break;
            case ListValue list:
                text.Append('[');
                for (var i = 0; i < list.Count; i++)
                {
                    if (i > 0) text.Append(' ');
                    Print(text, list[i]);
                }

                text.Append(']');
                break;
            case TextValue scalar:
                text.Append(scalar.Text);
                break;
            case NumberValue number:
                text.Append(GoNumber.FormatGeneral(number.Number));
                break;
            case NullValue:
                text.Append("<nil>");
                break;
            default:
                text.Append(value);
                break;
        }
    }
}
