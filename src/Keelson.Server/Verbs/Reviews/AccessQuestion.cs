using Keelson.Api;
using Keelson.Api.Authorization.V1;
using Keelson.Api.Meta.V1;
using Keelson.Api.Names;
using Keelson.Api.Selectors;
using Keelson.Api.Validation;
using Keelson.Server.Http;

namespace Keelson.Server.Verbs.Reviews;

/// <summary>What a review of access asks, as authorizers understand it.</summary>
/// <param name="Errors">What of the selectors could not be understood, as the answer tells it; empty when nothing.</param>
internal sealed record AccessQuestion(RequestInfo Info, string Errors)
{
    public static AccessQuestion Of(ResourceAttributes? resource, NonResourceAttributes? other)
    {
        if (resource is null) return new AccessQuestion(new RequestInfo { Path = other!.Path, Verb = other.Verb }, "");
        var errors = new List<string>();
        var info = new RequestInfo
        {
            Path = "",
            IsResource = true,
            Verb = resource.Verb,
            Group = resource.Group,
            Version = resource.Version.Length == 0 ? "*" : resource.Version,
            Namespace = resource.Namespace,
            Resource = resource.Resource,
            Subresource = resource.Subresource,
            Name = resource.Name,
            Selector = resource.FieldSelector is { } fields ? Fields(fields, errors) : null,
            Labels = resource.LabelSelector is { } labels ? Labels(labels, errors) : null,
        };
        return new AccessQuestion(info, string.Join("; ", errors));
    }

    /// <summary>Reports what is wrong with the spec of a review; the place of the errors is the spec.</summary>
    public static void Check(ResourceAttributes? resource, NonResourceAttributes? other, FieldErrors errors)
    {
        if (resource is not null && other is not null) errors.Invalid("nonResourceAttributes", Shown(other), "cannot be specified in combination with resourceAttributes");
        if (resource is null && other is null) errors.Invalid("resourceAttributes", Api.Values.Value.Null, "exactly one of nonResourceAttributes or resourceAttributes must be specified");
        if (resource is null) return;
        using var place = errors.In("resourceAttributes");
        if (resource.FieldSelector is { } fields)
        {
            using (errors.In("fieldSelector"))
            {
                CheckForm(fields.RawSelector, fields.Requirements.Count, errors);
                for (var i = 0; i < fields.Requirements.Count; i++)
                {
                    using (errors.In("requirements", i)) CheckRequirement(fields.Requirements[i].Key, fields.Requirements[i].Operator, fields.Requirements[i].Values, errors);
                }
            }
        }

        if (resource.LabelSelector is not { } labels) return;
        using (errors.In("labelSelector"))
        {
            CheckForm(labels.RawSelector, labels.Requirements.Count, errors);
            for (var i = 0; i < labels.Requirements.Count; i++)
            {
                var requirement = labels.Requirements[i];
                using (errors.In("requirements", i))
                {
                    CheckRequirement(requirement.Key, requirement.Operator, requirement.Values, errors);
                    foreach (var wrong in requirement.Key.Length == 0 ? default : LabelName.CheckKey(requirement.Key)) errors.Invalid("key", requirement.Key, wrong);
                }
            }
        }
    }

    private static void CheckForm(string raw, int requirements, FieldErrors errors)
    {
        if (raw.Length > 0 && requirements > 0) errors.Invalid("rawSelector", raw, "may not specified at the same time as requirements");
        if (raw.Length == 0 && requirements == 0) errors.Required("requirements", $"when {errors.Place} is specified, requirements or rawSelector is required");
    }

    // An operator that is not known may come from a newer client, and only makes the question wider.
    private static void CheckRequirement(string key, string relation, ApiList<string> values, FieldErrors errors)
    {
        if (key.Length == 0) errors.Required("key", "must be specified");
        if (relation is FieldSelectorOperator.In or FieldSelectorOperator.NotIn && values.IsEmpty) errors.Required("values", "must be specified when `operator` is 'In' or 'NotIn'");
        if (relation is FieldSelectorOperator.Exists or FieldSelectorOperator.DoesNotExist && !values.IsEmpty) errors.Forbidden("values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
    }

    private static FieldQuery? Fields(FieldSelectorAttributes given, List<string> errors)
    {
        if (given.RawSelector.Length > 0)
        {
            if (FieldQuery.TryParse(given.RawSelector, out var parsed, out _)) return parsed;
            errors.Add("spec.resourceAttributes.fieldSelector ignored due to parse error");
            return null;
        }

        // What is not understood is left out: the question gets wider by that, never narrower.
        var known = given.Requirements.Where(requirement => requirement.Values.Count == 1 && requirement.Operator is FieldSelectorOperator.In or FieldSelectorOperator.NotIn)
            .Select(requirement => new FieldRequirement(requirement.Key, requirement.Operator == FieldSelectorOperator.In, requirement.Values[0])).ToApiList();
        Tell("fieldSelector", known.Count, given.Requirements.Count, errors);
        return known.IsEmpty ? null : new FieldQuery(known);
    }

    private static LabelQuery? Labels(LabelSelectorAttributes given, List<string> errors)
    {
        if (given.RawSelector.Length > 0)
        {
            if (LabelQuery.TryParse(given.RawSelector, out var parsed, out _)) return parsed;
            errors.Add("spec.resourceAttributes.labelSelector ignored due to parse error");
            return null;
        }

        var known = given.Requirements.Select(requirement => new LabelExpression(requirement.Key, requirement.Operator, requirement.Values))
            .Where(expression => LabelQuery.TryCreate(default, [expression], out _, out _)).ToArray();
        Tell("labelSelector", known.Length, given.Requirements.Count, errors);
        return known.Length > 0 && LabelQuery.TryCreate(default, known, out var query, out _) ? query : null;
    }

    private static void Tell(string which, int known, int all, List<string> errors)
    {
        if (known < all) errors.Add($"spec.resourceAttributes.{which} {(known > 0 ? "partially " : "")}ignored due to parse error");
    }

    private static Api.Values.Value Shown(NonResourceAttributes other) => new Api.Values.MapBuilder().Set("path", other.Path).Set("verb", other.Verb).Build();
}
