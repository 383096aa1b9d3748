namespace Keelson.Api.Rbac.V1;

/// <summary>Someone who gets permissions.</summary>
[ApiType]
[Atomic]
public sealed partial record Subject
{
    /// <summary>User, Group or ServiceAccount.</summary>
    [Field(1, Emit = Emit.Always)] public string Kind { get; init; } = "";

    /// <summary>Empty for a ServiceAccount, rbac.authorization.k8s.io for users and groups; filled in by default.</summary>
    [Field(2)] public string ApiGroup { get; init; } = "";

    /// <summary>Name of the user, group or service account.</summary>
    [Field(3, Emit = Emit.Always)] public string Name { get; init; } = "";

    /// <summary>Namespace of a ServiceAccount; must be empty for users and groups.</summary>
    [Field(4)] public string Namespace { get; init; } = "";
}
