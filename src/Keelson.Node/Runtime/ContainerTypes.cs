namespace Keelson.Node.Runtime;

/// <summary>What a container should be.</summary>
public sealed record ContainerConfig
{
    public required string Name { get; init; }

    /// <summary>How many containers of this name the pod had before.</summary>
    public uint Attempt { get; init; }

    /// <summary>What the runtime finds the image by: what pulling it answered, its id, or its name.</summary>
    public required string Image { get; init; }

    /// <summary>The name that the pod asks for.</summary>
    public string RequestedImage { get; init; } = "";

    /// <summary>Instead of the image's entry point.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>Instead of the image's command.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    public string WorkingDirectory { get; init; } = "";

    public IReadOnlyList<EnvironmentVariable> Environment { get; init; } = [];

    public IReadOnlyList<ContainerMount> Mounts { get; init; } = [];

    public IReadOnlyList<ContainerDevice> Devices { get; init; } = [];

    /// <summary>Devices by their names of the Container Device Interface.</summary>
    public IReadOnlyList<string> NamedDevices { get; init; } = [];

    public IReadOnlyDictionary<string, string> Labels { get; init; } = Runtime.Labels.None;

    public IReadOnlyDictionary<string, string> Annotations { get; init; } = Runtime.Labels.None;

    /// <summary>The log file, below the sandbox's log directory.</summary>
    public string LogPath { get; init; } = "";

    public bool Stdin { get; init; }

    public bool StdinOnce { get; init; }

    public bool Tty { get; init; }

    public LinuxResources? Resources { get; init; }

    public ContainerSecurity Security { get; init; } = ContainerSecurity.Default;
}

/// <summary>A variable of a container's environment.</summary>
public readonly record struct EnvironmentVariable(string Name, string Value);

/// <summary>A path of the node inside a container.</summary>
public sealed record ContainerMount(string ContainerPath, string HostPath)
{
    public bool ReadOnly { get; init; }

    public bool RecursiveReadOnly { get; init; }

    public MountPropagation Propagation { get; init; }

    public bool SelinuxRelabel { get; init; }
}

/// <summary>Which way later mounts are seen.</summary>
public enum MountPropagation { Private, HostToContainer, Bidirectional }

/// <summary>A device of the node inside a container.</summary>
public sealed record ContainerDevice(string ContainerPath, string HostPath, string Permissions);

/// <summary>The rights of a container.</summary>
public sealed record ContainerSecurity
{
    public static ContainerSecurity Default { get; } = new();

    public IReadOnlyList<string> AddedCapabilities { get; init; } = [];

    public IReadOnlyList<string> DroppedCapabilities { get; init; } = [];

    public bool Privileged { get; init; }

    public NamespaceOptions Namespaces { get; init; } = NamespaceOptions.Default;

    public long? RunAsUser { get; init; }

    public long? RunAsGroup { get; init; }

    public string RunAsUserName { get; init; } = "";

    public bool ReadOnlyRoot { get; init; }

    public IReadOnlyList<long> SupplementalGroups { get; init; } = [];

    public bool NoNewPrivileges { get; init; }

    public IReadOnlyList<string> MaskedPaths { get; init; } = [];

    public IReadOnlyList<string> ReadOnlyPaths { get; init; } = [];

    public SecurityProfile? Seccomp { get; init; }

    public SecurityProfile? AppArmor { get; init; }

    public SelinuxOptions? Selinux { get; init; }
}

/// <summary>What a container or pod may use, as the kernel counts it; zero is not limited.</summary>
public sealed record LinuxResources
{
    public long CpuPeriodMicroseconds { get; init; }

    public long CpuQuotaMicroseconds { get; init; }

    public long CpuShares { get; init; }

    public long MemoryLimitBytes { get; init; }

    public long MemorySwapLimitBytes { get; init; }

    public long OutOfMemoryScore { get; init; }

    public string CpusetCpus { get; init; } = "";

    public string CpusetMemoryNodes { get; init; } = "";

    public IReadOnlyDictionary<string, ulong> HugePageLimits { get; init; } = System.Collections.Frozen.FrozenDictionary<string, ulong>.Empty;

    /// <summary>Files of cgroup v2 and what to write to them.</summary>
    public IReadOnlyDictionary<string, string> Unified { get; init; } = Labels.None;
}

/// <summary>Where a container is in its life.</summary>
public enum ContainerState { Created, Running, Exited, Unknown }

/// <summary>Which containers to list; what is null or empty does not matter.</summary>
public sealed record ContainerFilter
{
    public static ContainerFilter All { get; } = new();

    /// <summary>An id, or the beginning of one.</summary>
    public string Id { get; init; } = "";

    public string SandboxId { get; init; } = "";

    public ContainerState? State { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = Runtime.Labels.None;
}

/// <summary>A container as lists show it.</summary>
public record Container
{
    public required string Id { get; init; }

    /// <summary>Empty where it was asked for by id, which does not tell.</summary>
    public string SandboxId { get; init; } = "";

    public required string Name { get; init; }

    public uint Attempt { get; init; }

    /// <summary>The image as its configuration named it.</summary>
    public string Image { get; init; } = "";

    /// <summary>The image by its digest or id.</summary>
    public string ImageReference { get; init; } = "";

    /// <summary>The image's id, where the runtime tells it apart from the reference.</summary>
    public string ImageId { get; init; } = "";

    public ContainerState State { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = Runtime.Labels.None;

    public IReadOnlyDictionary<string, string> Annotations { get; init; } = Runtime.Labels.None;
}

/// <summary>A container with what only asking for it by id tells.</summary>
public sealed record ContainerStatus : Container
{
    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>What it ended with; 128 and the signal's number when one killed it.</summary>
    public int ExitCode { get; init; }

    /// <summary>One word for why it is as it is: Completed, Error, OOMKilled.</summary>
    public string Reason { get; init; } = "";

    public string Message { get; init; } = "";

    /// <summary>The log file's whole path.</summary>
    public string LogPath { get; init; } = "";

    public IReadOnlyList<ContainerMount> Mounts { get; init; } = [];

    public LinuxResources? Resources { get; init; }
}
