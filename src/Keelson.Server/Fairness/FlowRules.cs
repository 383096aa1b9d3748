using Keelson.Api;
using Keelson.Api.Authentication.V1;
using Keelson.Api.FlowControl.V1;
using Keelson.Server.Http;

namespace Keelson.Server.Fairness;

/// <summary>Whether a request is one of those that a flow schema is about.</summary>
internal static class FlowRules
{
    private const string All = "*";
    private const string AccountPrefix = "system:serviceaccount:";

    public static bool Fit(FlowSchema schema, UserInfo user, RequestInfo request)
    {
        foreach (var rules in schema.Spec.Rules)
        {
            if (FitsSubject(rules, user) && (request.IsResource ? FitsResource(rules, request) : FitsPath(rules, request))) return true;
        }

        return false;
    }

    private static bool FitsSubject(PolicyRulesWithSubjects rules, UserInfo user)
    {
        foreach (var subject in rules.Subjects)
        {
            var fits = subject.Kind switch
            {
                SubjectKind.User => subject.User is { } named && (named.Name == All || named.Name == user.Username),
                SubjectKind.Group => subject.Group is { } group && (group.Name == All || user.Groups.Contains(group.Name)),
                SubjectKind.ServiceAccount => subject.ServiceAccount is { } account && IsAccount(account, user.Username),
                _ => false,
            };
            if (fits) return true;
        }

        return false;
    }

    private static bool IsAccount(ServiceAccountSubject account, string user)
    {
        if (!user.StartsWith(AccountPrefix, StringComparison.Ordinal)) return false;
        var rest = user.AsSpan(AccountPrefix.Length);
        var colon = rest.IndexOf(':');
        return colon >= 0 && rest[..colon].SequenceEqual(account.Namespace) && (account.Name == All || rest[(colon + 1)..].SequenceEqual(account.Name));
    }

    private static bool FitsResource(PolicyRulesWithSubjects rules, RequestInfo request)
    {
        foreach (var rule in rules.ResourceRules)
        {
            if (!Has(rule.Verbs, request.Verb) || !Has(rule.ApiGroups, request.Group) || !HasResource(rule.Resources, request)) continue;
            if (request.Namespace.Length == 0 ? rule.ClusterScope : Has(rule.Namespaces, request.Namespace)) return true;
        }

        return false;
    }

    private static bool HasResource(ApiList<string> resources, RequestInfo request)
    {
        foreach (var resource in resources)
        {
            if (resource == All) return true;
            if (request.Subresource.Length == 0 ? resource == request.Resource : IsSubresource(resource, request)) return true;
        }

        return false;
    }

    private static bool IsSubresource(string wanted, RequestInfo request) =>
        wanted.Length == request.Resource.Length + 1 + request.Subresource.Length && wanted[request.Resource.Length] == '/'
        && wanted.StartsWith(request.Resource, StringComparison.Ordinal) && wanted.EndsWith(request.Subresource, StringComparison.Ordinal);

    private static bool FitsPath(PolicyRulesWithSubjects rules, RequestInfo request)
    {
        foreach (var rule in rules.NonResourceRules)
        {
            if (!Has(rule.Verbs, request.Verb)) continue;
            foreach (var path in rule.NonResourceURLs)
            {
                if (path == All || path == request.Path) return true;
                if (path.EndsWith("/*", StringComparison.Ordinal) && request.Path.AsSpan().StartsWith(path.AsSpan(0, path.Length - 1), StringComparison.Ordinal)) return true;
            }
        }

        return false;
    }

    private static bool Has(ApiList<string> values, string value)
    {
        foreach (var known in values)
        {
            if (known == All || known == value) return true;
        }

        return false;
    }
}
