using Keelson.Api.Schemas;
using Keelson.Api.Validation;
using Keelson.Api.Values;

namespace Keelson.Api.Structural;

/// <summary>Schemas that are combined: all of them, any, exactly one, or none.</summary>
internal sealed partial class SchemaWalk
{
    private int Combined(Value value, Value? old, ValueRules rules)
    {
        if (ReferenceEquals(rules, ValueRules.None)) return 1;
        var checks = 1;
        if (rules.AnyOf.Count > 0) checks += AnyOf(value, old, rules.AnyOf);
        if (rules.OneOf.Count > 0) checks += OneOf(value, old, rules.OneOf);
        if (rules.AllOf.Count > 0) checks += AllOf(value, old, rules.AllOf);
        if (rules.Not is { } not && Try(value, old, not).Holds) Mismatch("must not validate the schema (not)");
        return checks;
    }

    private int AnyOf(Value value, Value? old, IReadOnlyList<Schema> alternatives)
    {
        var (best, most) = (alternatives[0], -1);
        for (var i = 0; i < alternatives.Count; i++)
        {
            var (holds, checks) = Try(value, old, alternatives[i]);
            if (holds) return checks;
            if (checks > most) (best, most) = (alternatives[i], checks);
        }

        Mismatch("must validate at least one schema (anyOf)");
        return Tell(value, old, best, most);
    }

    private int OneOf(Value value, Value? old, IReadOnlyList<Schema> alternatives)
    {
        var (best, most) = (alternatives[0], -1);
        var (holding, checksOfFirst) = (0, 0);
        for (var i = 0; i < alternatives.Count; i++)
        {
            var (holds, checks) = Try(value, old, alternatives[i]);
            if (holds && holding++ == 0) checksOfFirst = checks;
            if (!holds && checks > most) (best, most) = (alternatives[i], checks);
        }

        if (holding == 1) return checksOfFirst;
        Mismatch("must validate one and only one schema (oneOf). " + (holding == 0 ? "Found none valid" : $"Found {holding} valid alternatives"));
        return holding == 0 ? Tell(value, old, best, most) : 0;
    }

    private int AllOf(Value value, Value? old, IReadOnlyList<Schema> all)
    {
        var (checks, holding) = (0, 0);
        for (var i = 0; i < all.Count; i++)
        {
            var failures = _failures;
            checks += Node(value, old, all[i], ValueRules.None);
            if (_failures == failures) holding++;
        }

        if (holding < all.Count) Mismatch("must validate all the schemas (allOf)" + (holding == 0 ? ". None validated" : ""));
        return checks;
    }

    private (bool Holds, int Checks) Try(Value value, Value? old, Schema schema)
    {
        var failures = _failures;
        _quiet++;
        var checks = Node(value, old, schema, ValueRules.None);
        _quiet--;
        var holds = _failures == failures && !IsExhausted;
        _failures = failures;
        return (holds, checks);
    }

    /// <summary>Tries an alternative again, now to tell its errors.</summary>
    private int Tell(Value value, Value? old, Schema schema, int checks)
    {
        if (_quiet == 0) Node(value, old, schema, ValueRules.None);
        return checks;
    }

    /// <summary>Upstream tells such errors of the object as a whole and names the field in the message.</summary>
    private void Mismatch(string fault)
    {
        _failures++;
        if (_quiet > 0) return;
        var place = _errors.Place.Above(_root);
        _errors.Add(new FieldError
        {
            Type = FieldErrorType.Invalid,
            Field = place.Length == 0 ? FieldPath.None : place,
            BadValue = "",
            Detail = $"{Values.GoQuote.Quote(Path)} {fault}",
        });
    }
}
