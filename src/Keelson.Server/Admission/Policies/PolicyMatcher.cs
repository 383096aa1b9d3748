using Keelson.Api;
using Keelson.Api.AdmissionRegistration.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Api.Selectors;
using Keelson.Server.Http;
using Keelson.Server.Registry;
using Keelson.Server.Webhooks;

namespace Keelson.Server.Admission.Policies;

/// <summary>Which writes policies and bindings are about.</summary>
internal sealed class PolicyMatcher(AdmissionLookup lookup)
{
    /// <summary>The version of the resource that the constraints are about; null where they are not about the write.</summary>
    public RegisteredResource? Match(MatchResources constraints, AdmissionRequest request, Namespace? space)
    {
        // What can be wrong is looked at only for writes that are meant.
        if (Find(constraints.ExcludeResourceRules, constraints, request) is not null) return null;
        var shown = constraints.ResourceRules.IsEmpty ? request.Resource : Find(constraints.ResourceRules, constraints, request);
        if (shown is null || !Selects(QueryOf(constraints.NamespaceSelector), request, space)) return null;
        return WebhookMatcher.MatchesObject(QueryOf(constraints.ObjectSelector), request) ? shown : null;
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

    private bool Selects(LabelQuery query, AdmissionRequest request, Namespace? space)
    {
        if (query.IsEverything) return true;
        if (query.IsNothing) throw WebhookMatcher.Unreadable();
        if (request.Resource.Kind is { Group: "", Kind: "Namespace" }) return WebhookMatcher.MatchesObject(query, request);
        if (request.Name.Namespace.Length == 0) return true;
        return query.Matches((space ?? throw Failures.NotFound(lookup.Resource("", "namespaces"), request.Name.Namespace)).Metadata.Labels);
    }
}
