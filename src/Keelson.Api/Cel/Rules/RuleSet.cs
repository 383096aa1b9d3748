using Keelson.Api.Schemas;
using Keelson.Api.Validation;
using Keelson.Api.Values;

namespace Keelson.Api.Cel.Rules;

/// <summary>The rules of a resource's schema: x-kubernetes-validations at every level. They are compiled when first used.</summary>
public sealed class RuleSet
{
    /// <summary>What all rules on one object may cost; as upstream.</summary>
    public const long Budget = 10_000_000;

    private readonly RuleTree _tree;

    private RuleSet(RuleTree tree) => _tree = tree;

    /// <summary>The rules of a schema, or null when it has none.</summary>
    public static RuleSet? Of(Schema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return RuleTree.Of(schema) is { } tree ? new RuleSet(tree) : null;
    }

    /// <summary>Evaluates the rules on an object that its schema has been found to hold for.</summary>
    /// <param name="old">The object before the change; null for a new one. What did not hold then and has not changed may stay.</param>
    public void Validate(Value value, Value? old, FieldErrors errors, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(errors);
        new RuleRun(errors, cancel).Node(_tree, value, old, new Unchanged(value, old));
    }
}

/// <summary>The nearest value that can be compared with the one before.</summary>
internal readonly record struct Unchanged(Value Value, Value? Old)
{
    public bool Holds => Old is not null && Old.Equals(Value);
}
