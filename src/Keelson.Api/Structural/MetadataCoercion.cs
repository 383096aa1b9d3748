using Keelson.Api.Json;
using Keelson.Api.Meta.V1;
using Keelson.Api.Schemas;
using Keelson.Api.Validation;
using Keelson.Api.Values;

namespace Keelson.Api.Structural;

/// <summary>
/// Brings the apiVersion, kind and metadata of resources inside others, and of the root on demand, into their form: fields
/// that metadata does not have are dropped, and fields of the wrong type too if so wished, as on reading from storage.
/// </summary>
public static class MetadataCoercion
{
    /// <summary>The value in form, or null when a field has the wrong type, which <paramref name="errors"/> then tells.</summary>
    /// <param name="errors">Null drops malformed fields.</param>
    /// <param name="report">Takes a message for each unknown field that is dropped.</param>
    public static Value? Coerce(Value value, Schema schema, bool isRoot, FieldErrors? errors, DecodeReport? report = null)
    {
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(schema);
        return new Walk(errors, report, errors?.Place ?? new FieldCursor()).Node(value, schema, isRoot);
    }

    private readonly struct Walk(FieldErrors? errors, DecodeReport? report, FieldCursor place)
    {
        public Value? Node(Value value, Schema? schema, bool isRoot) => (value, schema) switch
        {
            (_, null) => value,
            (MapValue map, _) => Map(map, schema, isRoot || schema.EmbeddedResource),
            (ListValue list, { Items: { } items }) => List(list, items),
            _ => value,
        };

        private MapValue? Map(MapValue map, Schema schema, bool isResource)
        {
            var result = map;
            for (var i = 0; i < map.Count; i++)
            {
                var (key, before) = (map.Keys[i], map.Values[i]);
                var after = before;
                if (isResource && key is "apiVersion" or "kind" && before is not TextValue)
                {
                    if (errors is not null)
                    {
                        errors.Invalid(key, before, "must be a string");
                        return null;
                    }

                    result = result.Without(key);
                    continue;
                }

                if (isResource && key == "metadata")
                {
                    after = Metadata(before);
                    if (after is null) return null;
                }

                var below = Below(key, after, schema);
                if (below is null) return null;
                if (!ReferenceEquals(below, before)) result = result.With(key, below);
            }

            return result;
        }

        private Value? Below(string key, Value value, Schema schema)
        {
            if (value is not (MapValue or ListValue)) return value;
            if (schema.FindProperty(key) is { } property)
            {
                using (place.In(key)) return Node(value, property.Schema, false);
            }

            if (schema.AdditionalProperties is not { } additional) return value;
            using (place.Key(key)) return Node(value, additional, false);
        }

        private ListValue? List(ListValue list, Schema items)
        {
            var result = list;
            for (var i = 0; i < list.Count; i++)
            {
                using var scope = place.At(i);
                var after = Node(list[i], items, false);
                if (after is null) return null;
                if (!ReferenceEquals(after, list[i])) result = result.With(i, after);
            }

            return result;
        }

        private Value? Metadata(Value given)
        {
            using var scope = place.In("metadata");
            if (given is not MapValue map)
            {
                if (errors is null) return given;
                errors.Invalid(null, given, Decode(given).Error ?? "must be an object");
                return null;
            }

            var known = (MapValue)Pruner.Prune(map, ObjectMeta.TypeSchema, false, place, report);
            var (meta, error) = Decode(known);
            if (meta is null && errors is not null)
            {
                errors.Invalid(null, given, error!);
                return null;
            }

            meta ??= Decode(WellFormed(known)).Meta ?? ObjectMeta.Empty;
            using var writer = new JsonWriter();
            meta.WriteJson(writer);
            var written = (MapValue)ValueReader.Read(writer.Written);
            if (meta.CreationTimestamp.IsZero) written = written.Without("creationTimestamp");
            return written.Equals(given) ? given : written;
        }

        /// <summary>The fields that can be read, each by itself.</summary>
        private static MapValue WellFormed(MapValue map)
        {
            var kept = new MapBuilder(map.Count);
            foreach (var (key, value) in map)
            {
                if (Decode(MapValue.Of((key, value))).Meta is not null) kept.Set(key, value);
            }

            return kept.Build();
        }

        private static (ObjectMeta? Meta, string? Error) Decode(Value value)
        {
            try
            {
                return (ApiJson.Decode<ObjectMeta>(ValueWriter.WriteBytes(value)), null);
            }
            catch (ApiFormatException malformed)
            {
                return (null, malformed.Message);
            }
        }
    }
}
