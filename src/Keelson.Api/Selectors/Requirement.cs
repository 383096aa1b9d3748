using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Keelson.Api.Names;

namespace Keelson.Api.Selectors;

/// <summary>One condition on an object's labels.</summary>
public sealed class Requirement : IEquatable<Requirement>
{
    /// <summary>From here on looking a value up costs less than comparing with each.</summary>
    private const int SetThreshold = 9;

    private readonly FrozenSet<string>? _set;
    private readonly long _bound;

    private Requirement(string key, RequirementOperator relation, ApiList<string> values)
    {
        Key = key;
        Operator = relation;
        Values = values;
        if (values.Count >= SetThreshold) _set = values.ToFrozenSet(StringComparer.Ordinal);
        if (relation is RequirementOperator.GreaterThan or RequirementOperator.LessThan) GoInteger.TryParse(values[0], out _bound);
    }

    public string Key { get; }

    public RequirementOperator Operator { get; }

    /// <summary>The values, in the order given.</summary>
    public ApiList<string> Values { get; }

    /// <summary>Checks that key, operator and values go together, and says with upstream's words what does not.</summary>
    public static bool TryCreate(
        string key, RequirementOperator relation, ApiList<string> values,
        [NotNullWhen(true)] out Requirement? requirement, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(key);
        var errors = new List<string>();
        var inKey = LabelName.CheckKey(key);
        if (!inKey.IsEmpty) errors.Add(Invalid("key", key, string.Join("; ", inKey)));
        CheckValues(relation, values, errors);
        for (var i = 0; i < values.Count; i++)
        {
            var inValue = LabelName.CheckValue(values[i]);
            if (!inValue.IsEmpty) errors.Add(Invalid($"values[{i}][{key}]", values[i], string.Join("; ", inValue)));
        }
        requirement = errors.Count == 0 ? new(key, relation, values) : null;
        error = errors.Count switch
        {
            0 => null,
            1 => errors[0],
            _ => $"[{string.Join(", ", errors.Distinct())}]",
        };
        return requirement is not null;
    }

    /// <summary>Whether labels meet the condition.</summary>
    public bool Matches<TLabels>(TLabels labels)
        where TLabels : IReadOnlyDictionary<string, string>
    {
        var present = labels.TryGetValue(Key, out var value);
        return Operator switch
        {
            RequirementOperator.Equals or RequirementOperator.DoubleEquals or RequirementOperator.In => present && HasValue(value!),
            RequirementOperator.NotEquals or RequirementOperator.NotIn => !present || !HasValue(value!),
            RequirementOperator.Exists => present,
            RequirementOperator.DoesNotExist => !present,
            RequirementOperator.GreaterThan => present && GoInteger.TryParse(value, out var number) && number > _bound,
            RequirementOperator.LessThan => present && GoInteger.TryParse(value, out var number) && number < _bound,
            _ => false,
        };
    }

    /// <summary>The condition in the syntax of selectors, its values in order.</summary>
    public override string ToString() => Operator switch
    {
        RequirementOperator.Exists => Key,
        RequirementOperator.DoesNotExist => $"!{Key}",
        RequirementOperator.In => $"{Key} in ({SortedValues()})",
        RequirementOperator.NotIn => $"{Key} notin ({SortedValues()})",
        RequirementOperator.DoubleEquals => $"{Key}=={SortedValues()}",
        RequirementOperator.NotEquals => $"{Key}!={SortedValues()}",
        RequirementOperator.GreaterThan => $"{Key}>{SortedValues()}",
        RequirementOperator.LessThan => $"{Key}<{SortedValues()}",
        _ => $"{Key}={SortedValues()}",
    };

    public bool Equals(Requirement? other) =>
        other is not null && Key == other.Key && Operator == other.Operator && Values == other.Values;

    public override bool Equals(object? obj) => Equals(obj as Requirement);

    public override int GetHashCode() => HashCode.Combine(Key, Operator, Values);

    /// <summary>A requirement that a label has a value, neither of them checked.</summary>
    internal static Requirement Unchecked(string key, string value) => new(key, RequirementOperator.Equals, [value]);

    /// <summary>An error of a field as upstream writes it.</summary>
    internal static string Invalid(string path, string value, string detail) => $"{path}: Invalid value: {GoQuote.Quote(value)}: {detail}";

    private static void CheckValues(RequirementOperator relation, ApiList<string> values, List<string> errors)
    {
        var message = relation switch
        {
            RequirementOperator.In or RequirementOperator.NotIn =>
                values.IsEmpty ? "for 'in', 'notin' operators, values set can't be empty" : null,
            RequirementOperator.Exists or RequirementOperator.DoesNotExist =>
                values.IsEmpty ? null : "values set must be empty for exists and does not exist",
            RequirementOperator.GreaterThan or RequirementOperator.LessThan =>
                values.Count == 1 ? null : "for 'Gt', 'Lt' operators, exactly one value is required",
            RequirementOperator.Equals or RequirementOperator.DoubleEquals or RequirementOperator.NotEquals =>
                values.Count == 1 ? null : "exact-match compatibility requires one single value",
            _ => throw new ArgumentOutOfRangeException(nameof(relation), relation, "The operator is none that a requirement has."),
        };
        if (message is not null) errors.Add($"values: Invalid value: {GoSlice(values)}: {message}");
        if (relation is not (RequirementOperator.GreaterThan or RequirementOperator.LessThan)) return;
        for (var i = 0; i < values.Count; i++)
        {
            if (!GoInteger.TryParse(values[i], out _))
            {
                errors.Add(Invalid($"values[{i}]", values[i], "for 'Gt', 'Lt' operators, the value must be an integer"));
            }
        }
    }

    private static string GoSlice(ApiList<string> values) => values.IsNil
        ? "[]string(nil)"
        : $"[]string{{{string.Join(", ", values.Select(value => GoQuote.Quote(value)))}}}";

    private bool HasValue(string value)
    {
        if (_set is not null) return _set.Contains(value);
        foreach (var own in Values)
        {
            if (own == value) return true;
        }
        return false;
    }

    private string SortedValues() =>
        Values.Count == 1 ? Values[0] : string.Join(",", Values.Order(Utf8Order.Instance));
}
