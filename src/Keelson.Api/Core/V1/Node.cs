using Keelson.Api.Meta.V1;

namespace Keelson.Api.Core.V1;

/// <summary>
/// Represents a machine that runs pods. The kubelet normally registers it and reports its resources and health; administrators
/// label, taint and cordon it. When its heartbeats stop, controllers taint it and its pods are evicted in time.
/// </summary>
[Resource("", "v1", "nodes", Scope.Cluster, ShortNames = ["no"], Subresources = ["proxy:v1/NodeProxyOptions", "status"])]
public sealed partial record Node
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>How the node is to be used: its pod address ranges, taints and whether it accepts pods.</summary>
    [Field(2)] public NodeSpec Spec { get; init; } = NodeSpec.Empty;

    /// <summary>What the kubelet and cloud controllers report about the node.</summary>
    [Field(3)] public NodeStatus Status { get; init; } = NodeStatus.Empty;
}

/// <summary>Source of a dynamic kubelet configuration; deprecated and no longer used.</summary>
[ApiType]
public sealed partial record NodeConfigSource
{
    /// <summary>The config map with the kubelet configuration.</summary>
    [Field(2)] public ConfigMapNodeConfigSource? ConfigMap { get; init; }
}

/// <summary>Where a kubelet found its configuration under the dynamic kubelet configuration feature, which no longer exists.</summary>
[ApiType]
public sealed partial record ConfigMapNodeConfigSource
{
    /// <summary>Namespace of the config map.</summary>
    [Field(1, Emit = Emit.Always)] public string Namespace { get; init; } = "";

    /// <summary>Name of the config map.</summary>
    [Field(2, Emit = Emit.Always)] public string Name { get; init; } = "";

    /// <summary>UID of the config map; allowed only in node status.</summary>
    [Field(3)] public string Uid { get; init; } = "";

    /// <summary>Version of the config map in use; allowed only in node status.</summary>
    [Field(4)] public string ResourceVersion { get; init; } = "";

    /// <summary>Key of the config map that holds the kubelet configuration.</summary>
    [Field(5, Emit = Emit.Always)] public string KubeletConfigKey { get; init; } = "";
}

/// <summary>How a node is to be used.</summary>
[ApiType]
public sealed partial record NodeSpec
{
    /// <summary>Address range for pods on this node; equals the first of podCIDRs.</summary>
    [Field(1)] public string PodCIDR { get; init; } = "";

    /// <summary>Address ranges for pods on this node, at most one per IP family; cannot change once set.</summary>
    [Field(7), ListSet, StrategicMerge("merge")] public ApiList<string> PodCIDRs { get; init; }

    /// <summary>Identifier of the machine at its cloud provider, as provider://id; cannot change once set.</summary>
    [Field(3)] public string ProviderID { get; init; } = "";

    /// <summary>Keep new pods away, as kubectl cordon does; pods already there stay. False by default.</summary>
    [Field(4)] public bool Unschedulable { get; init; }

    /// <summary>Marks that repel pods which do not tolerate them.</summary>
    [Field(5), Atomic] public ApiList<Taint> Taints { get; init; }

    /// <summary>Deprecated source of dynamic kubelet configuration; it has no effect any more.</summary>
    [Field(6)] public NodeConfigSource? ConfigSource { get; init; }

    /// <summary>Deprecated identifier that only very old kubelets set.</summary>
    [Field(2)] public string ExternalID { get; init; } = "";
}

/// <summary>A mark on a node that repels pods which do not tolerate it.</summary>
[ApiType]
public sealed partial record Taint
{
    /// <summary>Name of the taint, in the form of a label key.</summary>
    [Field(1, Emit = Emit.Always)] public string Key { get; init; } = "";

    /// <summary>Value of the taint, compared by tolerations; may be empty.</summary>
    [Field(2)] public string Value { get; init; } = "";

    /// <summary>NoSchedule (no new pods), PreferNoSchedule (avoid if possible) or NoExecute (also evicts running pods).</summary>
    [Field(3, Emit = Emit.Always), KnownValues(typeof(TaintEffect))] public string Effect { get; init; } = "";

    /// <summary>When the taint was added, from which tolerationSeconds counts for NoExecute.</summary>
    [Field(4)] public Time? TimeAdded { get; init; }
}

/// <summary>What is known about a node.</summary>
[ApiType]
public sealed partial record NodeStatus
{
    /// <summary>Total resources of the machine, by resource name.</summary>
    [Field(1)] public ApiMap<Quantity> Capacity { get; init; }

    /// <summary>Resources left for pods after what is reserved for the system; equals capacity by default.</summary>
    [Field(2)] public ApiMap<Quantity> Allocatable { get; init; }

    /// <summary>Deprecated and never filled; look at conditions instead.</summary>
    [Field(3), KnownValues(typeof(NodePhase))] public string Phase { get; init; } = "";

    /// <summary>Findings about the health of the node, at most one per type.</summary>
    [Field(4), ListMap("type"), StrategicMerge("merge", Key = "type")] public ApiList<NodeCondition> Conditions { get; init; }

