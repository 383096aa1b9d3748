using Keelson.Api.Names;
using Keelson.Api.Validation;
using Keelson.Api.Values;

namespace Keelson.Api.Core.V1;

/// <summary>Checks that a pod once made changes only where it may; the place of the errors is the pod.</summary>
internal static class PodChange
{
    private const string Mutable =
        "`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,"
        + "`spec.tolerations` (only additions to existing tolerations),"
        + "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

    public static void Validate(PodSpec spec, PodSpec old, FieldErrors errors)
    {
        using (errors.In("spec"))
        {
            if (!SameContainers("containers", spec.Containers, old.Containers, errors)) return;
            if (!SameContainers("initContainers", spec.InitContainers, old.InitContainers, errors)) return;
            if (!Deadline(spec.ActiveDeadlineSeconds, old.ActiveDeadlineSeconds, errors)) return;
            Toleration.ValidateOnlyAdded(spec.Tolerations, old.Tolerations, errors);
            OnlyFewerGates(spec.SchedulingGates, old.SchedulingGates, errors);
            if (spec == old) return;
            var rest = WithoutMutable(spec, old);
            if (!old.SchedulingGates.IsEmpty) rest = GatedChange.Validate(rest, old, errors);
            // The older name of the account follows the newer one, and nothing else.
            if (rest == old) return;
            var changed = FieldDifference.Of(old.AsValue(), rest.AsValue());
            errors.Forbidden(null, $"pod updates may not change fields other than {Mutable}\n{changed}");
        }
    }

    private static bool SameContainers(string field, ApiList<Container> containers, ApiList<Container> old, FieldErrors errors)
    {
        if (containers.Count != old.Count)
        {
            errors.Forbidden(field, "pod updates may not add or remove containers");
            return false;
        }

        for (var i = 0; i < containers.Count; i++)
        {
            using (errors.In(field, i))
            {
                errors.Present("image", containers[i].Image);
                containers[i].ValidateForPod(errors);
            }
        }

        return true;
    }

    /// <summary>A deadline may be set or brought nearer, and never be taken away.</summary>
    private static bool Deadline(long? deadline, long? old, FieldErrors errors)
    {
        const string Field = "activeDeadlineSeconds";
        if (deadline is not { } seconds)
        {
            if (old is not null) errors.Invalid(Field, Value.Null, "must not update from a positive integer to nil value");
            return true;
        }

        if (seconds is < 0 or > int.MaxValue)
        {
            errors.Invalid(Field, seconds, NameMessage.OutOfRange(0, int.MaxValue));
            return false;
        }

        if (old is not { } before || before >= seconds) return true;
        errors.Invalid(Field, seconds, "must be less than or equal to previous value");
        return false;
    }

    private static void OnlyFewerGates(ApiList<PodSchedulingGate> gates, ApiList<PodSchedulingGate> old, FieldErrors errors)
    {
        for (var i = 0; i < gates.Count; i++)
        {
            if (old.Contains(gates[i])) continue;
            using (errors.In("schedulingGates", i))
            {
                errors.Forbidden("name", $"only deletion is allowed, but found new scheduling gate '{gates[i].Name}'");
            }
        }
    }

    /// <summary>The new description with the old values of all that may change.</summary>
    private static PodSpec WithoutMutable(PodSpec spec, PodSpec old) => spec with
    {
        Containers = WithImages(spec.Containers, old.Containers),
        InitContainers = WithImages(spec.InitContainers, old.InitContainers),
        ActiveDeadlineSeconds = old.ActiveDeadlineSeconds,
        SchedulingGates = old.SchedulingGates,
        Tolerations = old.Tolerations,
        TerminationGracePeriodSeconds = old.TerminationGracePeriodSeconds < 0 && spec.TerminationGracePeriodSeconds == 1
            ? old.TerminationGracePeriodSeconds : spec.TerminationGracePeriodSeconds,
    };

    private static ApiList<Container> WithImages(ApiList<Container> containers, ApiList<Container> old)
    {
        var changed = containers.ToArray();
        for (var i = 0; i < changed.Length; i++)
        {
            if (changed[i].Image != old[i].Image) changed[i] = changed[i] with { Image = old[i].Image };
        }

        return ApiList.Wrap(changed);
    }
}

/// <summary>A pod that is not to be scheduled yet may still be told where, as long as the choice only gets narrower.</summary>
internal static class GatedChange
{
    /// <summary>Reports changes that widen the choice, and gives the new description with the old choice.</summary>
    public static PodSpec Validate(PodSpec spec, PodSpec old, FieldErrors errors)
    {
        if (spec.NodeSelector != old.NodeSelector)
        {
            foreach (var (key, value) in old.NodeSelector)
            {
                if (spec.NodeSelector.TryGetValue(key, out var now) && now == value) continue;
                errors.Invalid("nodeSelector", spec.NodeSelector.AsValue(), "only additions are allowed (no mutations or deletions)");
                break;
            }

            spec = spec with { NodeSelector = old.NodeSelector };
        }

        var (affinity, before) = (spec.Affinity?.NodeAffinity, old.Affinity?.NodeAffinity);
        if (affinity == before) return spec;
        using (errors.In("affinity"))
        using (errors.In("nodeAffinity")) Narrows(affinity, before, errors);
        var restored = (spec.Affinity ?? Affinity.Empty) with { NodeAffinity = before };
        return spec with { Affinity = restored == Affinity.Empty && old.Affinity is null ? null : restored };
    }

    private static void Narrows(NodeAffinity? affinity, NodeAffinity? old, FieldErrors errors)
    {
        var before = old?.RequiredDuringSchedulingIgnoredDuringExecution?.NodeSelectorTerms ?? default;
        var after = affinity?.RequiredDuringSchedulingIgnoredDuringExecution?.NodeSelectorTerms ?? default;
        if (before.IsEmpty) return;
        using (errors.In(Affinity.RequiredField))
        {
            if (after.Count != before.Count)
            {
                errors.Invalid("nodeSelectorTerms", after.Count == 0 ? Value.Null : ListValue.From(after.Select(term => term.AsValue())),
                    "no additions/deletions to non-empty NodeSelectorTerms list are allowed");
                return;
            }

            for (var i = 0; i < before.Count; i++)
            {
                if (before[i].MatchExpressions.IsEmpty && before[i].MatchFields.IsEmpty)
                {
                    if (after[i] != before[i]) Report(i, after[i], "only additions are allowed if the existing term is not empty", errors);
                    continue;
                }

                if (Begins(after[i].MatchExpressions, before[i].MatchExpressions) && Begins(after[i].MatchFields, before[i].MatchFields)) continue;
                Report(i, after[i], "only additions are allowed (no mutations or deletions)", errors);
            }
        }
    }

    private static void Report(int index, NodeSelectorTerm term, string detail, FieldErrors errors)
    {
        using (errors.In("nodeSelectorTerms", index)) errors.Invalid(null, term.AsValue(), detail);
    }

    private static bool Begins(ApiList<NodeSelectorRequirement> list, ApiList<NodeSelectorRequirement> beginning) =>
        list.Count >= beginning.Count && list.AsSpan()[..beginning.Count].SequenceEqual(beginning.AsSpan());
}
