using Keelson.Api.Values;

namespace Keelson.Api.Schemas;

/// <summary>What a value must satisfy beyond its type.</summary>
public sealed record ValueRules
{
    private Value[]? _enumValues;

    public static ValueRules None { get; } = new();

    /// <summary>The values allowed, each as JSON; empty for any.</summary>
    public IReadOnlyList<string> EnumJson
    {
        get;
        init
        {
            field = value;
            _enumValues = null;
        }
    } = [];

    /// <summary>The values allowed, read when they are first asked for.</summary>
    public IReadOnlyList<Value> EnumValues =>
        EnumJson.Count == 0 ? [] : _enumValues ??= [.. EnumJson.Select(json => ValueReader.Read(json))];

    /// <summary>Fields that must be given and that the schema has no property for.</summary>
    public IReadOnlyList<string> Required { get; init; } = [];

    public double? Minimum { get; init; }

    public double? Maximum { get; init; }

    public bool ExclusiveMinimum { get; init; }

    public bool ExclusiveMaximum { get; init; }

    public double? MultipleOf { get; init; }

    public long? MinLength { get; init; }

    public long? MaxLength { get; init; }

    public string? Pattern { get; init; }

    /// <summary>The form of a string, by a rule's name.</summary>
    public string? Format { get; init; }

    public long? MinItems { get; init; }

    public long? MaxItems { get; init; }

    public bool UniqueItems { get; init; }

    public long? MinProperties { get; init; }

    public long? MaxProperties { get; init; }

    public IReadOnlyList<Schema> AllOf { get; init; } = [];

    public IReadOnlyList<Schema> AnyOf { get; init; } = [];

    public IReadOnlyList<Schema> OneOf { get; init; } = [];

    public Schema? Not { get; init; }

    /// <summary>Rules in the Common Expression Language.</summary>
    public IReadOnlyList<ExpressionRule> Expressions { get; init; } = [];
}

/// <summary>One x-kubernetes-validations rule.</summary>
public sealed record ExpressionRule(string Rule)
{
    public string? Message { get; init; }

    public string? MessageExpression { get; init; }

    public string? Reason { get; init; }

    public string? FieldPath { get; init; }

    public bool? OptionalOldSelf { get; init; }
}
