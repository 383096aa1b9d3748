namespace Keelson.Node.Runtime;

/// <summary>What a sandbox, the frame of a pod, should be.</summary>
public sealed record SandboxConfig
{
    public required string Name { get; init; }

    public required string Namespace { get; init; }

    public required string Uid { get; init; }

    /// <summary>How many sandboxes the pod had before.</summary>
    public uint Attempt { get; init; }

    public string Hostname { get; init; } = "";

    /// <summary>Where the containers' logs go; their own paths are relative to it.</summary>
    public string LogDirectory { get; init; } = "";

    /// <summary>What resolv.conf says; null for that of the node.</summary>
    public DnsConfig? Dns { get; init; }

    public IReadOnlyList<PortMapping> PortMappings { get; init; } = [];

    public IReadOnlyDictionary<string, string> Labels { get; init; } = Runtime.Labels.None;

    public IReadOnlyDictionary<string, string> Annotations { get; init; } = Runtime.Labels.None;

    /// <summary>The runtime class's handler; empty for the usual one.</summary>
    public string RuntimeHandler { get; init; } = "";

    public string CgroupParent { get; init; } = "";

    public IReadOnlyDictionary<string, string> Sysctls { get; init; } = Runtime.Labels.None;

    public SandboxSecurity Security { get; init; } = SandboxSecurity.Default;

    public LinuxResources? Resources { get; init; }

    public LinuxResources? Overhead { get; init; }
}

/// <summary>The contents of a resolv.conf.</summary>
public sealed record DnsConfig
{
    public IReadOnlyList<string> Servers { get; init; } = [];

    public IReadOnlyList<string> Searches { get; init; } = [];

    public IReadOnlyList<string> Options { get; init; } = [];
}

/// <summary>A port of the node that leads to one of the pod.</summary>
public sealed record PortMapping(PortProtocol Protocol, int ContainerPort, int HostPort, string HostAddress = "");

/// <summary>What a port speaks.</summary>
public enum PortProtocol { Tcp, Udp, Sctp }

/// <summary>The rights of a sandbox.</summary>
public sealed record SandboxSecurity
{
    public static SandboxSecurity Default { get; } = new();

    public NamespaceOptions Namespaces { get; init; } = NamespaceOptions.Default;

    public long? RunAsUser { get; init; }

    public long? RunAsGroup { get; init; }

    public bool ReadOnlyRoot { get; init; }

    public IReadOnlyList<long> SupplementalGroups { get; init; } = [];

    public bool Privileged { get; init; }

    public SecurityProfile? Seccomp { get; init; }

    public SecurityProfile? AppArmor { get; init; }

    public SelinuxOptions? Selinux { get; init; }
}

/// <summary>Which namespaces are whose.</summary>
public sealed record NamespaceOptions
{
    public static NamespaceOptions Default { get; } = new();

    public NamespaceMode Network { get; init; } = NamespaceMode.Pod;

    public NamespaceMode Pid { get; init; } = NamespaceMode.Container;

    public NamespaceMode Ipc { get; init; } = NamespaceMode.Pod;

    /// <summary>The container whose process namespace is joined with <see cref="NamespaceMode.Target"/>.</summary>
    public string TargetId { get; init; } = "";
}

/// <summary>Whose namespace a process is in.</summary>
public enum NamespaceMode { Pod, Container, Node, Target }

/// <summary>A seccomp or AppArmor profile.</summary>
public sealed record SecurityProfile(SecurityProfileKind Kind, string LocalReference = "");

/// <summary>Where a profile comes from.</summary>
public enum SecurityProfileKind { RuntimeDefault, Unconfined, Localhost }

/// <summary>An SELinux label.</summary>
public sealed record SelinuxOptions(string User, string Role, string Type, string Level);

/// <summary>Whether a sandbox still has its network and process.</summary>
public enum SandboxState { Ready, NotReady }

/// <summary>Which sandboxes to list; what is null or empty does not matter.</summary>
public sealed record SandboxFilter
{
    public static SandboxFilter All { get; } = new();

    /// <summary>An id, or the beginning of one.</summary>
    public string Id { get; init; } = "";

    public SandboxState? State { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = Runtime.Labels.None;
}

/// <summary>A sandbox as lists show it.</summary>
public record Sandbox
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string Namespace { get; init; }

    public required string Uid { get; init; }

    public uint Attempt { get; init; }

    public SandboxState State { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = Runtime.Labels.None;

    public IReadOnlyDictionary<string, string> Annotations { get; init; } = Runtime.Labels.None;

    public string RuntimeHandler { get; init; } = "";
}

/// <summary>A sandbox with what only asking for it by id tells.</summary>
public sealed record SandboxStatus : Sandbox
{
    /// <summary>The pod's addresses, the first one first; empty in the node's network.</summary>
    public IReadOnlyList<string> Addresses { get; init; } = [];

    public NamespaceOptions Namespaces { get; init; } = NamespaceOptions.Default;
}
