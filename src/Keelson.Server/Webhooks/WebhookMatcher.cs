using Keelson.Api;
using Keelson.Api.AdmissionRegistration.V1;
using Keelson.Api.Selectors;
using Keelson.Server.Admission;
using Keelson.Server.Http;
using Keelson.Server.Objects;
using Keelson.Server.Registry;

namespace Keelson.Server.Webhooks;

/// <summary>Which writes a webhook is asked about.</summary>
internal static class WebhookMatcher
{
    private const string OwnGroup = "admissionregistration.k8s.io";

    /// <summary>What webhooks must never be in the way of: the objects that say which webhooks there are.</summary>
    public static bool IsExempt(AdmissionRequest request) => request.Resource.Kind.Group == OwnGroup;

    /// <summary>Policies have no say in who somebody is and what he may do either: those are questions, and without an answer nothing works. Webhooks are asked.</summary>
    public static bool IsExemptFromPolicies(AdmissionRequest request) => IsExempt(request) || Verbs.Reviews.ReviewHandler.Resources.Contains(request.Resource.QualifiedName);

    /// <summary>The resource under whose version the webhook wants to be asked; null where it does not care about the write.</summary>
    public static RegisteredResource? Match(Webhook hook, AdmissionRequest request, ResourceRegistry registry)
    {
        if (hook.Rules.Any(rule => Matches(rule, request, request.Resource))) return request.Resource;
        if (!hook.MatchesEquivalent) return null;

        // The versions of a resource are the same objects; a rule about one of them is about all.
        return registry.VersionsBeside(request.Resource).FirstOrDefault(other => hook.Rules.Any(rule => Matches(rule, request, other)));
    }

    /// <summary>Whether labels of the object, as it was or as it is to be, are those that the webhook cares about.</summary>
    public static bool MatchesObject(Webhook hook, AdmissionRequest request) => MatchesObject(hook.Objects, request);

    /// <summary>Whether labels of the object, as it was or as it is to be, are selected; options of connections have none, not even an empty set.</summary>
    public static bool MatchesObject(LabelQuery query, AdmissionRequest request)
    {
        if (query.IsEverything) return true;
        if (query.IsNothing) throw Unreadable();
        return (request.Object is { } value and not OptionsObject && query.Matches(value.Metadata.Labels)) || (request.OldObject is { } old && query.Matches(old.Metadata.Labels));
    }

    /// <summary>The refusal of a write because a selector makes no sense. None that was checked does that; one that was not must not let everything pass.</summary>
    public static ApiException Unreadable() => Failures.Internal("a selector of labels of an admission configuration is invalid");

    public static bool Matches(RuleWithOperations rule, AdmissionRequest request, RegisteredResource resource)
    {
        var operation = WebhookReview.OperationOf(request);
        return (rule.Operations.Contains(OperationType.All) || rule.Operations.Contains(operation))
            && Contains(rule.Rule.ApiGroups, resource.Kind.Group)
            && Contains(rule.Rule.ApiVersions, resource.Kind.Version)
            && rule.Rule.Resources.Any(name => MatchesResource(name, resource.Info.Plural, request.Subresource))
            && MatchesScope(rule.Rule.Scope, resource);
    }

    private static bool Contains(ApiList<string> values, string value) => values.Contains("*") || values.Contains(value);

    private static bool MatchesResource(string name, string plural, string subresource)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        var (wanted, wantedSub) = slash < 0 ? (name, "") : (name[..slash], name[(slash + 1)..]);
        return (wanted == "*" || wanted == plural) && (wantedSub == subresource || wantedSub == "*");
    }

    private static bool MatchesScope(string? scope, RegisteredResource resource) => scope switch
    {
        ScopeType.Namespaced => resource.IsNamespaced,
        ScopeType.Cluster => !resource.IsNamespaced,
        _ => true,
    };
}
