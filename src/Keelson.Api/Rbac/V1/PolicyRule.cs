namespace Keelson.Api.Rbac.V1;

/// <summary>A permission: some verbs on some resources or URLs.</summary>
[ApiType]
public sealed partial record PolicyRule
{
    /// <summary>What may be done, such as get, list, watch, create, update, patch and delete; * stands for all.</summary>
    [Field(1, Emit = Emit.Always), Atomic] public ApiList<string> Verbs { get; init; }

    /// <summary>API groups covered; an empty string is the core group, and * stands for all.</summary>
    [Field(2), Atomic] public ApiList<string> ApiGroups { get; init; }

    /// <summary>Plural resources, and subresources as pods/log; * stands for all, and */scale for one subresource of all.</summary>
    [Field(3), Atomic] public ApiList<string> Resources { get; init; }

    /// <summary>Objects the rule is limited to. Empty means all; create and, without a name selector, list and watch cannot be limited so.</summary>
    [Field(4), Atomic] public ApiList<string> ResourceNames { get; init; }

    /// <summary>
    /// Paths outside the resource API, which may end in *; only in a ClusterRole bound cluster-wide, and not together with
    /// resources.
    /// </summary>
    [Field(5), Atomic] public ApiList<string> NonResourceURLs { get; init; }
}
