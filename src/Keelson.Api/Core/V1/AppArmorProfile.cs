namespace Keelson.Api.Core.V1;

/// <summary>Selects the AppArmor profile that confines a container or all containers of a pod.</summary>
[ApiType]
public sealed partial record AppArmorProfile
{
    /// <summary>
    /// Where the profile comes from: Localhost (loaded on the node), RuntimeDefault (shipped by the container runtime) or Unconfined
    /// (no enforcement).
    /// </summary>
    [Field(1, Emit = Emit.Always), KnownValues(typeof(AppArmorProfileType))] public string Type { get; init; } = "";

    /// <summary>Name of a profile already loaded on the node; required with type Localhost and forbidden otherwise.</summary>
    [Field(2)] public string? LocalhostProfile { get; init; }
}

/// <summary>The values of AppArmorProfileType that are known.</summary>
[Closed]
public static class AppArmorProfileType
{
    public const string Localhost = "Localhost";
    public const string RuntimeDefault = "RuntimeDefault";
    public const string Unconfined = "Unconfined";
}
