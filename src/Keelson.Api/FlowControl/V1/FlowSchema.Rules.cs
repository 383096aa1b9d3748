using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.FlowControl.V1;

public sealed partial record FlowSchema : IHasDefaults, IHasRules
{
    private const int DefaultPrecedence = 1000;
    private const int LastPrecedence = 10000;
    private const string Everything = "*";
    private const string NoVerbs = "verbs must contain at least one value";

    private static readonly string[] Verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch"];

    private static readonly FlowSchemaSpec Exempt = Fixed("exempt", 1, null, "system:masters");

    private static readonly FlowSchemaSpec CatchAll =
        Fixed("catch-all", LastPrecedence, FlowDistinguisherMethodType.ByUser, "system:unauthenticated", "system:authenticated");

    public IResource WithDefaults() => Spec.MatchingPrecedence != 0 ? this : this with { Spec = Spec with { MatchingPrecedence = DefaultPrecedence } };

    public void Validate(FieldErrors errors)
    {
        using (errors.In("spec")) ValidateSpec(errors);
        var required = Metadata.Name switch { "exempt" => Exempt, "catch-all" => CatchAll, _ => null };
        if (required is not null && required != Spec) errors.Invalid("spec", Shown.Object(Spec), $"spec of '{Metadata.Name}' must equal the fixed value");
        ValidateStatusUpdate(this, errors);
    }

    public void ValidateUpdate(IResource old, FieldErrors errors) => Validate(errors);

    public void ValidateStatusUpdate(IResource old, FieldErrors errors) =>
        ValidateConditions(Status.Conditions.Select(condition => condition.Type).ToApiList(), errors);

    internal static void ValidateConditions(ApiList<string> types, FieldErrors errors)
    {
        using var scope = errors.In("status");
        for (var i = 0; i < types.Count; i++)
        {
            using var inner = errors.In("conditions", i);
            if (types.IndexOf(types[i]) < i) errors.Duplicate("type", types[i]);
            errors.ExpectGiven("type", types[i], "must not be empty");
        }
    }

    private static FlowSchemaSpec Fixed(string level, int precedence, string? method, params ReadOnlySpan<string> groups)
    {
        var subjects = new ApiListBuilder<Subject>(groups.Length);
        foreach (var group in groups) subjects.Add(new Subject { Kind = SubjectKind.Group, Group = new GroupSubject { Name = group } });
        return new FlowSchemaSpec
        {
            MatchingPrecedence = precedence,
            PriorityLevelConfiguration = new PriorityLevelConfigurationReference { Name = level },
            DistinguisherMethod = method is null ? null : new FlowDistinguisherMethod { Type = method },
            Rules =
            [
                new PolicyRulesWithSubjects
                {
                    Subjects = subjects.ToList(),
                    ResourceRules =
                    [
                        new ResourcePolicyRule { Verbs = [Everything], ApiGroups = [Everything], Resources = [Everything], ClusterScope = true, Namespaces = [Everything] },
                    ],
                    NonResourceRules = [new NonResourcePolicyRule { Verbs = [Everything], NonResourceURLs = [Everything] }],
                },
            ],
        };
    }

    private void ValidateSpec(FieldErrors errors)
    {
        var precedence = Spec.MatchingPrecedence;
        if (precedence <= 0) errors.Invalid("matchingPrecedence", precedence, "must be a positive value");
        if (precedence > LastPrecedence) errors.Invalid("matchingPrecedence", precedence, $"must not be greater than {LastPrecedence}");
        if (precedence == 1 && Metadata.Name != "exempt")
        {
            errors.Invalid("matchingPrecedence", precedence, "only the schema named 'exempt' may have matchingPrecedence 1");
        }

        if (Spec.DistinguisherMethod is { } method && method.Type is not (FlowDistinguisherMethodType.ByNamespace or FlowDistinguisherMethodType.ByUser))
        {
            errors.NotSupported("distinguisherMethod.type", Shown.Object(method), [FlowDistinguisherMethodType.ByNamespace, FlowDistinguisherMethodType.ByUser]);
        }

        var level = Spec.PriorityLevelConfiguration.Name;
        if (level.Length == 0) errors.Required("priorityLevelConfiguration.name", "must reference a priority level");
        else errors.Invalid("priorityLevelConfiguration.name", level, DnsName.CheckSubdomain(level));
        for (var i = 0; i < Spec.Rules.Count; i++)
        {
            using (errors.In("rules", i)) Validate(Spec.Rules[i], errors);
        }
    }

    private static void Validate(PolicyRulesWithSubjects rule, FieldErrors errors)
    {
        if (rule.Subjects.IsEmpty) errors.Required("subjects", "subjects must contain at least one value");
        for (var i = 0; i < rule.Subjects.Count; i++)
        {
            using (errors.In("subjects", i)) Validate(rule.Subjects[i], errors);
        }

        if (rule.ResourceRules.IsEmpty && rule.NonResourceRules.IsEmpty)
        {
            errors.Required(null, "at least one of resourceRules and nonResourceRules has to be non-empty");
        }

        for (var i = 0; i < rule.ResourceRules.Count; i++)
        {
            using (errors.In("resourceRules", i)) Validate(rule.ResourceRules[i], errors);
        }

        for (var i = 0; i < rule.NonResourceRules.Count; i++)
        {
            using (errors.In("nonResourceRules", i)) Validate(rule.NonResourceRules[i], errors);
        }
    }

