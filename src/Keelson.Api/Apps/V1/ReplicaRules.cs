using Keelson.Api.Meta.V1;
using Keelson.Api.Validation;

namespace Keelson.Api.Apps.V1;

/// <summary>Checks what all that keep a number of pods have in common.</summary>
internal static class ReplicaRules
{
    /// <summary>The selector and the template, which must make pods that it selects.</summary>
    public static void Selected(LabelSelector? selector, Core.V1.PodTemplateSpec template, FieldErrors errors)
    {
        if (selector is null)
        {
            errors.Required("selector");
        }
        else
        {
            using (errors.In("selector")) selector.Validate(errors);
            // Upstream says deployment of replica sets, too.
            if (selector.AsksNothing) errors.Invalid("selector", selector.AsValue(), "empty selector is invalid for deployment");
        }

        if (LabelSelector.QueryOf(selector) is not { } query)
        {
            errors.Invalid("selector", selector.AsValue(), "invalid label selector");
            return;
        }

        using (errors.In("template"))
        {
            template.ValidateSelected(query, errors);
            template.Validate(errors);
            template.ValidateLasting("ReplicaSet", errors);
        }
    }

    /// <summary>The numbers in the status of a replica set or replication controller.</summary>
    public static void Counts(int replicas, int labeled, int ready, int available, long generation, FieldErrors errors)
    {
        errors.NonNegative("replicas", replicas);
        errors.NonNegative("fullyLabeledReplicas", labeled);
        errors.NonNegative("readyReplicas", ready);
        errors.NonNegative("availableReplicas", available);
        errors.NonNegative("observedGeneration", generation);
        NotMore("fullyLabeledReplicas", labeled, replicas, "status.replicas", errors);
        NotMore("readyReplicas", ready, replicas, "status.replicas", errors);
        NotMore("availableReplicas", available, replicas, "status.replicas", errors);
        NotMore("availableReplicas", available, ready, "readyReplicas", errors);
    }

    public static void NotMore(string field, int count, int most, string mostField, FieldErrors errors)
    {
        if (count > most) errors.Invalid(field, count, $"cannot be greater than {mostField}");
    }

    public static void NotFewerCollisions(int? count, int? old, FieldErrors errors)
    {
        if (old is not { } before || count >= before) return;
        errors.Invalid("collisionCount", count ?? 0, "cannot be decremented");
    }
}
