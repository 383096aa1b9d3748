using Keelson.Api.Json;
using Keelson.Api.Schemas;
using Keelson.Api.Validation;
using Keelson.Api.Values;

namespace Keelson.Api.Structural;

/// <summary>Takes the fields out of a value that its schema does not know.</summary>
public static class Pruner
{
    /// <summary>The value without unknown fields; the same object when it has none.</summary>
    /// <param name="isRoot">Whether this is a whole object, of which apiVersion, kind and metadata stay in any case.</param>
    /// <param name="report">Takes a message like <c>unknown field "spec.foo"</c> for each field that is dropped.</param>
    public static Value Prune(Value value, Schema schema, bool isRoot, DecodeReport? report = null)
    {
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(schema);
        return Prune(value, schema, isRoot, new FieldCursor(), report);
    }

    /// <summary>Prunes what is some way below the root of an object.</summary>
    internal static Value Prune(Value value, Schema schema, bool isRoot, FieldCursor place, DecodeReport? report)
    {
        var walk = new Walk(report is null ? null : place);
        var pruned = walk.Node(value, schema, isRoot);
        if (report is null) return pruned;
        walk.Dropped.Sort(Utf8Order.Instance);
        foreach (var path in walk.Dropped) report.Add($"unknown field \"{path}\"");
        return pruned;
    }

    private readonly struct Walk(FieldCursor? place)
    {
        public List<string> Dropped { get; } = [];

        /// <param name="schema">Null where nothing is known: no field of an object is.</param>
        /// <param name="preserve">Whether unknown fields stay at this level whatever the schema says.</param>
        public Value Node(Value value, Schema? schema, bool isRoot = false, bool preserve = false)
        {
            preserve |= schema is { PreserveUnknownFields: true };
            return value switch
            {
                MapValue map => Map(map, schema, isRoot || schema is { EmbeddedResource: true }, preserve),
                ListValue list => List(list, schema, preserve),
                _ => value,
            };
        }

        private MapValue Map(MapValue map, Schema? schema, bool isResource, bool preserve)
        {
            MapBuilder? changed = null;
            for (var i = 0; i < map.Count; i++)
            {
                var (key, before) = (map.Keys[i], map.Values[i]);
                Value? after = before;
                if (schema?.FindProperty(key) is { } property)
                {
                    // The metadata of a resource inside another is coerced, not pruned; where the schema has its fields, as
                    // the schemas of whole resources do, they count.
                    if (!isResource || key is not ("apiVersion" or "kind" or "metadata") || property.Schema.Name is not null)
                    {
                        after = Below(key, before, property.Schema);
                    }
                }
                else if (isResource && key is "apiVersion" or "kind" or "metadata")
                {
                    after = before;
                }
                else if (schema?.AdditionalProperties is { } additional)
                {
                    after = Below(key, before, additional);
                }
                else if (!preserve)
                {
                    after = null;
                    Drop(key);
                }

                if (changed is null && ReferenceEquals(before, after)) continue;
                changed ??= Prefix(map, i);
                if (after is not null) changed.Set(key, after);
            }

            return changed?.Build() ?? map;
        }

        private Value Below(string key, Value value, Schema schema)
        {
            if (value is not (MapValue or ListValue)) return value;
            if (place is null) return Node(value, schema);
            using (place.In(key)) return Node(value, schema);
        }

        private ListValue List(ListValue list, Schema? schema, bool preserve)
        {
            // A list that preserves passes that on to its elements, and below them what is not described stays as it is.
            if (preserve && schema?.Items is null) return list;
            ListBuilder? changed = null;
            for (var i = 0; i < list.Count; i++)
            {
                var after = Element(i, list[i], schema?.Items, preserve);
                if (changed is null && ReferenceEquals(after, list[i])) continue;
                (changed ??= new ListBuilder(list.Span[..i])).Add(after);
            }

            return changed?.Build() ?? list;
        }

        private Value Element(int index, Value value, Schema? schema, bool preserve)
        {
            if (value is not (MapValue or ListValue)) return value;
            if (place is null) return Node(value, schema, preserve: preserve);
            using (place.At(index)) return Node(value, schema, preserve: preserve);
        }

        private void Drop(string key)
        {
            // One more than a report takes shows it that there are more.
            if (place is null || Dropped.Count > DecodeReport.Limit) return;
            using (place.In(key)) Dropped.Add(place.ToString());
        }

        private static MapBuilder Prefix(MapValue map, int count)
        {
            var builder = new MapBuilder(map.Count);
            for (var i = 0; i < count; i++) builder.Set(map.Keys[i], map.Values[i]);
            return builder;
        }
    }
}
