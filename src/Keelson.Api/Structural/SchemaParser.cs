using Keelson.Api.ApiExtensions.V1;
using Keelson.Api.Schemas;

namespace Keelson.Api.Structural;

/// <summary>Turns a definition's schema into the one schema object.</summary>
/// <remarks>
/// What is said of a field (description, default, rules) goes to its property, so that plain fields can share their
/// schemas; elements of lists and maps have no property, so that it goes to their schema.
/// </remarks>
internal sealed class SchemaParser
{
    private static readonly Schema[] IntegerOrString =
    [
        SharedSchemas.Plain(SchemaType.Integer, null, false, false, false), Schema.String,
    ];

    private static readonly ValueRules AnyIntegerOrString = new() { AnyOf = IntegerOrString };

    /// <summary>Equal rules are shared; definitions repeat the same few over and over.</summary>
    private readonly HashSet<ValueRules> _known = [];

    private SchemaParser()
    {
    }

    public static Schema Parse(JSONSchemaProps definition) => new SchemaParser().Parse(definition, 0);

    private Schema Parse(JSONSchemaProps definition, int depth)
    {
        var shape = Shape(definition, depth);
        var rules = Rules(definition, depth);
        var json = definition.Default is { IsNil: false, IsNull: false } given ? given.ToString() : null;
        if (ReferenceEquals(rules, ValueRules.None) && json is null && definition.Description.Length == 0) return shape;
        return shape with { Rules = rules, DefaultJson = json, Description = definition.Description };
    }

    private SchemaProperty Property(string name, JSONSchemaProps definition, bool required, int depth)
    {
        var shape = Shape(definition, depth);
        return new SchemaProperty(name, shape)
        {
            Description = definition.Description,
            Required = required,
            DefaultJson = definition.Default is { IsNil: false, IsNull: false } given ? given.ToString() : null,
            Rules = Rules(definition, depth),
        };
    }

    /// <summary>The schema without its description, its default and its rules.</summary>
    private Schema Shape(JSONSchemaProps definition, int depth)
    {
        if (depth > StructuralSchema.MaximumDepth) throw new FormatException($"the schema nests deeper than {StructuralSchema.MaximumDepth} levels");
        var properties = Properties(definition, depth);
        var additional = Additional(definition, depth);
        var items = definition.Items?.Schema is { } element ? Parse(element, depth + 1) : null;
        var preserve = definition.XKubernetesPreserveUnknownFields ?? false;
        var type = TypeOf(definition, properties.Length > 0, additional is not null);
        var format = definition.Format.Length == 0 ? null : definition.Format;
        var plain = properties.Length == 0 && additional is null && items is null && !definition.XKubernetesEmbeddedResource
            && definition.XKubernetesListType is null && definition.XKubernetesMapType is null;
        if (plain) return SharedSchemas.Plain(type, format, definition.Nullable, preserve, definition.XKubernetesIntOrString);
        return new Schema(type)
        {
            Format = format,
            Nullable = definition.Nullable,
            IntOrString = definition.XKubernetesIntOrString,
            Properties = properties,
            AdditionalProperties = additional,
            Items = items,
            PreserveUnknownFields = preserve,
            EmbeddedResource = definition.XKubernetesEmbeddedResource,
            ListKind = definition.XKubernetesListType switch
            {
                "set" => ListKind.Set,
                "map" => ListKind.Map,
                "atomic" => ListKind.Atomic,
                _ => ListKind.Unset,
            },
            ListMapKeys = definition.XKubernetesListMapKeys.IsEmpty ? [] : definition.XKubernetesListMapKeys.ToArray(),
            MapKind = definition.XKubernetesMapType switch
            {
                "atomic" => MapKind.Atomic,
                "granular" => MapKind.Granular,
                _ => MapKind.Unset,
            },
        };
    }

    private static SchemaType TypeOf(JSONSchemaProps definition, bool hasProperties, bool hasAdditional) => definition.Type switch
    {
        _ when definition.XKubernetesIntOrString => SchemaType.Any,
        "object" => hasAdditional && !hasProperties ? SchemaType.Map : SchemaType.Object,
        "array" => SchemaType.List,
        "string" => SchemaType.String,
        "integer" => SchemaType.Integer,
        "number" => SchemaType.Number,
        "boolean" => SchemaType.Boolean,
        _ => SchemaType.Any,
    };