    /// <summary>Addresses and names by which the node can be reached.</summary>
    [Field(5), ListMap("type"), StrategicMerge("merge", Key = "type")] public ApiList<NodeAddress> Addresses { get; init; }

    /// <summary>Ports of the daemons on the node.</summary>
    [Field(6)] public NodeDaemonEndpoints DaemonEndpoints { get; init; } = NodeDaemonEndpoints.Empty;

    /// <summary>Identifiers and software versions of the node.</summary>
    [Field(7)] public NodeSystemInfo NodeInfo { get; init; } = NodeSystemInfo.Empty;

    /// <summary>Images present on the node, limited to the largest ones by kubelet setting.</summary>
    [Field(8), Atomic] public ApiList<ContainerImage> Images { get; init; }

    /// <summary>Attachable volumes that pods on the node use or mount, which must not be detached yet.</summary>
    [Field(9), Atomic] public ApiList<string> VolumesInUse { get; init; }

    /// <summary>Volumes that are attached to the node.</summary>
    [Field(10), Atomic] public ApiList<AttachedVolume> VolumesAttached { get; init; }

    /// <summary>Progress of dynamic kubelet configuration; no longer used.</summary>
    [Field(11)] public NodeConfigStatus? Config { get; init; }

    /// <summary>Handlers that the container runtime offers, with their abilities.</summary>
    [Field(12), Atomic] public ApiList<NodeRuntimeHandler> RuntimeHandlers { get; init; }

    /// <summary>Abilities of the container runtime as a whole.</summary>
    [Field(13)] public NodeFeatures? Features { get; init; }

    /// <summary>Names of kubelet features the node announces, so that the control plane places only what it supports.</summary>
    [Field(14), Atomic] public ApiList<string> DeclaredFeatures { get; init; }
}

/// <summary>One volume that the attach controller has connected to a node.</summary>
[ApiType]
public sealed partial record AttachedVolume
{
    /// <summary>Cluster-wide unique name of the volume, prefixed by its plugin.</summary>
    [Field(1, Emit = Emit.Always)] public string Name { get; init; } = "";

    /// <summary>Path under which the node sees the attached device.</summary>
    [Field(2, Emit = Emit.Always)] public string DevicePath { get; init; } = "";
}

/// <summary>One image present on a node.</summary>
[ApiType]
public sealed partial record ContainerImage
{
    /// <summary>All tags and digests by which the image is known on the node.</summary>
    [Field(1, Emit = Emit.Always), Optional, Atomic] public ApiList<string> Names { get; init; }

    /// <summary>Size of the image in bytes, as the container runtime reports it.</summary>
    [Field(2)] public long SizeBytes { get; init; }
}

/// <summary>One address of a node.</summary>
[ApiType]
public sealed partial record NodeAddress
{
    /// <summary>Kind of address: Hostname, InternalIP, ExternalIP, InternalDNS or ExternalDNS.</summary>
    [Field(1, Emit = Emit.Always), KnownValues(typeof(NodeAddressType))] public string Type { get; init; } = "";

    /// <summary>The address, or the name for types Hostname, InternalDNS and ExternalDNS.</summary>
    [Field(2, Emit = Emit.Always)] public string Address { get; init; } = "";
}

/// <summary>The values of NodeAddressType that are known.</summary>
public static class NodeAddressType
{
    public const string ExternalDNS = "ExternalDNS";
    public const string ExternalIP = "ExternalIP";
    public const string Hostname = "Hostname";
    public const string InternalDNS = "InternalDNS";
    public const string InternalIP = "InternalIP";
}

/// <summary>One finding about the health of a node.</summary>
[ApiType]
public sealed partial record NodeCondition
{
    /// <summary>Ready, MemoryPressure, DiskPressure, PIDPressure, NetworkUnavailable or a name added by other tools.</summary>
    [Field(1, Emit = Emit.Always), KnownValues(typeof(NodeConditionType))] public string Type { get; init; } = "";

    /// <summary>Whether the finding holds: True, False or Unknown, the last also when the kubelet has gone silent.</summary>
    [Field(2, Emit = Emit.Always), KnownValues(typeof(ConditionStatus))] public string Status { get; init; } = "";

    /// <summary>When the reporter last confirmed the finding, even if unchanged.</summary>
    [Field(3)] public Time LastHeartbeatTime { get; init; }

    /// <summary>When the status last went from one value to another.</summary>
    [Field(4)] public Time LastTransitionTime { get; init; }

    /// <summary>Brief cause in CamelCase for programs, specific to the type.</summary>
    [Field(5)] public string Reason { get; init; } = "";

    /// <summary>Details for people to read, in free text that programs should not parse.</summary>
    [Field(6)] public string Message { get; init; } = "";
}

/// <summary>The values of NodeConditionType that are known.</summary>
public static class NodeConditionType
{
    public const string DiskPressure = "DiskPressure";
    public const string MemoryPressure = "MemoryPressure";
    public const string NetworkUnavailable = "NetworkUnavailable";
    public const string PIDPressure = "PIDPressure";
    public const string Ready = "Ready";
}

