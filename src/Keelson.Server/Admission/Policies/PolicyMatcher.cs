using Keelson.Api;
using Keelson.Api.AdmissionRegistration.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Api.Selectors;
using Keelson.Server.Registry;
using Keelson.Server.Webhooks;

namespace Keelson.Server.Admission.Policies;

/// <summary>Which writes policies and bindings are about.</summary>
internal sealed class PolicyMatcher(AdmissionLookup lookup)
{
    /// <summary>The version of the resource that the constraints are about; null where they are not about the write.</summary>
    public RegisteredResource? Match(MatchResources constraints, AdmissionRequest request, Namespace? space)
    {
        if (!Selects(QueryOf(constraints.NamespaceSelector), request, space)) return null;
        if (!WebhookMatcher.MatchesObject(QueryOf(constraints.ObjectSelector), request)) return null;
        if (Find(constraints.ExcludeResourceRules, constraints, request) is not null) return null;
        return constraints.ResourceRules.IsEmpty ? request.Resource : Find(constraints.ResourceRules, constraints, request);
    }

    public static LabelQuery QueryOf(LabelSelector? selector)
    {
        if (selector is null) return LabelQuery.Everything;
        var expressions = selector.MatchExpressions.Select(expression => new LabelExpression(expression.Key, expression.Operator, expression.Values)).ToArray();
        return LabelQuery.TryCreate(selector.MatchLabels, expressions, out var query, out _) ? query : LabelQuery.Nothing;
    }

    private RegisteredResource? Find(ApiList<NamedRuleWithOperations> rules, MatchResources constraints, AdmissionRequest request)
    {
        if (rules.Any(rule => Matches(rule, request, request.Resource))) return request.Resource;
        if (constraints.MatchPolicy == MatchPolicyType.Exact) return null;

        // The versions of a resource are the same objects; a rule about one of them is about all.
        return lookup.Registry.VersionsBeside(request.Resource).FirstOrDefault(other => rules.Any(rule => Matches(rule, request, other)));
    }

    private static bool Matches(NamedRuleWithOperations rule, AdmissionRequest request, RegisteredResource resource) =>
        (rule.ResourceNames.IsEmpty || rule.ResourceNames.Contains(request.Name.Name)) && WebhookMatcher.Matches(rule.RuleWithOperations, request, resource);

    private static bool Selects(LabelQuery query, AdmissionRequest request, Namespace? space)
    {
        if (query.IsEverything) return true;
        if (request.Resource.Kind is { Group: "", Kind: "Namespace" }) return WebhookMatcher.MatchesObject(query, request);
        return request.Name.Namespace.Length == 0 || (space is not null && query.Matches(space.Metadata.Labels));
    }
}
