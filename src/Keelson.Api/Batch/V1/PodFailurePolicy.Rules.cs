using Keelson.Api.Meta.V1;
using Keelson.Api.Validation;
using Keelson.Api.Values;

namespace Keelson.Api.Batch.V1;

public sealed partial record PodFailurePolicy
{
    private const int MaximumRules = 20;

    internal void Validate(JobSpec spec, FieldErrors errors)
    {
        if (Rules.Count > MaximumRules) errors.TooMany("rules", Rules.Count, MaximumRules);
        var containers = spec.Template.Spec.Containers.Concat(spec.Template.Spec.InitContainers).Select(each => each.Name).ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < Rules.Count; i++)
        {
            using (errors.In("rules", i)) Rules[i].Validate(spec, containers, errors);
        }
    }
}

public sealed partial record PodFailurePolicyRule
{
    private const int MaximumPatterns = 20;

    internal void Validate(JobSpec spec, HashSet<string> containers, FieldErrors errors)
    {
        if (Action.Length == 0) errors.Required("action", "valid values: [\"Count\" \"FailIndex\" \"FailJob\" \"Ignore\"]");
        else if (Action == PodFailurePolicyAction.FailIndex)
        {
            if (spec.BackoffLimitPerIndex is null) errors.Invalid("action", Action, "requires the backoffLimitPerIndex to be set");
        }
        else
        {
            errors.OneOf("action", Action,
                PodFailurePolicyAction.Count, PodFailurePolicyAction.FailIndex, PodFailurePolicyAction.FailJob, PodFailurePolicyAction.Ignore);
        }

        using (errors.In("onExitCodes")) OnExitCodes?.Validate(containers, errors);
        ValidatePatterns(errors);
        if (OnExitCodes is not null && !OnPodConditions.IsEmpty) Whole("specifying both OnExitCodes and OnPodConditions is not supported");
        if (OnExitCodes is null && OnPodConditions.IsEmpty) Whole("specifying one of OnExitCodes and OnPodConditions is required");

        void Whole(string detail) => errors.Add(new FieldError
        {
            Type = FieldErrorType.Invalid,
            Field = errors.Place.ToString(),
            OmitsValue = true,
            Detail = detail,
        });
    }

    private void ValidatePatterns(FieldErrors errors)
    {
        if (OnPodConditions.Count > MaximumPatterns) errors.TooMany("onPodConditions", OnPodConditions.Count, MaximumPatterns);
        for (var i = 0; i < OnPodConditions.Count; i++)
        {
            var pattern = OnPodConditions[i];
            using (errors.In("onPodConditions", i))
            {
                errors.QualifiedName("type", pattern.Type);
                if (pattern.Status.Length == 0) errors.Required("status", "valid values: [\"False\" \"True\" \"Unknown\"]");
                else errors.OneOf("status", pattern.Status, ConditionStatus.False, ConditionStatus.True, ConditionStatus.Unknown);
            }
        }
    }
}

public sealed partial record PodFailurePolicyOnExitCodesRequirement
{
    private const int MaximumValues = 255;

    internal void Validate(HashSet<string> containers, FieldErrors errors)
    {
        if (Operator.Length == 0) errors.Required("operator", "valid values: [\"In\" \"NotIn\"]");
        else errors.OneOf("operator", Operator, PodFailurePolicyOnExitCodesOperator.In, PodFailurePolicyOnExitCodesOperator.NotIn);
        if (ContainerName is { } name && !containers.Contains(name))
        {
            errors.Invalid("containerName", name, "must be one of the container or initContainer names in the pod template");
        }

        if (Values.IsEmpty) errors.Invalid("values", Shown(), "at least one value is required");
        if (Values.Count > MaximumValues) errors.TooMany("values", Values.Count, MaximumValues);
        var (ordered, seen) = (true, new HashSet<int>());
        for (var i = 0; i < Values.Count; i++)
        {
            using (errors.In("values", i))
            {
                if (Operator == PodFailurePolicyOnExitCodesOperator.In && Values[i] == 0) errors.Invalid(null, 0, "must not be 0 for the In operator");
                if (!seen.Add(Values[i])) errors.Duplicate(null, Values[i]);
            }

            ordered &= i == 0 || Values[i - 1] <= Values[i];
        }

        if (!ordered) errors.Invalid("values", Shown(), "must be ordered");
    }

    private ListValue Shown() => ListValue.From(Values.Select(value => (Value)value));
}
