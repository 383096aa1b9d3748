using System.Runtime.CompilerServices;
using Keelson.Api.Schemas;
using Keelson.Api.Structural.Formats;
using Keelson.Api.Validation;
using Keelson.Api.Values;

namespace Keelson.Api.Structural;

/// <summary>One validation of a value against a schema.</summary>
/// <remarks>
/// Each method returns how many checks it made, which decides whose errors are told when no alternative of a schema holds,
/// as in upstream.
/// </remarks>
internal sealed partial class SchemaWalk
{
    private readonly FieldErrors _errors;

    /// <summary>Where the value is; messages repeat the path from here on.</summary>
    private readonly int _root;

    /// <summary>How many alternatives are being tried, of which only the outcome is wanted.</summary>
    private int _quiet;

    private long _failures;
    private long _steps;
    private bool _tooDeep;

    public SchemaWalk(FieldErrors errors)
    {
        _errors = errors;
        _root = errors.Place.Depth;
    }

    private bool IsExhausted => _tooDeep || _steps > SchemaValidator.MaximumSteps;

    public void Run(Value value, Value? old, Schema schema, ValueRules? rules = null)
    {
        var count = _errors.Count;
        Node(value, old, schema, rules ?? ValueRules.None);
        // Several alternatives may demand the same.
        _errors.Deduplicate(count);
        if (_tooDeep) _errors.Internal(null, "validation was given up: the value is nested too deeply");
        else if (IsExhausted) _errors.Internal(null, $"validation was given up after {SchemaValidator.MaximumSteps} steps");
    }

    /// <summary>Whether there is no error, without saying which.</summary>
    public bool IsValid(Value value, Schema schema, ValueRules? rules = null)
    {
        _quiet++;
        Node(value, null, schema, rules ?? ValueRules.None);
        _quiet--;
        return _failures == 0 && !IsExhausted;
    }

    /// <param name="old">What the value was before, where that is known.</param>
    /// <param name="outer">Rules of the field that its schema does not have.</param>
    private int Node(Value value, Value? old, Schema schema, ValueRules outer)
    {
        _steps++;
        // Schemas of definitions are not deep; that of definitions themselves is as deep as a value can be.
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack()) _tooDeep = true;
        if (IsExhausted) return 0;
        var (failures, count, dropped) = (_failures, _errors.Count, _errors.Dropped);
        var checks = value.IsNull ? Null(schema, outer) : Present(value, old, schema, outer);
        if (_failures > failures && old is not null && old.Equals(value))
        {
            _failures = failures;
            if (_quiet == 0) _errors.Truncate(count, dropped);
        }

