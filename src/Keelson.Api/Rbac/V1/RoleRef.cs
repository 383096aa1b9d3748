namespace Keelson.Api.Rbac.V1;

/// <summary>Refers to the role to grant.</summary>
[ApiType]
[Atomic]
public sealed partial record RoleRef
{
    /// <summary>API group of the role; always rbac.authorization.k8s.io.</summary>
    [Field(1, Emit = Emit.Always), Optional] public string ApiGroup { get; init; } = "";

    /// <summary>Role or ClusterRole.</summary>
    [Field(2, Emit = Emit.Always)] public string Kind { get; init; } = "";

    /// <summary>Name of the role.</summary>
    [Field(3, Emit = Emit.Always)] public string Name { get; init; } = "";
}
