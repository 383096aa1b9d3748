namespace Keelson.Api.Core.V1;

/// <summary>Privileges and isolation of one container; overrides the same settings of the pod.</summary>
[ApiType]
public sealed partial record SecurityContext
{
    /// <summary>Linux capabilities to add and drop; the runtime's default set when unset. Linux only.</summary>
    [Field(1)] public Capabilities? Capabilities { get; init; }

    /// <summary>Run with practically the powers of root on the node; false by default. Linux only.</summary>
    [Field(2)] public bool? Privileged { get; init; }

    /// <summary>SELinux label of the container; the runtime picks a random one when neither this nor the pod sets it. Linux only.</summary>
    [Field(3)] public SELinuxOptions? SeLinuxOptions { get; init; }

    /// <summary>Settings that exist on Windows only; must be unset when os.name is linux.</summary>
    [Field(10)] public WindowsSecurityContextOptions? WindowsOptions { get; init; }

    /// <summary>User id of the process; the pod's or else the image's when unset. Linux only.</summary>
    [Field(4)] public long? RunAsUser { get; init; }

    /// <summary>Primary group id of the process; the pod's or else the runtime's default when unset. Linux only.</summary>
    [Field(8)] public long? RunAsGroup { get; init; }

    /// <summary>Refuse to start the container if it would run as user 0; the pod's setting when unset.</summary>
    [Field(5)] public bool? RunAsNonRoot { get; init; }

    /// <summary>Mount the root filesystem of the container without write access; false by default. Linux only.</summary>
    [Field(6)] public bool? ReadOnlyRootFilesystem { get; init; }

    /// <summary>
    /// Whether a process may gain more privileges than its parent; false sets no_new_privs. Always true when privileged or with
    /// CAP_SYS_ADMIN, Linux only.
    /// </summary>
    [Field(7)] public bool? AllowPrivilegeEscalation { get; init; }

    /// <summary>Default masks sensitive paths of /proc, Unmasked shows them and needs hostUsers false; Default unless set. Linux only.</summary>
    [Field(9), KnownValues(typeof(ProcMountType))] public string? ProcMount { get; init; }

    /// <summary>System call filter; overrides that of the pod. Linux only.</summary>
    [Field(11)] public SeccompProfile? SeccompProfile { get; init; }

    /// <summary>AppArmor profile; overrides that of the pod. Linux only.</summary>
    [Field(12)] public AppArmorProfile? AppArmorProfile { get; init; }
}

/// <summary>Linux capabilities to grant or take away relative to what the container runtime gives by default.</summary>
[ApiType]
public sealed partial record Capabilities
{
    /// <summary>Capabilities to grant, written without the CAP_ prefix, such as NET_ADMIN; ALL grants everything.</summary>
    [Field(1), Atomic] public ApiList<string> Add { get; init; }

    /// <summary>Capabilities to remove; ALL removes everything that is not added back.</summary>
    [Field(2), Atomic] public ApiList<string> Drop { get; init; }
}

/// <summary>The values of ProcMountType that are known.</summary>
[Closed]
public static class ProcMountType
{
    public const string Default = "Default";
    public const string Unmasked = "Unmasked";
}
