using Keelson.Api.Meta.V1;

namespace Keelson.Api.AdmissionRegistration.V1;

/// <summary>Selects the requests a policy or binding looks at, by rule, namespace and object labels.</summary>
[ApiType]
[Atomic]
public sealed partial record MatchResources
{
    /// <summary>
    /// Only requests in namespaces with these labels match; cluster-scoped objects other than Namespace always pass. Empty matches
    /// everything.
    /// </summary>
    [Field(1)] public LabelSelector? NamespaceSelector { get; init; }

    /// <summary>
    /// Only objects with these labels match, tested on the new and the old object; one of them is enough. Empty matches everything.
    /// Users can evade it by changing labels.
    /// </summary>
    [Field(2)] public LabelSelector? ObjectSelector { get; init; }

    /// <summary>Operations and resources to match; a request is taken if any rule fits.</summary>
    [Field(3), Atomic] public ApiList<NamedRuleWithOperations> ResourceRules { get; init; }

    /// <summary>Operations and resources to leave alone; wins over resourceRules.</summary>
    [Field(4), Atomic] public ApiList<NamedRuleWithOperations> ExcludeResourceRules { get; init; }

    /// <summary>
    /// Exact matches only the versions named in the rules; Equivalent (the default) also matches the same object reached through
    /// another group or version.
    /// </summary>
    [Field(7), KnownValues(typeof(MatchPolicyType))] public string? MatchPolicy { get; init; }
}

/// <summary>A rule over operations and resources that may also be limited to certain object names.</summary>
[ApiType]
[Atomic]
public sealed partial record NamedRuleWithOperations
{
    /// <summary>Object names the rule is limited to. Empty means any name.</summary>
    [Field(1), Atomic] public ApiList<string> ResourceNames { get; init; }

    [Field(2), Inline] public RuleWithOperations RuleWithOperations { get; init; } = RuleWithOperations.Empty;
}