    private SchemaProperty[] Properties(JSONSchemaProps definition, int depth)
    {
        if (definition.Properties.IsEmpty) return [];
        var properties = new SchemaProperty[definition.Properties.Count];
        for (var i = 0; i < properties.Length; i++)
        {
            var name = definition.Properties.Keys[i];
            properties[i] = Property(name, definition.Properties.Values[i], definition.Required.Contains(name), depth + 1);
        }

        return properties;
    }

    private Schema? Additional(JSONSchemaProps definition, int depth) => definition.AdditionalProperties switch
    {
        null => null,
        { Schema: { } schema } => Parse(schema, depth + 1),
        { Allows: true } => SharedSchemas.Anything,
        _ => SharedSchemas.Nothing,
    };

    private ValueRules Rules(JSONSchemaProps definition, int depth)
    {
        var required = Undeclared(definition);
        if (required.Length == 0)
        {
            var onlyAnyOf = HasOnlyAnyOf(definition);
            if (onlyAnyOf && definition.AnyOf.IsEmpty) return ValueRules.None;
            if (onlyAnyOf && StructuralCheck.IsIntOrString(definition.AnyOf)) return AnyIntegerOrString;
        }

        var rules = new ValueRules
        {
            EnumJson = definition.Enum.IsEmpty ? [] : Array.ConvertAll(definition.Enum.ToArray(), value => value.ToString()),
            Minimum = definition.Minimum,
            Maximum = definition.Maximum,
            ExclusiveMinimum = definition.ExclusiveMinimum,
            ExclusiveMaximum = definition.ExclusiveMaximum,
            MultipleOf = definition.MultipleOf,
            MinLength = definition.MinLength,
            MaxLength = definition.MaxLength,
            Pattern = definition.Pattern.Length == 0 ? null : definition.Pattern,
            MinItems = definition.MinItems,
            MaxItems = definition.MaxItems,
            UniqueItems = definition.UniqueItems,
            MinProperties = definition.MinProperties,
            MaxProperties = definition.MaxProperties,
            Required = required,
            AllOf = Clauses(definition.AllOf, depth),
            AnyOf = Clauses(definition.AnyOf, depth),
            OneOf = Clauses(definition.OneOf, depth),
            Not = definition.Not is { } not ? Parse(not, depth + 1) : null,
            Expressions = definition.XKubernetesValidations.IsEmpty ? [] : Array.ConvertAll(definition.XKubernetesValidations.ToArray(), Expression),
        };
        if (_known.TryGetValue(rules, out var known)) return known;
        _known.Add(rules);
        return rules;
    }

    private static bool HasOnlyAnyOf(JSONSchemaProps definition) => definition is
    {
        Minimum: null, Maximum: null, ExclusiveMinimum: false, ExclusiveMaximum: false, MultipleOf: null,
        MinLength: null, MaxLength: null, MinItems: null, MaxItems: null, UniqueItems: false,
        MinProperties: null, MaxProperties: null, Not: null, Pattern.Length: 0,
        Enum.IsEmpty: true, AllOf.IsEmpty: true, OneOf.IsEmpty: true, XKubernetesValidations.IsEmpty: true,
    };

    private Schema[] Clauses(ApiList<JSONSchemaProps> clauses, int depth)
    {
        if (clauses.IsEmpty) return [];
        if (StructuralCheck.IsIntOrString(clauses)) return IntegerOrString;
        var parsed = new Schema[clauses.Count];
        for (var i = 0; i < parsed.Length; i++) parsed[i] = Parse(clauses[i], depth + 1);
        return parsed;
    }

    /// <summary>The names among the required ones that no property has.</summary>
    private static string[] Undeclared(JSONSchemaProps definition)
    {
        var names = new ApiListBuilder<string>();
        foreach (var name in definition.Required)
        {
            if (!definition.Properties.ContainsKey(name)) names.Add(name);
        }

        return names.Count == 0 ? [] : names.ToList().ToArray();
    }

    private static ExpressionRule Expression(ValidationRule rule) => new(rule.Rule)
    {
        Message = rule.Message.Length == 0 ? null : rule.Message,
        MessageExpression = rule.MessageExpression.Length == 0 ? null : rule.MessageExpression,
        Reason = rule.Reason,
        FieldPath = rule.FieldPath.Length == 0 ? null : rule.FieldPath,
        OptionalOldSelf = rule.OptionalOldSelf,
    };
}
