using Keelson.Api.Schemas;
using Keelson.Api.Values;

namespace Keelson.Api.Tests.Documents;

/// <summary>Makes objects from a schema: with every field filled, each value another one.</summary>
internal sealed class SchemaFiller(int seed)
{
    // Schemas of schemas are cyclic; deeper than this, an object is left out.
    private const int MaxRepeats = 2;

    private readonly Dictionary<Schema, int> _open = [];
    private int _counter = seed;

    /// <summary>A filled object of a kind, as JSON.</summary>
    public static byte[] Document(KindInfo kind)
    {
        var filled = (MapValue)new SchemaFiller(1).Fill(kind.Schema)!;
        if (kind.Kind.Version.Length == 0) return ValueWriter.WriteBytes(filled);
        return ValueWriter.WriteBytes(MapValue.Of(
            [("kind", kind.Kind.Kind), ("apiVersion", kind.Kind.ApiVersion), .. filled.Select(entry => (entry.Key, entry.Value))]));
    }

    public Value? Fill(Schema schema, string name = "")
    {
        _counter++;
        if (schema == KnownSchemas.RawExtension) return name == "cells" ? _counter : MapValue.Of(("apiVersion", "example.com/v1"), ("kind", $"Kind{_counter}"));
        if (schema.IntOrString) return _counter % 2 == 0 ? _counter : $"{_counter}%";
        if (schema.IsQuantity) return $"{_counter}Mi";
        if (schema == KnownSchemas.Duration) return $"{(_counter % 59) + 1}s";
        if (schema == KnownSchemas.MicroTime) return $"2026-11-20T10:11:12.{_counter % 1000000:000000}Z";
        return schema.Type switch
        {
            SchemaType.String when schema.Format == "date-time" => $"2026-11-20T10:11:{_counter % 60:00}Z",
            SchemaType.String when schema.Format == "byte" => Convert.ToBase64String([(byte)_counter, 1, 2]),
            SchemaType.String => $"{name}-{_counter}",
            SchemaType.Integer => _counter,
            SchemaType.Number => _counter + 0.5,
            SchemaType.Boolean => true,
            SchemaType.List => Fill(schema.Items!, name) is { } item ? ListValue.From([item, Fill(schema.Items!, name)!]) : null,
            SchemaType.Map => Fill(schema.AdditionalProperties!, name) is { } value ? MapValue.Of(("a", value), ("b", Fill(schema.AdditionalProperties!, name)!)) : null,
            SchemaType.Any => schema.Name?.EndsWith("OrBool", StringComparison.Ordinal) == true ? true : MapValue.Of(("type", name)),
            _ => Object(schema),
        };
    }

    private MapValue? Object(Schema schema)
    {
        var open = _open.GetValueOrDefault(schema);
        if (open >= MaxRepeats) return null;
        _open[schema] = open + 1;
        var map = new MapBuilder();
        foreach (var property in schema.Properties)
        {
            if (property == KnownSchemas.ApiVersionProperty || property == KnownSchemas.KindProperty) continue;
            if (Fill(property.Schema, property.Name) is { } value) map.Set(property.Name, value);
        }

        _open[schema] = open;
        return map.Build();
    }
}
