using System.Diagnostics.CodeAnalysis;

namespace Keelson.Api.Selectors;

/// <summary>One entry of a selector's match expressions, with the operator as it is written: In, NotIn, Exists or DoesNotExist.</summary>
public readonly record struct LabelExpression(string Key, string Operator, ApiList<string> Values = default);

/// <summary>Selects objects by their labels: every requirement must hold. Immutable; told as "a=b,c notin (d),!e".</summary>
public sealed class LabelQuery : IEquatable<LabelQuery>
{
    /// <summary>The longest text that is read. Upstream leaves it to the limit on a request's line.</summary>
    public const int MaximumLength = 1 << 20;

    private LabelQuery(ApiList<Requirement> requirements, bool isNothing = false)
    {
        Requirements = requirements;
        IsNothing = isNothing;
    }

    /// <summary>Selects every object.</summary>
    public static LabelQuery Everything { get; } = new([]);

    /// <summary>Selects no object: what the absence of a selector means.</summary>
    public static LabelQuery Nothing { get; } = new([], isNothing: true);

    /// <summary>The requirements, in the order of their keys.</summary>
    public ApiList<Requirement> Requirements { get; }

    public bool IsEverything => !IsNothing && Requirements.IsEmpty;

    public bool IsNothing { get; }

    /// <exception cref="FormatException">The text is not a selector.</exception>
    public static LabelQuery Parse(string text) => TryParse(text, out var query, out var error) ? query : throw new FormatException(error);

    /// <summary>Reads a selector with upstream's grammar and error texts.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out LabelQuery? query, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        query = null;
        if (text.Length > MaximumLength)
        {
            error = $"the selector is longer than {MaximumLength} characters";
            return false;
        }
        var requirements = new LabelQueryParser(text).Parse(out error);
        if (error is not null) return false;
        query = FromRequirements(requirements);
        return true;
    }

    /// <summary>The query of a selector in an object: labels that must match, and expressions. None of either selects everything.</summary>
    public static bool TryCreate(
        ApiMap<string> matchLabels, ReadOnlySpan<LabelExpression> matchExpressions,
        [NotNullWhen(true)] out LabelQuery? query, [NotNullWhen(false)] out string? error)
    {
        query = null;
        var requirements = new List<Requirement>(matchLabels.Count + matchExpressions.Length);
        foreach (var (key, value) in matchLabels)
        {
            if (!Requirement.TryCreate(key, RequirementOperator.Equals, [value], out var requirement, out error)) return false;
            requirements.Add(requirement);
        }
        foreach (var expression in matchExpressions)
        {
            if (OperatorOf(expression.Operator) is not { } relation)
            {
                error = $"{GoQuote.Quote(expression.Operator)} is not a valid label selector operator";
                return false;
            }
            if (!Requirement.TryCreate(expression.Key, relation, expression.Values, out var requirement, out error)) return false;
            requirements.Add(requirement);
        }
        error = null;
        query = FromRequirements(requirements);
        return true;
    }

    /// <summary>Selects objects that have these labels, which are not checked; none selects everything.</summary>
    public static LabelQuery FromLabels(ApiMap<string> labels)
    {
        if (labels.IsEmpty) return Everything;
        var requirements = new ApiListBuilder<Requirement>(labels.Count);
        foreach (var (key, value) in labels) requirements.Add(Requirement.Unchecked(key, value));
        return new(requirements.ToList());
    }

    /// <summary>The query with requirements more.</summary>
    public LabelQuery With(params ReadOnlySpan<Requirement> requirements)
    {
        if (IsNothing || requirements.IsEmpty) return this;
        return FromRequirements([.. Requirements, .. requirements]);
    }

    /// <summary>Whether labels meet every requirement.</summary>
    public bool Matches<TLabels>(TLabels labels)
        where TLabels : IReadOnlyDictionary<string, string>
    {
        if (IsNothing) return false;
        foreach (var requirement in Requirements)
        {
            if (!requirement.Matches(labels)) return false;
        }
        return true;
    }

    /// <summary>The one value that a label must have, if the first requirement on it asks for exactly one.</summary>
    public bool TryGetExactMatch(string key, [NotNullWhen(true)] out string? value)
    {
        value = null;
        foreach (var requirement in Requirements)
        {
            if (requirement.Key != key) continue;
            var exact = requirement.Operator is RequirementOperator.Equals or RequirementOperator.DoubleEquals or RequirementOperator.In;
            if (exact && requirement.Values.Count == 1) value = requirement.Values[0];
            return value is not null;
        }
        return false;
    }

    public bool Equals(LabelQuery? other) => other is not null && IsNothing == other.IsNothing && Requirements == other.Requirements;

    public override bool Equals(object? obj) => Equals(obj as LabelQuery);

    public override int GetHashCode() => HashCode.Combine(IsNothing, Requirements);

    /// <summary>The canonical text; everything and nothing both have none.</summary>
    public override string ToString() => string.Join(",", Requirements);

    private static LabelQuery FromRequirements(List<Requirement> requirements) =>
        requirements.Count == 0 ? Everything : new(requirements.OrderBy(requirement => requirement.Key, Utf8Order.Instance).ToApiList());

    private static RequirementOperator? OperatorOf(string name) => name switch
    {
        "In" => RequirementOperator.In,
        "NotIn" => RequirementOperator.NotIn,
        "Exists" => RequirementOperator.Exists,
        "DoesNotExist" => RequirementOperator.DoesNotExist,
        _ => null,
    };
}
