using Keelson.Api;
using Keelson.Api.Rbac.V1;
using Keelson.Server.Http;

namespace Keelson.Server.Access.Rbac;

/// <summary>What a rule allows, and whether rules contain other rules.</summary>
internal static class RuleMatching
{
    public const string All = "*";

    public static bool Allows(PolicyRule rule, RequestInfo request)
    {
        if (!Has(rule.Verbs, request.Verb)) return false;
        if (!request.IsResource) return AllowsPath(rule, request.Path);
        return Has(rule.ApiGroups, request.Group)
            && AllowsResource(rule, request.Resource, request.Subresource)
            && (rule.ResourceNames.IsEmpty || rule.ResourceNames.Contains(request.ObjectName));
    }

    /// <summary>The parts of the wanted rules that none of the held ones contains, each of one verb on one thing.</summary>
    public static List<PolicyRule> Missing(IReadOnlyCollection<PolicyRule> held, IEnumerable<PolicyRule> wanted) =>
        [.. wanted.SelectMany(Parts).Where(part => !held.Any(rule => Contains(rule, part)))];

    private static bool AllowsResource(PolicyRule rule, string resource, string subresource)
    {
        foreach (var pattern in rule.Resources)
        {
            if (pattern == All) return true;
            if (subresource.Length == 0)
            {
                if (pattern == resource) return true;
                continue;
            }

            // The pattern is "resource/subresource", or "*/subresource".
            var slash = pattern.Length - subresource.Length - 1;
            if (slash <= 0 || pattern[slash] != '/' || !pattern.EndsWith(subresource, StringComparison.Ordinal)) continue;
            var before = pattern.AsSpan(0, slash);
            if (before.SequenceEqual(resource) || before is "*") return true;
        }

        return false;
    }

    private static bool AllowsPath(PolicyRule rule, string path)
    {
        foreach (var pattern in rule.NonResourceURLs)
        {
            if (pattern == path || CoversPath(pattern, path)) return true;
        }

        return false;
    }

    private static bool CoversPath(string pattern, string path) =>
        pattern.EndsWith('*') && path.AsSpan().StartsWith(pattern.AsSpan().TrimEnd('*'), StringComparison.Ordinal);

    private static IEnumerable<PolicyRule> Parts(PolicyRule rule)
    {
        var names = rule.ResourceNames.IsEmpty ? [default] : rule.ResourceNames.Select(name => (ApiList<string>)[name]);
        var resources =
            from groupName in rule.ApiGroups
            from resource in rule.Resources
            from verb in rule.Verbs
            from name in names
            select new PolicyRule { ApiGroups = [groupName], Resources = [resource], Verbs = [verb], ResourceNames = name };
        var paths =
            from path in rule.NonResourceURLs
            from verb in rule.Verbs
            select new PolicyRule { NonResourceURLs = [path], Verbs = [verb] };
        return resources.Concat(paths);
    }

    private static bool Contains(PolicyRule rule, PolicyRule part)
    {
        if (!Has(rule.Verbs, part.Verbs[0])) return false;
        if (!part.NonResourceURLs.IsEmpty) return AllowsPath(rule, part.NonResourceURLs[0]);
        var slash = part.Resources[0].IndexOf('/', StringComparison.Ordinal);
        var resource = slash < 0 ? part.Resources[0] : part.Resources[0][..slash];
        var subresource = slash < 0 ? "" : part.Resources[0][(slash + 1)..];
        return Has(rule.ApiGroups, part.ApiGroups[0])
            && AllowsResource(rule, resource, subresource)
            && (rule.ResourceNames.IsEmpty || (!part.ResourceNames.IsEmpty && rule.ResourceNames.Contains(part.ResourceNames[0])));
    }

    private static bool Has(ApiList<string> values, string value)
    {
        foreach (var candidate in values)
        {
            if (candidate == All || candidate == value) return true;
        }

        return false;
    }
}
