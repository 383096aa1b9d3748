using Keelson.Api.Values;

namespace Keelson.Api.Patch.Apply;

/// <summary>Takes places out of an object, or keeps nothing but them.</summary>
internal static class Removal
{
    /// <summary>The value without the places of a set. An object or list that nothing is left of is null.</summary>
    internal static Value Remove(Value value, FieldSet places, MergeType type) => Walk(value, places, type, Mode.Remove);

    /// <summary>
    /// The value without the places of a set. An object or list that nothing is left of, and that is not itself to be
    /// removed, is empty: schemas of custom resources seldom take null.
    /// </summary>
    internal static Value Empty(Value value, FieldSet places, MergeType type) => Walk(value, places, type, Mode.Empty);

    /// <summary>The value with nothing but the places of a set.</summary>
    internal static Value Extract(Value value, FieldSet places, MergeType type) => Walk(value, places, type, Mode.Extract);

    private static Value Walk(Value value, FieldSet places, MergeType type, Mode mode)
    {
        var forms = type.FormsOf(value);
        if (forms.HasFlag(Forms.Map))
        {
            if (value is not MapValue { Count: > 0 } map) return Nothing(MapValue.Empty, mode);
            return type.MapIsAtomic ? Whole(map, mode) : WalkMap(map, places, type, mode);
        }

        if (forms.HasFlag(Forms.Scalar)) return value;
        if (value is not ListValue { Count: > 0 } list) return Nothing(ListValue.Empty, mode);
        return type.ListIsAtomic ? Whole(list, mode) : WalkList(list, places, type, mode);
    }

    /// <summary>What is owned as a whole goes or stays as a whole.</summary>
    private static Value Whole(Value value, Mode mode) =>
        mode == Mode.Extract ? value : Nothing(value is MapValue ? MapValue.Empty : ListValue.Empty, mode);

    private static Value Nothing(Value empty, Mode mode) => mode == Mode.Empty ? empty : Value.Null;

    /// <summary>What a place has when nothing below it is meant: a leaf, or an object or list without content.</summary>
    private static Value Alone(Value value, MergeType type) => value switch
    {
        MapValue when !type.MapIsAtomic => MapValue.Empty,
        ListValue when !type.ListIsAtomic => ListValue.Empty,
        _ => value,
    };

    private static Value WalkMap(MapValue map, FieldSet places, MergeType type, Mode mode)
    {
        var result = new MapBuilder(map.Count);
        foreach (var (key, value) in map)
        {
            var element = PathElement.Field(key);
            var below = places.Below(element);
            if (places.ContainsElement(element))
            {
                if (mode == Mode.Extract) result.Set(key, below.IsEmpty ? Alone(value, type.Field(key)) : Walk(value, below, type.Field(key), mode));
            }
            else if (!below.IsEmpty)
            {
                result.Set(key, Walk(value, below, type.Field(key), mode));
            }
            else if (mode != Mode.Extract)
            {
                result.Set(key, value);
            }
        }

        return result.Count == 0 ? Nothing(MapValue.Empty, mode) : result.Build();
    }

    private static Value WalkList(ListValue list, FieldSet places, MergeType type, Mode mode)
    {
        var result = new ListBuilder(list.Count);
        foreach (var item in list)
        {
            if (ListElements.Identify(type, item, out var element) is not null) continue;
            var below = places.Below(element);
            var isMember = places.ContainsElement(element);
            if (mode == Mode.Extract ? !isMember && below.IsEmpty : isMember) continue;
            result.Add(below.IsEmpty ? item : Walk(item, below, type.Items, mode));
        }

        return result.Count == 0 ? Nothing(ListValue.Empty, mode) : result.Build();
    }

    private enum Mode { Remove, Empty, Extract }
}
