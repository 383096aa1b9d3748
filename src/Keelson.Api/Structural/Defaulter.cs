using Keelson.Api.Schemas;
using Keelson.Api.Values;

namespace Keelson.Api.Structural;

/// <summary>
/// Fills in what is not given and has a default. A null that a field may not have counts as not given: it is replaced by
/// the default, or taken out where there is none.
/// </summary>
public static class Defaulter
{
    /// <summary>The value with its defaults; the same object when it needs none. Doing it again changes nothing.</summary>
    public static Value Apply(Value value, Schema schema)
    {
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(schema);
        return value switch
        {
            MapValue map => Map(map, schema),
            ListValue list when schema.Items is { } items => List(list, items),
            _ => value,
        };
    }

    private static MapValue Map(MapValue map, Schema schema)
    {
        MapBuilder? changed = null;
        for (var i = 0; i < map.Count; i++)
        {
            var (key, before) = (map.Keys[i], map.Values[i]);
            var after = Field(key, before, schema);
            if (ReferenceEquals(before, after)) continue;
            changed ??= map.ToBuilder();
            if (after is null) changed.Remove(key);
            else changed.Set(key, after);
        }

        foreach (var property in schema.Properties)
        {
            if (map.ContainsKey(property.Name) || DefaultOf(property) is not { } given) continue;
            changed ??= map.ToBuilder();
            changed.Set(property.Name, Apply(given, property.Schema));
        }

        return changed?.Build() ?? map;
    }

    /// <summary>What a field that is given becomes; null takes it out.</summary>
    private static Value? Field(string key, Value value, Schema schema)
    {
        if (schema.FindProperty(key) is { } property)
        {
            if (!value.IsNull || property.Schema.Nullable) return Apply(value, property.Schema);
            return DefaultOf(property) is { } given ? Apply(given, property.Schema) : null;
        }

        if (schema.AdditionalProperties is not { } additional) return value;
        if (!value.IsNull || additional.Nullable) return Apply(value, additional);
        return additional.Default is { } other ? Apply(other, additional) : null;
    }

    private static ListValue List(ListValue list, Schema items)
    {
        ListBuilder? changed = null;
        for (var i = 0; i < list.Count; i++)
        {
            var before = list[i];
            // A null among the elements stays where there is no default: taking it out would move the others.
            var given = before.IsNull && !items.Nullable ? items.Default ?? before : before;
            var after = Apply(given, items);
            if (ReferenceEquals(before, after)) continue;
            changed ??= new ListBuilder(list.Span);
            changed[i] = after;
        }

        return changed?.Build() ?? list;
    }

    private static Value? DefaultOf(SchemaProperty property) => property.Default ?? property.Schema.Default;
}
