using Keelson.Api.Values;

namespace Keelson.Api.Patch.Apply;

/// <summary>Takes places out of an object, or keeps nothing but them.</summary>
internal static class Removal
{
    /// <summary>The value without the places of a set.</summary>
    internal static Value Remove(Value value, FieldSet places, MergeType type) => Walk(value, places, type, extract: false);

    /// <summary>The value with nothing but the places of a set.</summary>
    internal static Value Extract(Value value, FieldSet places, MergeType type) => Walk(value, places, type, extract: true);

    private static Value Walk(Value value, FieldSet places, MergeType type, bool extract)
    {
        var forms = type.FormsOf(value);
        if (forms.HasFlag(Forms.Map))
        {
            if (value is not MapValue { Count: > 0 } map) return Value.Null;
            return type.MapIsAtomic ? Whole(map, extract) : WalkMap(map, places, type, extract);
        }

        if (forms.HasFlag(Forms.Scalar)) return value;
        if (value is not ListValue { Count: > 0 } list) return Value.Null;
        return type.ListIsAtomic ? Whole(list, extract) : WalkList(list, places, type, extract);
    }

    /// <summary>What is owned as a whole goes or stays as a whole.</summary>
    private static Value Whole(Value value, bool extract) => extract ? value : Value.Null;

    /// <summary>What a place has when nothing below it is meant: a leaf, or an object or list without content.</summary>
    private static Value Alone(Value value, MergeType type) => value switch
    {
        MapValue when !type.MapIsAtomic => MapValue.Empty,
        ListValue when !type.ListIsAtomic => ListValue.Empty,
        _ => value,
    };

    private static Value WalkMap(MapValue map, FieldSet places, MergeType type, bool extract)
    {
        var result = new MapBuilder(map.Count);
        foreach (var (key, value) in map)
        {
            var element = PathElement.Field(key);
            var below = places.Below(element);
            if (places.ContainsElement(element))
            {
                if (extract) result.Set(key, below.IsEmpty ? Alone(value, type.Field(key)) : Walk(value, below, type.Field(key), extract));
            }
            else if (!below.IsEmpty)
            {
                result.Set(key, Walk(value, below, type.Field(key), extract));
            }
            else if (!extract)
            {
                result.Set(key, value);
            }
        }

        return result.Count == 0 ? Value.Null : result.Build();
    }

    private static Value WalkList(ListValue list, FieldSet places, MergeType type, bool extract)
    {
        var result = new ListBuilder(list.Count);
        foreach (var item in list)
        {
            if (ListElements.Identify(type, item, out var element) is not null) continue;
            var below = places.Below(element);
            var isMember = places.ContainsElement(element);
            if (extract ? !isMember && below.IsEmpty : isMember) continue;
            result.Add(below.IsEmpty ? item : Walk(item, below, type.Items, extract));
        }

        return result.Count == 0 ? Value.Null : result.Build();
    }
}
