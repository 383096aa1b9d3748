using Keelson.Api.Meta.V1;

namespace Keelson.Api.Rbac.V1;

/// <summary>
/// Holds permissions on resources of one namespace. It grants nothing until a RoleBinding in the same namespace refers to it;
/// there are no denying rules.
/// </summary>
[Resource("rbac.authorization.k8s.io", "v1", "roles", Scope.Namespaced)]
public sealed partial record Role
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>What is allowed in the namespace.</summary>
    [Field(2, Emit = Emit.Always), Optional, Atomic] public ApiList<PolicyRule> Rules { get; init; }
}
