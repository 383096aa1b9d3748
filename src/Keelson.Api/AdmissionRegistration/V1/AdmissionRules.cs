using Keelson.Api.Meta.V1;
using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.AdmissionRegistration.V1;

/// <summary>What webhooks and policies have in common: which requests they are for.</summary>
internal static class AdmissionRules
{
    private const string Everything = "*";
    private const int MaximumConditions = 64;

    public static ApiList<RuleWithOperations> WithDefaults(ApiList<RuleWithOperations> rules)
    {
        for (var i = 0; i < rules.Count; i++)
        {
            if (rules[i].Rule.Scope is null) rules = rules.With(i, WithDefaults(rules[i]));
        }

        return rules;
    }

    public static MatchResources WithDefaults(MatchResources match) => match with
    {
        MatchPolicy = match.MatchPolicy ?? MatchPolicyType.Equivalent,
        NamespaceSelector = match.NamespaceSelector ?? LabelSelector.Empty,
        ObjectSelector = match.ObjectSelector ?? LabelSelector.Empty,
        ResourceRules = WithDefaults(match.ResourceRules),
        ExcludeResourceRules = WithDefaults(match.ExcludeResourceRules),
    };

    public static ParamRef WithDefaults(ParamRef reference) =>
        reference.ParameterNotFoundAction is null ? reference with { ParameterNotFoundAction = ParameterNotFoundActionType.Deny } : reference;

    public static void Validate(RuleWithOperations rule, FieldErrors errors)
    {
        if (rule.Operations.IsEmpty) errors.Required("operations");
        ExpectAlone("operations", rule.Operations, "operations", errors);
        for (var i = 0; i < rule.Operations.Count; i++)
        {
            using var scope = errors.In("operations", i);
            errors.ExpectKnown(null, rule.Operations[i], OperationType.All, OperationType.CONNECT, OperationType.CREATE, OperationType.DELETE, OperationType.UPDATE);
        }

        Validate(rule.Rule, errors);
    }

    public static void Validate(MatchResources match, FieldErrors errors)
    {
        if (match.MatchPolicy is null) errors.Required("matchPolicy");
        else errors.ExpectKnown("matchPolicy", match.MatchPolicy, MatchPolicyType.Equivalent, MatchPolicyType.Exact);
        if (match.NamespaceSelector is null) errors.Required("namespaceSelector");
        errors.ExpectLabelSelector("namespaceSelector", match.NamespaceSelector);
        if (match.ObjectSelector is null) errors.Required("objectSelector");
        errors.ExpectLabelSelector("objectSelector", match.ObjectSelector);
        Validate("resourceRules", match.ResourceRules, errors);
        Validate("excludeResourceRules", match.ExcludeResourceRules, errors);
    }

    /// <summary>What is deleted can't be changed any more. The place of these errors leaves out which rule it is, as upstream's does.</summary>
    public static void ExpectMutable(MatchResources match, FieldErrors errors)
    {
        foreach (var operation in match.ResourceRules.SelectMany(rule => rule.RuleWithOperations.Operations))
        {
            errors.ExpectKnown("resourceRules.operations", operation, OperationType.All, OperationType.CONNECT, OperationType.CREATE, OperationType.UPDATE);
        }
    }