/// <summary>Progress of dynamic kubelet configuration; deprecated and no longer used.</summary>
[ApiType]
public sealed partial record NodeConfigStatus
{
    /// <summary>Configuration the kubelet will try to use, saved locally.</summary>
    [Field(1)] public NodeConfigSource? Assigned { get; init; }

    /// <summary>Configuration the kubelet is using; the local file when unset.</summary>
    [Field(2)] public NodeConfigSource? Active { get; init; }

    /// <summary>Configuration to fall back to when the assigned one fails.</summary>
    [Field(3)] public NodeConfigSource? LastKnownGood { get; init; }

    /// <summary>Problem met while moving to the assigned configuration; empty when there is none.</summary>
    [Field(4)] public string Error { get; init; } = "";
}

/// <summary>Ports of the daemons that run on a node.</summary>
[ApiType]
public sealed partial record NodeDaemonEndpoints
{
    /// <summary>Port on which the kubelet serves its API.</summary>
    [Field(1)] public DaemonEndpoint KubeletEndpoint { get; init; } = DaemonEndpoint.Empty;
}

/// <summary>One port of a daemon on a node.</summary>
[ApiType]
public sealed partial record DaemonEndpoint
{
    /// <summary>Port number; spelled with a capital P on the wire.</summary>
    [Field(1, Name = "Port", Emit = Emit.Always)] public int Port { get; init; }
}

/// <summary>Abilities of the container runtime on a node that hold for all its handlers.</summary>
[ApiType]
public sealed partial record NodeFeatures
{
    /// <summary>Whether the runtime honours supplementalGroupsPolicy and reports container users.</summary>
    [Field(1)] public bool? SupplementalGroupsPolicy { get; init; }
}

/// <summary>The values of NodePhase that are known.</summary>
[Closed]
public static class NodePhase
{
    public const string Pending = "Pending";
    public const string Running = "Running";
    public const string Terminated = "Terminated";
}

/// <summary>One handler of the container runtime on a node and its abilities.</summary>
[ApiType]
public sealed partial record NodeRuntimeHandler
{
    /// <summary>Name of the handler; empty for the default one.</summary>
    [Field(1, Emit = Emit.Always), Optional] public string Name { get; init; } = "";

    /// <summary>Optional abilities that this handler supports.</summary>
    [Field(2)] public NodeRuntimeHandlerFeatures? Features { get; init; }
}

/// <summary>Abilities of one runtime handler.</summary>
[ApiType]
public sealed partial record NodeRuntimeHandlerFeatures
{
    /// <summary>Whether mounts can be made read-only including everything mounted below.</summary>
    [Field(1)] public bool? RecursiveReadOnlyMounts { get; init; }

    /// <summary>Whether pods can run in their own user namespace, also with volumes.</summary>
    [Field(2)] public bool? UserNamespaces { get; init; }
}

/// <summary>Identifiers and software versions of a node.</summary>
[ApiType]
public sealed partial record NodeSystemInfo
{
    /// <summary>Content of the machine-id file of the operating system.</summary>
    [Field(1, Emit = Emit.Always)] public string MachineID { get; init; } = "";

    /// <summary>UUID of the hardware or virtual machine as its firmware reports it.</summary>
    [Field(2, Emit = Emit.Always)] public string SystemUUID { get; init; } = "";

    /// <summary>Identifier that the operating system makes anew on every boot.</summary>
    [Field(3, Emit = Emit.Always)] public string BootID { get; init; } = "";

    /// <summary>Version of the kernel, as uname -r prints it.</summary>
    [Field(4, Emit = Emit.Always)] public string KernelVersion { get; init; } = "";

    /// <summary>Name of the operating system as in os-release.</summary>
    [Field(5, Emit = Emit.Always)] public string OsImage { get; init; } = "";

    /// <summary>Container runtime and its version, as in containerd://2.0.0.</summary>
    [Field(6, Emit = Emit.Always)] public string ContainerRuntimeVersion { get; init; } = "";

    /// <summary>Version of the kubelet that reports for the node.</summary>
    [Field(7, Emit = Emit.Always)] public string KubeletVersion { get; init; } = "";

    /// <summary>Deprecated; used to carry the version of kube-proxy.</summary>
    [Field(8, Emit = Emit.Always)] public string KubeProxyVersion { get; init; } = "";

    /// <summary>Operating system of the node: linux or windows.</summary>
    [Field(9, Emit = Emit.Always)] public string OperatingSystem { get; init; } = "";

    /// <summary>Processor architecture, such as amd64 or arm64.</summary>
    [Field(10, Emit = Emit.Always)] public string Architecture { get; init; } = "";

    /// <summary>Facts about the swap space of the node.</summary>
    [Field(11)] public NodeSwapStatus? Swap { get; init; }
}

/// <summary>Swap space of a node.</summary>
[ApiType]
public sealed partial record NodeSwapStatus
{
    /// <summary>Total swap space in bytes; unset when unknown.</summary>
    [Field(1)] public long? Capacity { get; init; }
}
