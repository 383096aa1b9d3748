namespace Keelson.Api.Core.V1;

/// <summary>Privileges and isolation for a whole pod; containers may override what they also have.</summary>
[ApiType]
public sealed partial record PodSecurityContext
{
    /// <summary>SELinux label of all containers; the runtime picks a random one per container when unset. Linux only.</summary>
    [Field(1)] public SELinuxOptions? SeLinuxOptions { get; init; }

    /// <summary>Settings that exist on Windows only; must be unset when os.name is linux.</summary>
    [Field(8)] public WindowsSecurityContextOptions? WindowsOptions { get; init; }

    /// <summary>User id for all processes; that of the image when unset. Linux only.</summary>
    [Field(2)] public long? RunAsUser { get; init; }

    /// <summary>Primary group id for all processes; the runtime's default when unset. Linux only.</summary>
    [Field(6)] public long? RunAsGroup { get; init; }

    /// <summary>Refuse to start any container that would run as user 0.</summary>
    [Field(3)] public bool? RunAsNonRoot { get; init; }

    /// <summary>
    /// Further groups of the first process in each container; supplementalGroupsPolicy says whether the image adds more. Linux only.
    /// </summary>
    [Field(4), Atomic] public ApiList<long> SupplementalGroups { get; init; }

    /// <summary>Merge adds the groups that the image assigns to the user, Strict uses only those of the pod; Merge by default. Linux only.</summary>
    [Field(12), KnownValues(typeof(SupplementalGroupsPolicy))] public string? SupplementalGroupsPolicy { get; init; }

    /// <summary>
    /// Group that owns volumes which support it, made group-writable with new files inheriting it; also given to all processes.
    /// Linux only.
    /// </summary>
    [Field(5)] public long? FsGroup { get; init; }

    /// <summary>Kernel parameters to set in the namespaces of the pod; unsupported ones make the launch fail. Linux only.</summary>
    [Field(7), Atomic] public ApiList<Sysctl> Sysctls { get; init; }

    /// <summary>
    /// Always reassigns ownership of a volume on each mount; OnRootMismatch only if its root differs, which is faster. Always by
    /// default.
    /// </summary>
    [Field(9), KnownValues(typeof(PodFSGroupChangePolicy))] public string? FsGroupChangePolicy { get; init; }

    /// <summary>System call filter for all containers. Linux only.</summary>
    [Field(10)] public SeccompProfile? SeccompProfile { get; init; }

    /// <summary>AppArmor profile for all containers. Linux only.</summary>
    [Field(11)] public AppArmorProfile? AppArmorProfile { get; init; }

    /// <summary>
    /// MountOption labels volumes instantly when mounting, Recursive relabels file by file; MountOption where supported. Linux only.
    /// </summary>
    [Field(13), KnownValues(typeof(PodSELinuxChangePolicy))] public string? SeLinuxChangePolicy { get; init; }
}

/// <summary>The values of PodFSGroupChangePolicy that are known.</summary>
[Closed]
public static class PodFSGroupChangePolicy
{
    public const string Always = "Always";
    public const string OnRootMismatch = "OnRootMismatch";
}

/// <summary>The values of PodSELinuxChangePolicy that are known.</summary>
public static class PodSELinuxChangePolicy
{
    public const string MountOption = "MountOption";
    public const string Recursive = "Recursive";
}

/// <summary>The values of SupplementalGroupsPolicy that are known.</summary>
[Closed]
public static class SupplementalGroupsPolicy
{
    public const string Merge = "Merge";
    public const string Strict = "Strict";
}

/// <summary>One kernel parameter to set for a pod.</summary>
[ApiType]
public sealed partial record Sysctl
{
    /// <summary>Name of the parameter, such as net.ipv4.tcp_syncookies.</summary>
    [Field(1, Emit = Emit.Always)] public string Name { get; init; } = "";

    /// <summary>Value to set the parameter to, as text.</summary>
    [Field(2, Emit = Emit.Always)] public string Value { get; init; } = "";
}
