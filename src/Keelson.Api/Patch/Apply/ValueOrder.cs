using Keelson.Api.Values;

namespace Keelson.Api.Patch.Apply;

/// <summary>A total order of values, in which sets of path elements are written, and their form in paths.</summary>
internal static class ValueOrder
{
    /// <summary>Numbers by quantity, then text, truth values, lists, maps, null.</summary>
    internal static int Compare(Value left, Value right)
    {
        var rank = Rank(left).CompareTo(Rank(right));
        if (rank != 0) return rank;
        return (left, right) switch
        {
            (IntegerValue a, IntegerValue b) => a.Integer.CompareTo(b.Integer),
            (IntegerValue or NumberValue, _) => Quantity(left).CompareTo(Quantity(right)),
            (TextValue a, TextValue b) => Utf8Order.Compare(a.Text, b.Text),
            (BoolValue a, BoolValue b) => a.Bool.CompareTo(b.Bool),
            (ListValue a, ListValue b) => CompareLists(a, b),
            (MapValue a, MapValue b) => CompareFields(Sorted(a), Sorted(b)),
            _ => 0,
        };
    }

    /// <summary>Compares entry by entry, each by name and then by value; the maps are sorted already.</summary>
    internal static int CompareFields(MapValue left, MapValue right)
    {
        var common = Math.Min(left.Count, right.Count);
        for (var i = 0; i < common; i++)
        {
            var order = Utf8Order.Compare(left.Keys[i], right.Keys[i]);
            if (order == 0) order = Compare(left.Values[i], right.Values[i]);
            if (order != 0) return order;
        }

        return left.Count.CompareTo(right.Count);
    }

    /// <summary>A value inside a path, as messages have it.</summary>
    internal static string Print(Value value) => value switch
    {
        TextValue text => GoQuote.Quote(text.Text),
        NumberValue number => GoNumber.FormatGeneral(number.Number),
        ListValue list => $"[{string.Join(',', list.Select(Print))}]",
        MapValue map => string.Concat(map.Select(entry => $"{entry.Key}={Print(entry.Value)}")),
        _ => value.ToString(),
    };

    private static int CompareLists(ListValue left, ListValue right)
    {
        var common = Math.Min(left.Count, right.Count);
        for (var i = 0; i < common; i++)
        {
            var order = Compare(left[i], right[i]);
            if (order != 0) return order;
        }

        return left.Count.CompareTo(right.Count);
    }

    private static int Rank(Value value) => value.Kind switch
    {
        ValueKind.Integer or ValueKind.Number => 0,
        ValueKind.Text => 1,
        ValueKind.Bool => 2,
        ValueKind.List => 3,
        ValueKind.Map => 4,
        _ => 5,
    };

    private static double Quantity(Value value) => value is IntegerValue integer ? integer.Integer : ((NumberValue)value).Number;

    private static MapValue Sorted(MapValue map) =>
        MapValue.From(map.OrderBy<KeyValuePair<string, Value>, string>(entry => entry.Key, Utf8Order.Instance));
}
