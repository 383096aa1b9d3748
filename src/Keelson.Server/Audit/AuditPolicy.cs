using Keelson.Api.Authentication.V1;
using Keelson.Server.Http;

namespace Keelson.Server.Audit;

/// <summary>Which requests are written down, and how much of them: the first rule that fits decides.</summary>
public sealed record AuditPolicy
{
    public required IReadOnlyList<AuditRule> Rules { get; init; }

    /// <summary>What is written down of a request.</summary>
    public AuditTerms Decide(UserInfo user, RequestInfo request)
    {
        foreach (var rule in Rules)
        {
            if (rule.Fits(user, request)) return rule.Terms;
        }

        return AuditTerms.Nothing;
    }
}

/// <summary>How much of a request is written down.</summary>
public sealed record AuditTerms(AuditLevel Level, IReadOnlySet<AuditStage> OmittedStages, bool OmitsManagedFields)
{
    public static readonly AuditTerms Nothing = new(AuditLevel.None, new HashSet<AuditStage>(), OmitsManagedFields: false);
}

/// <summary>A rule of a policy. An empty list stands for everything.</summary>
public sealed record AuditRule
{
    public required AuditTerms Terms { get; init; }

    public IReadOnlyList<string> Users { get; init; } = [];

    public IReadOnlyList<string> UserGroups { get; init; } = [];

    public IReadOnlyList<string> Verbs { get; init; } = [];

    public IReadOnlyList<AuditedResources> Resources { get; init; } = [];

    /// <summary>The empty string stands for what is in no namespace.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = [];

    /// <summary>Paths that lead to no resource; a star at the end stands for all that follows.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    internal bool Fits(UserInfo user, RequestInfo request)
    {
        if (Users.Count > 0 && !Users.Contains(user.Username)) return false;
        if (UserGroups.Count > 0 && !user.Groups.Any(UserGroups.Contains)) return false;
        if (Verbs.Count > 0 && !Verbs.Contains(request.Verb)) return false;
        if (Namespaces.Count > 0 || Resources.Count > 0)
        {
            return request.IsResource && (Namespaces.Count == 0 || Namespaces.Contains(request.Namespace))
                && (Resources.Count == 0 || Resources.Any(resources => resources.Fit(request)));
        }

        return Paths.Count == 0 || (!request.IsResource && Paths.Any(path => FitsPath(path, request.Path)));
    }

    private static bool FitsPath(string wanted, string path) =>
        wanted == path || (wanted.EndsWith('*') && path.StartsWith(wanted.TrimEnd('*'), StringComparison.Ordinal));
}

/// <summary>Resources of a group: pods, pods/log, pods/*, */scale, or * for all.</summary>
public sealed record AuditedResources(string Group, IReadOnlyList<string> Resources, IReadOnlyList<string> Names)
{
    internal bool Fit(RequestInfo request)
    {
        if (Group != request.Group) return false;
        if (Resources.Count == 0) return true;
        return (Names.Count == 0 || Names.Contains(request.Name)) && Resources.Any(wanted => Fits(wanted, request));
    }

    private static bool Fits(string wanted, RequestInfo request)
    {
        if (wanted == "*") return true;
        var slash = wanted.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0) return request.Subresource.Length == 0 && wanted == request.Resource;
        var (resource, subresource) = (wanted[..slash], wanted[(slash + 1)..]);
        if (subresource == "*") return resource == request.Resource;
        return request.Subresource == subresource && (resource == "*" || resource == request.Resource);
    }
}
