using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

public sealed partial record Toleration
{
    /// <summary>Reports what is wrong with a list of tolerations in a field.</summary>
    internal static void Validate(string field, ApiList<Toleration> tolerations, FieldErrors errors)
    {
        for (var i = 0; i < tolerations.Count; i++)
        {
            using (errors.In(field, i)) tolerations[i].Validate(errors);
        }
    }

    /// <summary>No toleration that was there may be changed, but for its seconds; more may be added.</summary>
    internal static void ValidateOnlyAdded(ApiList<Toleration> tolerations, ApiList<Toleration> old, FieldErrors errors)
    {
        foreach (var before in old)
        {
            if (tolerations.FindIndex(each => before with { TolerationSeconds = each.TolerationSeconds } == each) >= 0) continue;
            errors.Forbidden("tolerations", "existing toleration can not be modified except its tolerationSeconds");
            return;
        }

        Validate("tolerations", tolerations, errors);
    }

    private void Validate(FieldErrors errors)
    {
        if (Key.Length > 0) errors.QualifiedName("key", Key);
        else if (Operator != TolerationOperator.Exists)
        {
            errors.Invalid("operator", Operator, "operator must be Exists when `key` is empty, which means \"match all values and all keys\"");
        }

        if (TolerationSeconds is not null && Effect != TaintEffect.NoExecute)
        {
            errors.Invalid("effect", Effect, "effect must be 'NoExecute' when `tolerationSeconds` is set");
        }

        switch (Operator)
        {
            case TolerationOperator.Equal or "":
                var messages = LabelName.CheckValue(Value);
                if (!messages.IsEmpty) errors.Invalid("operator", Value, string.Join(";", messages));
                break;
            case TolerationOperator.Exists:
                if (Value.Length > 0) errors.Invalid("operator", this.AsValue(), "value must be empty when `operator` is 'Exists'");
                break;
            default:
                // Gt and Lt compare numbers only behind a gate, which is off by default.
                errors.NotSupported("operator", Operator, [TolerationOperator.Equal, TolerationOperator.Exists]);
                break;
        }

        if (Effect.Length > 0) errors.OneOf("effect", Effect, TaintEffect.NoSchedule, TaintEffect.PreferNoSchedule, TaintEffect.NoExecute);
    }
}
