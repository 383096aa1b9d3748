using Keelson.Api.Meta.V1;

namespace Keelson.Api.Rbac.V1;

/// <summary>
/// Holds permissions on cluster-scoped resources, on namespaced ones everywhere, or a set to be reused in several namespaces. It
/// grants nothing until a ClusterRoleBinding or RoleBinding refers to it; nobody may write permissions they do not have, unless
/// allowed to escalate.
/// </summary>
[Resource("rbac.authorization.k8s.io", "v1", "clusterroles", Scope.Cluster)]
public sealed partial record ClusterRole
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>What is allowed. With aggregationRule set, the controller overwrites it.</summary>
    [Field(2, Emit = Emit.Always), Optional, Atomic] public ApiList<PolicyRule> Rules { get; init; }

    /// <summary>Fills rules from other ClusterRoles. Unset leaves them as written.</summary>
    [Field(3)] public AggregationRule? AggregationRule { get; init; }
}

/// <summary>Makes a ClusterRole the sum of others.</summary>
[ApiType]
public sealed partial record AggregationRule
{
    /// <summary>ClusterRoles whose rules are taken, by label; any selector is enough.</summary>
    [Field(1), Atomic] public ApiList<LabelSelector> ClusterRoleSelectors { get; init; }
}
