using Keelson.Api.Schemas;
using Keelson.Api.Values;

namespace Keelson.Api.Structural;

/// <summary>Finds what an element of a list was before the list changed; only lists that are maps by keys tell.</summary>
internal sealed class OldElements
{
    private readonly IReadOnlyList<string> _keys;
    private readonly Dictionary<Value, Value> _elements;

    private OldElements(IReadOnlyList<string> keys, Dictionary<Value, Value> elements)
    {
        _keys = keys;
        _elements = elements;
    }

    /// <summary>The elements of a list by their keys, or null when its elements can't be told apart.</summary>
    public static OldElements? Of(ListValue list, Schema schema)
    {
        if (schema.ListKind != ListKind.Map || schema.ListMapKeys.Count == 0) return null;
        var elements = new Dictionary<Value, Value>(list.Count);
        foreach (var element in list)
        {
            if (KeyOf(element, schema.ListMapKeys) is { } key) elements.TryAdd(key, element);
        }

        return new OldElements(schema.ListMapKeys, elements);
    }

    public Value? Find(Value element) => KeyOf(element, _keys) is { } key ? _elements.GetValueOrDefault(key) : null;

    private static Value? KeyOf(Value element, IReadOnlyList<string> keys)
    {
        if (element is not MapValue map) return null;
        if (keys.Count == 1) return map[keys[0]] ?? Value.Null;
        var key = new ListBuilder(keys.Count);
        for (var i = 0; i < keys.Count; i++) key.Add(map[keys[i]] ?? Value.Null);
        return key.Build();
    }
}
