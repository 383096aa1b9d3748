using Keelson.Api.Schemas;
using Keelson.Api.Validation;
using Keelson.Api.Values;

namespace Keelson.Api.Structural;

/// <summary>Checks that the elements of sets differ, and that those of lists with map keys differ in their keys.</summary>
public static class ListValidation
{
    /// <summary>Checks all lists in a new object.</summary>
    public static void Validate(Value value, Schema schema, FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(errors);
        switch (value)
        {
            case MapValue map:
                for (var i = 0; i < map.Count; i++) Field(map.Keys[i], map.Values[i], schema, errors);
                break;
            case ListValue list:
                List(list, schema, errors);
                break;
        }
    }

    /// <summary>Checks all lists in a changed object, unless the old one had duplicates already.</summary>
    public static void ValidateUpdate(Value value, Value old, Schema schema, FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        var (count, dropped) = (errors.Count, errors.Dropped);
        Validate(value, schema, errors);
        if (errors.Total == (long)count + dropped) return;
        var before = new FieldErrors(limit: 1);
        Validate(old, schema, before);
        if (!before.IsEmpty) errors.Truncate(count, dropped);
    }

    private static void Field(string key, Value value, Schema schema, FieldErrors errors)
    {
        if (value is not (MapValue or ListValue)) return;
        if (schema.FindProperty(key) is { } property)
        {
            using (errors.In(key)) Validate(value, property.Schema, errors);
        }
        else if (schema.AdditionalProperties is { } additional)
        {
            using (errors.Key(key)) Validate(value, additional, errors);
        }
    }

    private static void List(ListValue list, Schema schema, FieldErrors errors)
    {
        if (schema.ListKind == ListKind.Set) Distinct(list, static element => element, errors);
        else if (schema.ListKind == ListKind.Map) Keyed(list, schema.ListMapKeys, errors);
        if (schema.Items is not { } items) return;
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i] is not (MapValue or ListValue)) continue;
            using (errors.At(i)) Validate(list[i], items, errors);
        }
    }

    private static void Keyed(ListValue list, IReadOnlyList<string> keys, FieldErrors errors)
    {
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i] is MapValue or NullValue) continue;
            using (errors.At(i)) errors.Invalid(null, list[i], "must be an object for an array of list-type map");
            return;
        }

        Distinct(list, element => KeysOf(element, keys), errors);
    }

    /// <summary>The fields of an element that identify it; one that is not given differs from null.</summary>
    private static MapValue KeysOf(Value element, IReadOnlyList<string> keys)
    {
        if (element is not MapValue map) return MapValue.Empty;
        var found = new MapBuilder(keys.Count);
        foreach (var key in keys) found.SetIfAny(key, map[key]);
        return found.Build();
    }

    /// <summary>Tells of each value that occurs again, once.</summary>
    private static void Distinct(ListValue list, Func<Value, Value> keyOf, FieldErrors errors)
    {
        if (list.Count < 2) return;
        var seen = new Dictionary<Value, bool>(list.Count);
        for (var i = 0; i < list.Count; i++)
        {
            var key = keyOf(list[i]);
            if (seen.TryAdd(key, false) || seen[key]) continue;
            seen[key] = true;
            using (errors.At(i)) errors.Duplicate(null, key);
        }
    }
}
