using System.Globalization;
using Keelson.Api.Schemas;
using Keelson.Api.Values;

namespace Keelson.Api.Tests.Patch.Apply;

/// <summary>Objects made at random that conform to a schema; equal seeds make equal objects.</summary>
/// <param name="empties">Whether there are empty lists and maps, which built-in kinds leave out.</param>
internal sealed class RandomObjects(int seed, bool empties = true)
{
    private static readonly string[] Words = ["a", "b", "c", "d", "e"];

    private readonly Random _random = new(seed);

    /// <param name="schema">Cycles end at the depth bound.</param>
    internal MapValue Object(Schema schema) => (MapValue)Make(schema, 0, []);

    /// <summary>The object with something set, removed or replaced in some places.</summary>
    internal MapValue Mutate(MapValue value, Schema schema) => (MapValue)Mutate(value, schema, 0, []);

    private Value Mutate(Value value, Schema schema, int depth, IReadOnlyList<string> keys)
    {
        if (_random.Next(8) == 0 && depth > 0 && keys.Count == 0) return Make(schema, depth, keys);
        switch (value)
        {
            case MapValue map when schema.Type is SchemaType.Object or SchemaType.Map:
                var result = map.ToBuilder();
                foreach (var (key, child) in map)
                {
                    var type = schema.FindProperty(key)?.Schema ?? schema.AdditionalProperties ?? Schema.Any;
                    if (keys.Contains(key)) continue;
                    if (_random.Next(10) == 0) result.Remove(key);
                    else result.Set(key, Mutate(child, type, depth + 1, []));
                }

                return result.Build();
            case ListValue list when schema is { ListKind: ListKind.Map, Items: { } items }:
                var kept = list.Where(_ => _random.Next(5) > 0).Select(item => Mutate(item, items, depth + 1, schema.ListMapKeys));
                var both = kept.Concat((ListValue)Make(schema, depth, [])).DistinctBy(item => KeyOf(item, schema));
                return ListValue.From(both.OrderBy(_ => _random.Next()));
            default:
                return _random.Next(4) == 0 ? Make(schema, depth, keys) : value;
        }
    }

    /// <param name="keys">Fields that must be there.</param>
    private Value Make(Schema schema, int depth, IReadOnlyList<string> keys)
    {
        if (schema.IntOrString && _random.Next(2) == 0) return _random.Next(5);
        switch (schema.Type)
        {
            case SchemaType.Object:
                var result = new MapBuilder();
                foreach (var property in schema.Properties)
                {
                    if (property.Name is "managedFields" or "apiVersion" or "uid" && depth < 2) continue;
                    if (!keys.Contains(property.Name) && (depth >= 8 || _random.Next(3) == 0)) continue;
                    result.Set(property.Name, Make(property.Schema, depth + 1, []));
                }

                return result.Build();
            case SchemaType.Map:
                var entries = new MapBuilder();
                for (var i = Count(); i > 0; i--) entries.Set(Word(), Make(schema.AdditionalProperties ?? Schema.String, depth + 1, []));
                return entries.Build();
            case SchemaType.List:
                var items = Enumerable.Range(0, Count()).Select(_ => Make(schema.Items!, depth + 1, schema.ListMapKeys));
                return ListValue.From(schema.ListKind is ListKind.Atomic or ListKind.Unset ? items : items.DistinctBy(item => KeyOf(item, schema)));
            case SchemaType.Integer:
                return _random.Next(5);
            case SchemaType.Number:
                return _random.Next(5) / 2.0;
            case SchemaType.Boolean:
                return _random.Next(2) == 0;
            case SchemaType.Any when !schema.IntOrString:
                return MapValue.Of((Word(), Word()));
            default:
                return Word();
        }
    }

    private static string KeyOf(Value item, Schema schema)
    {
        if (item is not MapValue map) return item.ToString();

        // Strategic merge knows fewer keys than apply does, so elements are made distinct by the first alone.
        return map[schema.ListMapKeys[0]]?.ToString() ?? "";
    }

    private int Count() => empties ? _random.Next(4) : _random.Next(1, 4);

    private string Word() => Words[_random.Next(Words.Length)] + _random.Next(3).ToString(CultureInfo.InvariantCulture);
}
