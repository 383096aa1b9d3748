using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Rbac.V1;

/// <summary>What roles and bindings of both scopes have in common.</summary>
internal static class RbacRules
{
    public const string Group = "rbac.authorization.k8s.io";

    private const string ServiceAccount = "ServiceAccount";
    private const string User = "User";
    private const string UserGroup = "Group";

    public static RoleRef WithDefaults(RoleRef role) => role.ApiGroup.Length > 0 ? role : role with { ApiGroup = Group };

    public static ApiList<Subject> WithDefaults(ApiList<Subject> subjects)
    {
        for (var i = 0; i < subjects.Count; i++)
        {
            if (subjects[i] is { ApiGroup: "", Kind: User or UserGroup }) subjects = subjects.With(i, subjects[i] with { ApiGroup = Group });
        }

        return subjects;
    }

    public static void Validate(ApiList<PolicyRule> rules, bool isNamespaced, FieldErrors errors)
    {
        for (var i = 0; i < rules.Count; i++)
        {
            using (errors.In("rules", i)) Validate(rules[i], isNamespaced, errors);
        }
    }

    public static void Validate(RoleRef role, ApiList<Subject> subjects, bool isNamespaced, FieldErrors errors)
    {
        using (errors.In("roleRef"))
        {
            errors.ExpectKnown("apiGroup", role.ApiGroup, Group);
            errors.ExpectKnown("kind", role.Kind, isNamespaced ? ["Role", "ClusterRole"] : ["ClusterRole"]);
            errors.ExpectPathSegment("name", role.Name);
        }

        for (var i = 0; i < subjects.Count; i++)
        {
            using (errors.In("subjects", i)) Validate(subjects[i], isNamespaced, errors);
        }
    }

    public static void ValidateChange(RoleRef role, RoleRef old, FieldErrors errors)
    {
        if (role != old) errors.Invalid("roleRef", Shown.Object(role), "cannot change roleRef");
    }

    private static void Validate(PolicyRule rule, bool isNamespaced, FieldErrors errors)
    {
        if (rule.Verbs.IsEmpty) errors.Required("verbs", "verbs must contain at least one value");
        if (!rule.NonResourceURLs.IsEmpty)
        {
            var shown = Shown.Texts(rule.NonResourceURLs);
            if (isNamespaced) errors.Invalid("nonResourceURLs", shown, "namespaced rules cannot apply to non-resource URLs");
            if (rule.ApiGroups.IsEmpty && rule.Resources.IsEmpty && rule.ResourceNames.IsEmpty) return;
            errors.Invalid("nonResourceURLs", shown, "rules cannot apply to both regular resources and non-resource URLs");
            return;
        }

        if (rule.ApiGroups.IsEmpty) errors.Required("apiGroups", "resource rules must supply at least one api group");
        if (rule.Resources.IsEmpty) errors.Required("resources", "resource rules must supply at least one resource");
    }

    private static void Validate(Subject subject, bool isNamespaced, FieldErrors errors)
    {
        errors.ExpectGiven("name", subject.Name);
        switch (subject.Kind)
        {
            case ServiceAccount:
                if (subject.Name.Length > 0) errors.Invalid("name", subject.Name, DnsName.CheckSubdomain(subject.Name));
                if (subject.ApiGroup.Length > 0) errors.NotSupported("apiGroup", subject.ApiGroup, [""]);
                if (!isNamespaced) errors.ExpectGiven("namespace", subject.Namespace);
                break;
            case User or UserGroup:
                errors.ExpectKnown("apiGroup", subject.ApiGroup, Group);
                break;
            default:
                errors.NotSupported("kind", subject.Kind, [ServiceAccount, User, UserGroup]);
                break;
        }
    }
}
