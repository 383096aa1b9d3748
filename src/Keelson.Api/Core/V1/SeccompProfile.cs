namespace Keelson.Api.Core.V1;

/// <summary>Selects the system call filter of a container or pod.</summary>
[ApiType]
public sealed partial record SeccompProfile
{
    /// <summary>Localhost (a file on the node), RuntimeDefault (the runtime's own filter) or Unconfined (no filter).</summary>
    [Field(1, Emit = Emit.Always), KnownValues(typeof(SeccompProfileType))] public string Type { get; init; } = "";

    /// <summary>Path of the profile below the kubelet's seccomp directory; required with type Localhost and forbidden otherwise.</summary>
    [Field(2)] public string? LocalhostProfile { get; init; }
}

/// <summary>The values of SeccompProfileType that are known.</summary>
[Closed]
public static class SeccompProfileType
{
    public const string Localhost = "Localhost";
    public const string RuntimeDefault = "RuntimeDefault";
    public const string Unconfined = "Unconfined";
}
