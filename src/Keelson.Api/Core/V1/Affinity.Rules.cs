using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

public sealed partial record Affinity
{
    internal const string RequiredField = "requiredDuringSchedulingIgnoredDuringExecution";
    internal const string PreferredField = "preferredDuringSchedulingIgnoredDuringExecution";

    internal void Validate(FieldErrors errors)
    {
        using (errors.In("nodeAffinity")) NodeAffinity?.Validate(errors);
        if (PodAffinity is { } near)
        {
            using (errors.In("podAffinity"))
            {
                PodAffinityTerm.Validate(near.RequiredDuringSchedulingIgnoredDuringExecution, near.PreferredDuringSchedulingIgnoredDuringExecution, errors);
            }
        }

        if (PodAntiAffinity is { } far)
        {
            using (errors.In("podAntiAffinity"))
            {
                PodAffinityTerm.Validate(far.RequiredDuringSchedulingIgnoredDuringExecution, far.PreferredDuringSchedulingIgnoredDuringExecution, errors);
            }
        }
    }

    internal static void Weight(int weight, FieldErrors errors)
    {
        if (weight is <= 0 or > 100) errors.Invalid("weight", weight, "must be in the range 1-100");
    }
}

public sealed partial record NodeAffinity
{
    internal void Validate(FieldErrors errors)
    {
        using (errors.In(Affinity.RequiredField)) RequiredDuringSchedulingIgnoredDuringExecution?.Validate(errors);
        for (var i = 0; i < PreferredDuringSchedulingIgnoredDuringExecution.Count; i++)
        {
            var term = PreferredDuringSchedulingIgnoredDuringExecution[i];
            using (errors.In(Affinity.PreferredField, i))
            {
                Affinity.Weight(term.Weight, errors);
                // A preference may name labels that no node could have; it is then never met.
                using (errors.In("preference")) term.Preference.Validate(checkValues: false, errors);
            }
        }
    }
}

public sealed partial record NodeSelector
{
    /// <summary>Reports what is wrong with the selector; the place of the errors is the selector.</summary>
    internal void Validate(FieldErrors errors, bool checkValues = true)
    {
        if (NodeSelectorTerms.IsEmpty) errors.Required("nodeSelectorTerms", "must have at least one node selector term");
        for (var i = 0; i < NodeSelectorTerms.Count; i++)
        {
            using (errors.In("nodeSelectorTerms", i)) NodeSelectorTerms[i].Validate(checkValues, errors);
        }
    }
}

public sealed partial record NodeSelectorTerm
{
    internal void Validate(bool checkValues, FieldErrors errors)
    {
        for (var i = 0; i < MatchExpressions.Count; i++)
        {
            using (errors.In("matchExpressions", i)) MatchExpressions[i].Validate(checkValues, errors);
        }

        for (var i = 0; i < MatchFields.Count; i++)
        {
            using (errors.In("matchFields", i)) MatchFields[i].ValidateField(errors);
        }
    }
}

public sealed partial record NodeSelectorRequirement
{
    internal void Validate(bool checkValues, FieldErrors errors)
    {
        switch (Operator)
        {
            case NodeSelectorOperator.In or NodeSelectorOperator.NotIn:
                if (Values.IsEmpty) errors.Required("values", "must be specified when `operator` is 'In' or 'NotIn'");
                break;
            case NodeSelectorOperator.Exists or NodeSelectorOperator.DoesNotExist:
                if (!Values.IsEmpty) errors.Forbidden("values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
                break;
            case NodeSelectorOperator.Gt or NodeSelectorOperator.Lt:
                if (Values.Count != 1) errors.Required("values", "must be specified single value when `operator` is 'Lt' or 'Gt'");
                break;
            default:
                errors.Invalid("operator", Operator, "not a valid selector operator");
                break;
        }

        errors.QualifiedName("key", Key);
        if (!checkValues) return;
        for (var i = 0; i < Values.Count; i++)
        {
            using (errors.In("values", i)) errors.Invalid(null, Values[i], LabelName.CheckValue(Values[i]));
        }
    }

    /// <summary>A requirement on a node's field, of which there is one: its name.</summary>
    internal void ValidateField(FieldErrors errors)
    {
        if (Operator is not (NodeSelectorOperator.In or NodeSelectorOperator.NotIn)) errors.Invalid("operator", Operator, "not a valid selector operator");
        else if (Values.Count != 1) errors.Required("values", "must be only one value when `operator` is 'In' or 'NotIn' for node field selector");
        if (Key != "metadata.name")
        {
            errors.Invalid("key", Key, "not a valid field selector key");
            return;
        }

        for (var i = 0; i < Values.Count; i++)
        {
            using (errors.In("values", i)) errors.Subdomain(null, Values[i]);
        }
    }
}

public sealed partial record PodAffinityTerm
{
    internal static void Validate(ApiList<PodAffinityTerm> required, ApiList<WeightedPodAffinityTerm> preferred, FieldErrors errors)
    {
        for (var i = 0; i < required.Count; i++)
        {
            using (errors.In(Affinity.RequiredField, i)) required[i].Validate(errors);
        }

        for (var i = 0; i < preferred.Count; i++)
        {
            using (errors.In(Affinity.PreferredField, i))
            {
                Affinity.Weight(preferred[i].Weight, errors);
                using (errors.In("podAffinityTerm")) preferred[i].PodAffinityTerm.Validate(errors);
            }
        }
    }

    private void Validate(FieldErrors errors)
    {
        using (errors.In("labelSelector")) LabelSelector?.Validate(errors);
        using (errors.In("namespaceSelector")) NamespaceSelector?.Validate(errors);
        foreach (var name in Namespaces) errors.Invalid("namespace", name, DnsName.CheckLabel(name));
        ValidateKeys("matchLabelKeys", MatchLabelKeys, errors);
        ValidateKeys("mismatchLabelKeys", MismatchLabelKeys, errors);
        ValidateOverlap(errors);
        errors.Present("topologyKey", TopologyKey, "can not be empty");
        errors.QualifiedName("topologyKey", TopologyKey);
    }

    private void ValidateKeys(string field, ApiList<string> keys, FieldErrors errors)
    {
        if (keys.IsEmpty) return;
        if (LabelSelector is null)
        {
            errors.Forbidden(field, "must not be specified when labelSelector is not set");
            return;
        }

        for (var i = 0; i < keys.Count; i++)
        {
            using (errors.In(field, i)) errors.QualifiedName(null, keys[i]);
        }
    }

    private void ValidateOverlap(FieldErrors errors)
    {
        LabelKeyRules.ValidateOverlap(LabelSelector, MatchLabelKeys, errors);
        for (var i = 0; i < MatchLabelKeys.Count; i++)
        {
            if (!MismatchLabelKeys.Contains(MatchLabelKeys[i])) continue;
            using (errors.In("matchLabelKeys", i)) errors.Invalid(null, MatchLabelKeys[i], "exists in both matchLabelKeys and mismatchLabelKeys");
        }
    }
}
