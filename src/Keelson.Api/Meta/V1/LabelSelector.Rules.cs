using Keelson.Api.Names;
using Keelson.Api.Selectors;
using Keelson.Api.Validation;

namespace Keelson.Api.Meta.V1;

public sealed partial record LabelSelector
{
    /// <summary>Whether it asks for nothing, which as a rule means that it selects everything.</summary>
    internal bool AsksNothing => MatchLabels.IsEmpty && MatchExpressions.IsEmpty;

    /// <summary>Reports what is wrong with the selector; the place of the errors is the selector itself.</summary>
    internal void Validate(FieldErrors errors)
    {
        ObjectMetaValidation.ValidateLabels("matchLabels", MatchLabels, errors);
        for (var i = 0; i < MatchExpressions.Count; i++)
        {
            using (errors.In("matchExpressions", i)) MatchExpressions[i].Validate(errors);
        }
    }

    /// <summary>The selector to ask, or null when it is not valid. One that is absent selects nothing.</summary>
    internal static LabelQuery? QueryOf(LabelSelector? selector)
    {
        if (selector is null) return LabelQuery.Nothing;
        var expressions = selector.MatchExpressions.Select(each => new LabelExpression(each.Key, each.Operator, each.Values)).ToArray();
        return LabelQuery.TryCreate(selector.MatchLabels, expressions, out var query, out _) ? query : null;
    }
}

public sealed partial record LabelSelectorRequirement
{
    internal void Validate(FieldErrors errors)
    {
        switch (Operator)
        {
            case LabelSelectorOperator.In or LabelSelectorOperator.NotIn:
                if (Values.IsEmpty) errors.Required("values", "must be specified when `operator` is 'In' or 'NotIn'");
                break;
            case LabelSelectorOperator.Exists or LabelSelectorOperator.DoesNotExist:
                if (!Values.IsEmpty) errors.Forbidden("values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
                break;
            default:
                errors.Invalid("operator", Operator, "not a valid selector operator");
                break;
        }

        errors.Invalid("key", Key, LabelName.CheckKey(Key), "format=k8s-label-key");
        for (var i = 0; i < Values.Count; i++)
        {
            using (errors.In("values", i)) errors.Invalid(null, Values[i], LabelName.CheckValue(Values[i]));
        }
    }
}