    private static void Validate(Subject subject, FieldErrors errors)
    {
        if (subject.Kind is not (SubjectKind.Group or SubjectKind.ServiceAccount or SubjectKind.User))
        {
            errors.NotSupported("kind", subject.Kind, [SubjectKind.Group, SubjectKind.ServiceAccount, SubjectKind.User]);
            return;
        }

        Expect(SubjectKind.ServiceAccount, "serviceAccount", subject.ServiceAccount is not null);
        Expect(SubjectKind.User, "user", subject.User is not null);
        Expect(SubjectKind.Group, "group", subject.Group is not null);
        if (subject.Kind == SubjectKind.User && subject.User is { Name: "" }) errors.Required("user.name");
        if (subject.Kind == SubjectKind.Group && subject.Group is { Name: "" }) errors.Required("group.name");
        if (subject.Kind != SubjectKind.ServiceAccount || subject.ServiceAccount is not { } account) return;
        using var scope = errors.In("serviceAccount");
        if (account.Name.Length == 0) errors.Required("name");
        else if (account.Name != Everything) errors.Invalid("name", account.Name, DnsName.CheckSubdomain(account.Name));
        if (account.Namespace.Length == 0) errors.Required("namespace", "must specify namespace for service account");
        else errors.Invalid("namespace", account.Namespace, DnsName.CheckLabel(account.Namespace));

        void Expect(string kind, string field, bool isGiven)
        {
            if (subject.Kind == kind && !isGiven) errors.Required(field, $"{field} is required when subject kind is '{kind}'");
            else if (subject.Kind != kind && isGiven) errors.Forbidden(field, $"{field} is forbidden when subject kind is not '{kind}'");
        }
    }

    private static void Validate(ResourcePolicyRule rule, FieldErrors errors)
    {
        ValidateVerbs(rule.Verbs, errors);
        if (rule.ApiGroups.IsEmpty) errors.Required("apiGroups", "resource rules must supply at least one api group");
        else ExpectAlone("apiGroups", rule.ApiGroups, "api groups", errors);
        if (rule.Resources.IsEmpty) errors.Required("resources", "resource rules must supply at least one resource");
        else ExpectAlone("resources", rule.Resources, "resources", errors);
        if (rule.Namespaces.IsEmpty && !rule.ClusterScope)
        {
            errors.Required("namespaces", "resource rules that are not cluster scoped must supply at least one namespace");
        }

        if (ExpectAlone("namespaces", rule.Namespaces, "namespaces", errors)) return;
        for (var i = 0; i < rule.Namespaces.Count; i++)
        {
            using var scope = errors.In("namespaces", i);
            foreach (var detail in DnsName.CheckLabel(rule.Namespaces[i]))
            {
                errors.Invalid(null, rule.Namespaces[i], $"each member of this list must be '*' or a DNS-1123 label; {detail}");
            }
        }
    }

    private static void Validate(NonResourcePolicyRule rule, FieldErrors errors)
    {
        ValidateVerbs(rule.Verbs, errors);
        if (rule.NonResourceURLs.IsEmpty) errors.Required("nonResourceURLs", "nonResourceURLs must contain at least one value");
        if (ExpectAlone("nonResourceURLs", rule.NonResourceURLs, "non-resource URLs", errors)) return;
        for (var i = 0; i < rule.NonResourceURLs.Count; i++)
        {
            if (CheckPath(rule.NonResourceURLs[i]) is not { } wrong) continue;
            using (errors.In("nonResourceURLs", i)) errors.Invalid(null, rule.NonResourceURLs[i], wrong);
        }
    }

    private static void ValidateVerbs(ApiList<string> verbs, FieldErrors errors)
    {
        if (verbs.IsEmpty) errors.Required("verbs", NoVerbs);
        else if (!ExpectAlone("verbs", verbs, "verbs", errors) && verbs.Except(Verbs).Any()) errors.NotSupported("verbs", Shown.Texts(verbs), Verbs);
    }

    /// <summary>Whether a list has the wildcard, beside which nothing else may stand.</summary>
    private static bool ExpectAlone(string field, ApiList<string> values, string others, FieldErrors errors)
    {
        if (!values.Contains(Everything)) return false;
        if (values.Count > 1) errors.Invalid(field, Shown.Texts(values), $"if '*' is present, must not specify other {others}");
        return true;
    }

    private static string? CheckPath(string path)
    {
        if (path.Length == 0) return "must not be empty";
        if (path == "/") return null;
        if (path[0] != '/') return "must start with slash";
        if (path.Contains(' ', StringComparison.Ordinal)) return "must not contain white-space";
        if (path.Contains("//", StringComparison.Ordinal)) return "must not contain double slash";
        var wildcards = path.AsSpan().Count('*');
        return wildcards > 1 || (wildcards == 1 && !path.EndsWith("/*", StringComparison.Ordinal)) ? "wildcard can only do suffix matching" : null;
    }
}
