using Keelson.Api.Meta.V1;

namespace Keelson.Api.Rbac.V1;

/// <summary>
/// Grants the permissions of a ClusterRole to users, groups or service accounts in every namespace and at cluster level. What it
/// refers to cannot be changed later; delete it and create another.
/// </summary>
[Resource("rbac.authorization.k8s.io", "v1", "clusterrolebindings", Scope.Cluster)]
public sealed partial record ClusterRoleBinding
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>Who gets the permissions.</summary>
    [Field(2), Atomic] public ApiList<Subject> Subjects { get; init; }

    /// <summary>The ClusterRole to grant. Immutable.</summary>
    [Field(3, Emit = Emit.Always)] public RoleRef RoleRef { get; init; } = RoleRef.Empty;
}
