using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

/// <summary>Checks of what selects nodes, and of what puts up with their taints.</summary>
internal static class NodeSelectorExpectations
{
    private const string NotOperator = "not a valid selector operator";

    // Labels that nodes had before their names were settled, each with what it is called now.
    private static readonly Dictionary<string, string> Successors = new(StringComparer.Ordinal)
    {
        ["failure-domain.beta.kubernetes.io/zone"] = "topology.kubernetes.io/zone",
        ["failure-domain.beta.kubernetes.io/region"] = "topology.kubernetes.io/region",
        ["beta.kubernetes.io/os"] = "kubernetes.io/os",
        ["beta.kubernetes.io/arch"] = "kubernetes.io/arch",
        ["beta.kubernetes.io/instance-type"] = "node.kubernetes.io/instance-type",
    };

    /// <summary>The place of the errors is the selector.</summary>
    public static void ExpectNodeSelector(this FieldErrors errors, NodeSelector selector, bool anyValues = false)
    {
        if (selector.NodeSelectorTerms.IsEmpty) errors.Required("nodeSelectorTerms", "must have at least one node selector term");
        for (var t = 0; t < selector.NodeSelectorTerms.Count; t++)
        {
            var term = selector.NodeSelectorTerms[t];
            using var scope = errors.In("nodeSelectorTerms", t);
            for (var i = 0; i < term.MatchExpressions.Count; i++)
            {
                using (errors.In("matchExpressions", i)) ExpectLabels(term.MatchExpressions[i], anyValues, errors);
            }

            for (var i = 0; i < term.MatchFields.Count; i++)
            {
                using (errors.In("matchFields", i)) ExpectField(term.MatchFields[i], errors);
            }
        }
    }

    public static bool HasInvalidValues(NodeSelector selector) => selector.NodeSelectorTerms.Any(term =>
        term.MatchExpressions.Any(requirement => requirement.Values.Any(value => !LabelName.IsValue(value))));

    /// <summary>Whether two selectors are the same, but for labels that go by their newer names now.</summary>
    public static bool IsSameButForLabels(NodeSelector? selector, NodeSelector? old)
    {
        if (selector is null || old is null) return selector == old;
        return selector.NodeSelectorTerms.Count == old.NodeSelectorTerms.Count
            && selector.NodeSelectorTerms.Zip(old.NodeSelectorTerms).All(pair =>
                IsSame(pair.First.MatchExpressions, pair.Second.MatchExpressions) && IsSame(pair.First.MatchFields, pair.Second.MatchFields));
    }

    public static void ExpectTolerations(this FieldErrors errors, string field, ApiList<Toleration> tolerations)
    {
        for (var i = 0; i < tolerations.Count; i++)
        {
            using (errors.In(field, i)) Expect(tolerations[i], errors);
        }
    }

    private static bool IsSame(ApiList<NodeSelectorRequirement> requirements, ApiList<NodeSelectorRequirement> old) =>
        requirements.Count == old.Count && requirements.Zip(old).All(pair =>
            pair.First == (Successors.GetValueOrDefault(pair.Second.Key) == pair.First.Key ? pair.Second with { Key = pair.First.Key } : pair.Second));

    private static void ExpectLabels(NodeSelectorRequirement requirement, bool anyValues, FieldErrors errors)
    {
        var values = requirement.Values;
        switch (requirement.Operator)
        {
            case NodeSelectorOperator.In or NodeSelectorOperator.NotIn:
                if (values.IsEmpty) errors.Required("values", "must be specified when `operator` is 'In' or 'NotIn'");
                break;
            case NodeSelectorOperator.Exists or NodeSelectorOperator.DoesNotExist:
                if (!values.IsEmpty) errors.Forbidden("values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
                break;
            case NodeSelectorOperator.Gt or NodeSelectorOperator.Lt:
                if (values.Count != 1) errors.Required("values", "must be specified single value when `operator` is 'Lt' or 'Gt'");
                break;
            default:
                errors.Invalid("operator", requirement.Operator, NotOperator);
                break;
        }

        errors.ExpectLabelKey("key", requirement.Key);
        for (var i = 0; i < values.Count && !anyValues; i++)
        {
            using (errors.In("values", i)) errors.Invalid(null, values[i], LabelName.CheckValue(values[i]));
        }
    }

    private static void ExpectField(NodeSelectorRequirement requirement, FieldErrors errors)
    {
        if (requirement.Operator is not (NodeSelectorOperator.In or NodeSelectorOperator.NotIn)) errors.Invalid("operator", requirement.Operator, NotOperator);
        else if (requirement.Values.Count != 1)
        {
            errors.Required("values", "must be only one value when `operator` is 'In' or 'NotIn' for node field selector");
        }

        if (requirement.Key != "metadata.name") errors.Invalid("key", requirement.Key, "not a valid field selector key");
        for (var i = 0; i < requirement.Values.Count && requirement.Key == "metadata.name"; i++)
        {
            using (errors.In("values", i)) errors.Invalid(null, requirement.Values[i], DnsName.CheckSubdomain(requirement.Values[i]));
        }
    }

    private static void Expect(Toleration toleration, FieldErrors errors)
    {
        if (toleration.Key.Length > 0) errors.ExpectLabelKey("key", toleration.Key);
        else if (toleration.Operator != TolerationOperator.Exists)
        {
            errors.Invalid("operator", toleration.Operator, "operator must be Exists when `key` is empty, which means \"match all values and all keys\"");
        }

        if (toleration.TolerationSeconds is not null && toleration.Effect != TaintEffect.NoExecute)
        {
            errors.Invalid("effect", toleration.Effect, "effect must be 'NoExecute' when `tolerationSeconds` is set");
        }

        switch (toleration.Operator)
        {
            case "" or TolerationOperator.Equal:
                var wrong = LabelName.CheckValue(toleration.Value);
                if (!wrong.IsEmpty) errors.Invalid("operator", toleration.Value, string.Join(";", wrong));
                break;
            case TolerationOperator.Exists:
                if (toleration.Value.Length > 0) errors.Invalid("operator", Shown.Object(toleration), "value must be empty when `operator` is 'Exists'");
                break;
            default:
                errors.NotSupported("operator", toleration.Operator, [TolerationOperator.Equal, TolerationOperator.Exists]);
                break;
        }

        if (toleration.Effect.Length > 0)
        {
            errors.ExpectKnown("effect", toleration.Effect, TaintEffect.NoSchedule, TaintEffect.PreferNoSchedule, TaintEffect.NoExecute);
        }
    }
}
