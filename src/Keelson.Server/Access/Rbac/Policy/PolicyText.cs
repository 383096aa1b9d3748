using Keelson.Api;
using Keelson.Api.Meta.V1;
using Keelson.Api.Rbac.V1;

namespace Keelson.Server.Access.Rbac.Policy;

/// <summary>Reads roles and bindings from the compact form in which the server's own are written.</summary>
/// <remarks>
/// A line "role NAME [sum=X] [for=Y]" begins a role: sum makes it the sum of all roles that are for X. Each line below is a rule:
/// groups, resources, verbs, and names after an @; or "url", paths, verbs; or "events". "controller NAME" begins a role with its binding;
/// "bind NAME[=ROLE] SUBJECT..." is a binding; "in NAMESPACE" says where what follows is.
/// </remarks>
internal static class PolicyText
{
    public const string AutoUpdate = "rbac.authorization.kubernetes.io/autoupdate";

    private const string Aggregates = "rbac.authorization.k8s.io/aggregate-to-";
    private const string ControllerPrefix = "system:controller:";

    private static readonly string[] Read = ["get", "list", "watch"];
    private static readonly string[] Write = ["create", "delete", "deletecollection", "patch", "update"];
    private static readonly string[] Everything = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
    private static readonly PolicyRule Events = new() { ApiGroups = ["", "events.k8s.io"], Resources = ["events"], Verbs = ["create", "patch", "update"] };

    /// <summary>All that is built in.</summary>
    public static List<IResource> BuiltIn()
    {
        var all = Parse(ClusterPolicy.Roles).Concat(Parse(ControllerPolicy.Roles)).ToList();
        var roles = all.OfType<ClusterRole>().ToList();

        // Sums are stored filled in, so that who reads them sees what they allow.
        return [.. all.Select(value => value is ClusterRole { AggregationRule: not null } sum ? sum with { Rules = RoleSum.Of(sum, roles) } : value), .. Parse(ClusterPolicy.NamespacedRoles)];
    }

    public static List<IResource> Parse(string text)
    {
        var found = new List<IResource>();
        var rules = new List<PolicyRule>();
        var space = "";
        Func<ApiList<PolicyRule>, IResource>? open = null;
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var words = line.Split(' ');
            if (words[0] is not ("in" or "role" or "controller" or "bind"))
            {
                rules.Add(Rule(words));
                continue;
            }

            Close();
            if (words[0] == "in") space = words[1];
            else if (words[0] == "bind") found.Add(Binding(words, space));
            else if (words[0] == "role") open = Role(words, space);
            else
            {
                var name = ControllerPrefix + words[1];
                found.Add(Binding(["bind", name, $"account:kube-system:{words[1]}"], ""));
                open = Role(["role", name], "");
            }
        }

        Close();
        return found;

        void Close()
        {
            if (open is not null) found.Add(open(rules.ToApiList()));
            open = null;
            rules.Clear();
        }
    }

    private static Func<ApiList<PolicyRule>, IResource> Role(string[] words, string space)
    {
        var metadata = Metadata(words[1], space);
        if (space.Length > 0) return rules => new Role { Metadata = metadata, Rules = rules };
        AggregationRule? sum = null;
        foreach (var word in words[2..])
        {
            var (key, value) = (word[..word.IndexOf('=', StringComparison.Ordinal)], word[(word.IndexOf('=', StringComparison.Ordinal) + 1)..]);
            if (key == "for") metadata = metadata with { Labels = metadata.Labels.With(Aggregates + value, "true") };
            else sum = new AggregationRule { ClusterRoleSelectors = [new LabelSelector { MatchLabels = ApiMap<string>.From((Aggregates + value, "true")) }] };
        }

        return rules => new ClusterRole { Metadata = metadata, Rules = rules, AggregationRule = sum };
    }

    private static IResource Binding(string[] words, string space)
    {
        var names = words[1].Split('=');
        var metadata = Metadata(names[0], space);
        var subjects = words[2..].Select(Subject).ToApiList();
        var role = new RoleRef { ApiGroup = RbacAuthorizer.Group, Kind = space.Length == 0 ? "ClusterRole" : "Role", Name = names[^1] };
        return space.Length == 0
            ? new ClusterRoleBinding { Metadata = metadata, RoleRef = role, Subjects = subjects }
            : new RoleBinding { Metadata = metadata, RoleRef = role, Subjects = subjects };
    }

    private static Subject Subject(string word)
    {
        var parts = word.Split(':', 2);
        if (parts[0] != "account") return new Subject { ApiGroup = RbacAuthorizer.Group, Kind = parts[0] == "user" ? "User" : "Group", Name = parts[1] };
        var place = parts[1].Split(':');
        return new Subject { Kind = "ServiceAccount", Namespace = place[0], Name = place[1] };
    }

    private static PolicyRule Rule(string[] words)
    {
        if (words[0] == "events") return Events;
        if (words[0] == "url") return new PolicyRule { NonResourceURLs = words[1].Split(','), Verbs = Verbs(words[2]) };
        return new PolicyRule
        {
            ApiGroups = words[0].Split(',').Select(group => group == "core" ? "" : group).ToApiList(),
            Resources = words[1].Split(','),
            Verbs = Verbs(words[2]),
            ResourceNames = words.Length > 3 ? words[3][1..].Split(',') : default(ApiList<string>),
        };
    }

    private static ApiList<string> Verbs(string word) => word switch
    {
        "read" => Read,
        "write" => Write,
        "all" => Everything,
        _ => word.Split(','),
    };

    private static ObjectMeta Metadata(string name, string space) => new()
    {
        Name = name,
        Namespace = space,
        Labels = ApiMap<string>.From(("kubernetes.io/bootstrapping", "rbac-defaults")),
        Annotations = ApiMap<string>.From((AutoUpdate, "true")),
    };
}
