using Keelson.Api.Schemas;
using Keelson.Api.Structural;
using Keelson.Api.Values;

namespace Keelson.Api.Tests.Structural;

/// <summary>Random schemas, and values that more or less keep to them; the same for the same seed.</summary>
internal sealed class RandomSchemas(int seed)
{
    private static readonly string[] Names = ["a", "b", "c", "name", "metadata", "kind"];
    private static readonly string[] Texts = ["", "a", "abc", "x-y", "2024-01-01", "10Gi", "\ud83d\ude00"];

    private readonly Random _random = new(seed);

    public Schema Next(int depth, bool rules = true) => StructuralSchema.Parse(Given.Definition(Definition(depth, rules).ToString()));

    public Value ValueFor(Schema schema, int depth, bool wrong = true)
    {
        if (wrong && _random.Next(12) == 0) return _random.Next(3) switch { 0 => Value.Null, 1 => MapValue.Of(("z", 1)), _ => "odd" };
        return schema.Type switch
        {
            SchemaType.Object or SchemaType.Map => Map(schema, depth, wrong),
            SchemaType.List => List(schema, depth, wrong),
            SchemaType.Integer => _random.Next(-2, 12),
            SchemaType.Number => _random.Next(-8, 40) / 4.0,
            SchemaType.Boolean => _random.Next(2) == 0,
            _ => Texts[_random.Next(Texts.Length)],
        };
    }

    private MapValue Definition(int depth, bool rules)
    {
        var definition = _random.Next(depth > 0 ? 9 : 5) switch
        {
            0 => MapValue.Of(("type", "string")),
            1 => MapValue.Of(("type", "integer")),
            2 => MapValue.Of(("type", "boolean")),
            3 => MapValue.Of(("type", "number")),
            4 => MapValue.Of(("x-kubernetes-int-or-string", true)),
            5 => MapValue.Of(("type", "array"), ("items", Definition(depth - 1, rules))),
            6 => MapValue.Of(("type", "object"), ("additionalProperties", _random.Next(4) == 0 && rules ? true : Definition(depth - 1, rules))),
            _ => ObjectDefinition(depth, rules),
        };
        return rules ? WithRules(definition) : definition;
    }

    private MapValue ObjectDefinition(int depth, bool rules)
    {
        var properties = new MapBuilder();
        for (var i = _random.Next(4); i >= 0; i--) properties.Set(Names[_random.Next(Names.Length)], Definition(depth - 1, rules));
        var definition = MapValue.Of(("type", "object"), ("properties", properties.Build()));
        if (!rules) return definition;
        if (_random.Next(5) == 0) definition = definition.With("x-kubernetes-preserve-unknown-fields", true);
        if (_random.Next(6) == 0) definition = definition.With("x-kubernetes-embedded-resource", true);
        return _random.Next(3) == 0 ? definition.With("required", ListValue.Create([Names[_random.Next(3)]])) : definition;
    }

    private MapValue WithRules(MapValue definition)
    {
        var type = definition["type"]?.AsText();
        if (_random.Next(6) == 0) definition = definition.With("nullable", true);
        if (_random.Next(6) == 0 && type == "integer") definition = definition.With("default", _random.Next(5));
        if (_random.Next(6) == 0 && type == "object") definition = definition.With("default", MapValue.Empty);
        if (_random.Next(6) == 0 && type == "integer") definition = definition.With("minimum", 3);
        if (_random.Next(6) == 0 && type == "string") definition = definition.With("pattern", "^[a-c]*$");
        if (_random.Next(6) == 0 && type == "string") definition = definition.With("format", "date");
        if (_random.Next(6) == 0 && type == "array") definition = definition.With("maxItems", 1).With("x-kubernetes-list-type", "set");
        if (_random.Next(6) == 0) definition = definition.With("enum", ListValue.Create(["a", 1, true]));
        if (_random.Next(5) > 0) return definition;
        var clauses = ListValue.Create([MapValue.Of(("required", ListValue.Create(["a"]))), MapValue.Of(("minimum", 5)), MapValue.Of(("maxLength", 1))]);
        return definition.With(_random.Next(3) switch { 0 => "anyOf", 1 => "oneOf", _ => "allOf" }, clauses);
    }

    private MapValue Map(Schema schema, int depth, bool wrong)
    {
        var map = new MapBuilder();
        foreach (var property in schema.Properties)
        {
            if (_random.Next(3) > 0) map.Set(property.Name, ValueFor(property.Schema, depth - 1, wrong));
        }

        if (schema.AdditionalProperties is { } additional && depth > 0)
        {
            for (var i = _random.Next(3); i > 0; i--) map.Set(Names[_random.Next(Names.Length)], ValueFor(additional, depth - 1, wrong));
        }

        if (wrong && _random.Next(4) == 0) map.Set("unknown", MapValue.Of(("deep", 1)));
        return map.Build();
    }

    private ListValue List(Schema schema, int depth, bool wrong)
    {
        var list = new ListBuilder();
        for (var i = depth > 0 ? _random.Next(4) : 0; i > 0; i--) list.Add(ValueFor(schema.Items!, depth - 1, wrong));
        return list.Build();
    }
}