    public static void ValidateConditions(ApiList<MatchCondition> conditions, FieldErrors errors)
    {
        if (conditions.Count > MaximumConditions) errors.TooMany("matchConditions", conditions.Count, MaximumConditions);
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < conditions.Count; i++)
        {
            var condition = conditions[i];
            using var scope = errors.In("matchConditions", i);
            if (condition.Expression.AsSpan().Trim().IsEmpty) errors.Required("expression");
            if (condition.Name.Length == 0) errors.Required("name");
            else errors.Invalid("name", condition.Name, LabelName.CheckKey(condition.Name), "format=qualified-name");
            if (condition.Name.Length > 0 && !names.Add(condition.Name)) errors.Duplicate("name", condition.Name);
        }
    }

    public static void Validate(ParamKind kind, FieldErrors errors)
    {
        using var scope = errors.In("paramKind");
        var parts = kind.ApiVersion.Split('/');
        if (kind.ApiVersion.Length == 0) errors.Required("apiVersion");
        else if (parts.Length > 2) errors.Invalid("apiVersion", kind.ApiVersion, $"unexpected GroupVersion string: {kind.ApiVersion}");
        else
        {
            var (group, version) = parts.Length == 2 ? (parts[0], parts[1]) : ("", parts[0]);
            if (group.Length > 0) Joined("apiVersion", group, DnsName.CheckSubdomain(group), "", errors);
            if (version.Length == 0) errors.Invalid("apiVersion", kind.ApiVersion, "version must be specified");
            else Joined("apiVersion", version, DnsName.CheckLabel1035(version), "", errors);
        }

        if (kind.Kind.Length == 0) errors.Required("kind");
        else Joined("kind", kind.Kind, DnsName.CheckLabel1035(kind.Kind.ToLowerInvariant()), "may have mixed case, but should otherwise match: ", errors);
    }

    public static void Validate(ParamRef reference, FieldErrors errors)
    {
        using var scope = errors.In("paramRef");
        if (reference.Name.Length > 0)
        {
            errors.Invalid("name", reference.Name, FieldName.CheckPathSegment(reference.Name));
            if (reference.Selector is not null) errors.Forbidden("name", "name and selector are mutually exclusive");
        }

        if (reference.Selector is not null)
        {
            errors.ExpectLabelSelector("selector", reference.Selector);
            if (reference.Name.Length > 0) errors.Forbidden("selector", "name and selector are mutually exclusive");
        }

        if (reference.Name.Length == 0 && reference.Selector is null) errors.Required(null, "one of name or selector must be specified");
        if (reference.ParameterNotFoundAction is null or "") errors.Required("parameterNotFoundAction");
        else errors.ExpectKnown("parameterNotFoundAction", reference.ParameterNotFoundAction, ParameterNotFoundActionType.Deny, ParameterNotFoundActionType.Allow);
    }

    public static void ValidateVariables(ApiList<Variable> variables, FieldErrors errors)
    {
        for (var i = 0; i < variables.Count; i++)
        {
            var variable = variables[i];
            using var scope = errors.In("variables", i);
            if (variable.Name.AsSpan().Trim().IsEmpty) errors.Required("name", "name is not specified");
            else if (!FieldName.CheckIdentifier(variable.Name).IsEmpty) errors.Invalid("name", variable.Name, "name is not a valid CEL identifier");
            if (variable.Expression.AsSpan().Trim().IsEmpty) errors.Required("expression", "expression is not specified");
        }
    }

    public static void ValidateFailurePolicy(string? policy, FieldErrors errors)
    {
        if (policy is null) errors.Required("failurePolicy");
        else errors.ExpectKnown("failurePolicy", policy, FailurePolicyType.Fail, FailurePolicyType.Ignore);
    }

    public static void ExpectPolicyName(string name, FieldErrors errors)
    {
        if (name.Length == 0) errors.Required("policyName");
        else errors.Invalid("policyName", name, DnsName.CheckSubdomain(name));
    }

    private static RuleWithOperations WithDefaults(RuleWithOperations rule) => rule with { Rule = rule.Rule with { Scope = rule.Rule.Scope ?? ScopeType.AllScopes } };

    private static ApiList<NamedRuleWithOperations> WithDefaults(ApiList<NamedRuleWithOperations> rules)
    {
        for (var i = 0; i < rules.Count; i++) rules = rules.With(i, rules[i] with { RuleWithOperations = WithDefaults(rules[i].RuleWithOperations) });
        return rules;
    }

    private static void Validate(string field, ApiList<NamedRuleWithOperations> rules, FieldErrors errors)
    {
        for (var i = 0; i < rules.Count; i++)
        {
            using var scope = errors.In(field, i);
            var names = rules[i].ResourceNames;
            for (var n = 0; n < names.Count; n++)
            {
                using var inner = errors.In("resourceNames", n);
                errors.Invalid(null, names[n], FieldName.CheckPathSegment(names[n]));
                if (names.IndexOf(names[n]) < n) errors.Duplicate(null, names[n]);
            }

            Validate(rules[i].RuleWithOperations, errors);
        }
    }

    private static void Validate(Rule rule, FieldErrors errors)
    {
        if (rule.ApiGroups.IsEmpty) errors.Required("apiGroups");
        ExpectAlone("apiGroups", rule.ApiGroups, "API groups", errors);
        if (rule.ApiVersions.IsEmpty) errors.Required("apiVersions");
        ExpectAlone("apiVersions", rule.ApiVersions, "API versions", errors);
        for (var i = 0; i < rule.ApiVersions.Count; i++)
        {
            using var scope = errors.In("apiVersions", i);
            if (rule.ApiVersions[i].Length == 0) errors.Required(null);
        }

        ValidateResources(rule.Resources, errors);
        if (rule.Scope is { } known) errors.ExpectKnown("scope", known, ScopeType.AllScopes, ScopeType.Cluster, ScopeType.Namespaced);
    }

    private static void ValidateResources(ApiList<string> resources, FieldErrors errors)
    {
        if (resources.IsEmpty) errors.Required("resources");
        var allBelow = new HashSet<string>(StringComparer.Ordinal);
        var allAbove = new HashSet<string>(StringComparer.Ordinal);
        var hasPlain = false;
        for (var i = 0; i < resources.Count; i++)
        {
            var resource = resources[i];
            using var scope = errors.In("resources", i);
            if (resource.Length == 0)
            {
                errors.Required(null);
                continue;
            }

            if (resource.Split('/', 2) is not [var above, var below])
            {
                // The last one decides, upstream too.
                hasPlain = resource != Everything;
                continue;
            }

            if (allBelow.Contains(above)) errors.Invalid(null, resource, $"if '{above}/*' is present, must not specify {resource}");
            if (allAbove.Contains(below)) errors.Invalid(null, resource, $"if '*/{below}' is present, must not specify {resource}");
            if (below == Everything) allBelow.Add(above);
            if (above == Everything) allAbove.Add(below);
        }

        if (resources.Count > 1 && resources.Contains("*/*")) errors.Invalid("resources", Shown.Texts(resources), "if '*/*' is present, must not specify other resources");
        if (!hasPlain || !resources.Contains(Everything)) return;
        errors.Invalid("resources", Shown.Texts(resources), "if '*' is present, must not specify other resources without subresources");
    }

    private static void ExpectAlone(string field, ApiList<string> values, string others, FieldErrors errors)
    {
        if (values.Count > 1 && values.Contains(Everything)) errors.Invalid(field, Shown.Texts(values), $"if '*' is present, must not specify other {others}");
    }

    private static void Joined(string field, string value, ApiList<string> wrong, string head, FieldErrors errors)
    {
        if (!wrong.IsEmpty) errors.Invalid(field, value, head + string.Join(",", wrong));
    }
}