        return checks;
    }

    private int Null(Schema schema, ValueRules outer)
    {
        var expected = TypeName(schema);
        var checks = 1;
        if (expected.Length > 0 && !schema.Nullable)
        {
            WrongType(expected, "null");
            checks = 0;
        }

        Enumerated(Value.Null, schema.Rules);
        Enumerated(Value.Null, outer);
        return checks;
    }

    private int Present(Value value, Value? old, Schema schema, ValueRules outer)
    {
        var inner = schema.Rules;
        var checks = 3 + Typed(value, schema);
        checks += Combined(value, old, inner);
        if (!ReferenceEquals(outer, ValueRules.None)) checks += Combined(value, old, outer);
        switch (value)
        {
            case TextValue { Text: var text }:
                checks += Text(text, inner) + Text(text, outer) + Formatted(text, schema, outer);
                break;
            case IntegerValue or NumberValue:
                checks += 2;
                Number(value, inner);
                Number(value, outer);
                break;
            case ListValue list:
                checks += 2 + List(list, old as ListValue, schema, outer);
                break;
        }

        Enumerated(value, inner);
        Enumerated(value, outer);
        if (value is MapValue map) checks += 1 + Map(map, old as MapValue, schema, outer);
        return checks;
    }

    private int Typed(Value value, Schema schema)
    {
        var expected = TypeName(schema);
        var format = FormatOf(schema);
        if (expected.Length == 0 && format is null) return 0;
        if (Accepts(schema, value)) return 2;
        if (schema.IsQuantity && value is IntegerValue or NumberValue) return 2;
        // The words of upstream name the format where there is one, and text of any kind passes for a formatted one.
        if (format is not null && value is not (TextValue or ListValue)) WrongType(format, FormatName(value));
        else if (expected.Length > 0) WrongType(expected, NameOf(value));
        return 1;
    }

    private static bool Accepts(Schema schema, Value value) => schema.Type switch
    {
        SchemaType.Any => schema.IntOrString ? value is TextValue || IsInteger(value) : FormatOf(schema) is null || value is TextValue or ListValue,
        SchemaType.Object or SchemaType.Map => value is MapValue,
        SchemaType.List => value is ListValue,
        SchemaType.String => value is TextValue,
        SchemaType.Integer => IsInteger(value),
        SchemaType.Number => value is IntegerValue or NumberValue,
        SchemaType.Boolean => value is BoolValue,
        _ => false,
    };

    private static bool IsInteger(Value value) =>
        value is IntegerValue || (value is NumberValue { Number: var number } && Math.Abs(number) < 9007199254740992.0 && number == Math.Truncate(number));

    private static string TypeName(Schema schema) => schema.Type switch
    {
        SchemaType.Object or SchemaType.Map => "object",
        SchemaType.List => "array",
        SchemaType.String => "string",
        SchemaType.Integer => "integer",
        SchemaType.Number => "number",
        SchemaType.Boolean => "boolean",
        _ => schema.IntOrString ? "integer,string" : "",
    };

    private static string NameOf(Value value) => value switch
    {
        MapValue => "object",
        ListValue => "array",
        TextValue => "string",
        IntegerValue => "integer",
        NumberValue => "number",
        BoolValue => "boolean",
        _ => "null",
    };

    private static string FormatName(Value value) => value switch
    {
        IntegerValue => "int64",
        NumberValue => "float64",
        _ => "",
    };

    /// <summary>The format, if it is one that is checked for values of the type.</summary>
    private static string? FormatOf(Schema schema) => schema.Format switch
    {
        null => null,
        "int32" or "int64" => schema.Type == SchemaType.Integer ? schema.Format : null,
        "float" or "double" => schema.Type == SchemaType.Number ? schema.Format : null,
        _ => schema.Type is SchemaType.String or SchemaType.Any && TextFormats.IsKnown(schema.Format) ? schema.Format : null,
    };

    private int List(ListValue list, ListValue? old, Schema schema, ValueRules outer)
    {
        var checks = 0;
        if (schema.Items is { } items)
        {
            var before = old is null ? null : OldElements.Of(old, schema);
            for (var i = 0; i < list.Count && !IsExhausted; i++)
            {
                using (_errors.At(i)) checks += Node(list[i], before?.Find(list[i]), items, ValueRules.None);
            }
        }

        Sized(list, schema.Rules);
        Sized(list, outer);
        return checks;
    }

    private void Sized(ListValue list, ValueRules rules)
    {
        if (rules.MinItems is { } least && list.Count < least) Fail(list.Count, $"should have at least {least} items");
        if (rules.MaxItems is { } most && list.Count > most)
        {
            _failures++;
            if (_quiet == 0) _errors.TooMany(null, list.Count, most);
        }

        if (rules.UniqueItems && new HashSet<Value>(list).Count < list.Count) Fail("", "shouldn't contain duplicates");
    }

    private int Map(MapValue map, MapValue? old, Schema schema, ValueRules outer)
    {
        // Upstream looks no further into an object with too few or too many fields.
        if (!Counted(map, schema.Rules) || !Counted(map, outer)) return 0;
        var checks = 0;
        for (var i = 0; i < map.Count && !IsExhausted; i++)
        {
            var (key, value) = (map.Keys[i], map.Values[i]);
            if (schema.FindProperty(key) is { } property)
            {
                using (_errors.In(key)) checks += Node(value, old?[key], property.Schema, property.Rules);
            }
            else if (schema.AdditionalProperties is { } additional)
            {
                if (ReferenceEquals(additional, SharedSchemas.Nothing)) Foreign(key);
                else using (_errors.In(key)) checks += Node(value, old?[key], additional, ValueRules.None);
            }
        }

        foreach (var property in schema.Properties)
        {
            if (property.Required && !map.ContainsKey(property.Name)) Missing(property.Name);
        }

        MissingOf(schema.Rules.Required, map);
        MissingOf(outer.Required, map);
        return checks;
    }

    private void MissingOf(IReadOnlyList<string> required, MapValue map)
    {
        for (var i = 0; i < required.Count; i++)
        {
            if (!map.ContainsKey(required[i])) Missing(required[i]);
        }
    }

    private bool Counted(MapValue map, ValueRules rules)
    {
        if (rules.MinProperties is { } least && map.Count < least)
        {
            Fail(map.Count, $"should have at least {least} properties");
            return false;
        }

        if (rules.MaxProperties is not { } most || map.Count <= most) return true;
        _failures++;
        if (_quiet == 0) _errors.TooMany(null, map.Count, most);
        return false;
    }

    private void Foreign(string key)
    {
        _failures++;
        if (_quiet == 0) _errors.Invalid(null, key, $"{Path}.{key} in body is a forbidden property");
    }

    private void Missing(string name)
    {
        _failures++;
        if (_quiet == 0) _errors.Required(name);
    }
}
