namespace Keelson.Api.Core.V1;

/// <summary>Describes the containers of a pod and how and where they run.</summary>
[ApiType]
public sealed partial record PodSpec
{
    /// <summary>Volumes that the containers of the pod can mount.</summary>
    [Field(1), ListMap("name"), StrategicMerge("merge,retainKeys", Key = "name")] public ApiList<Volume> Volumes { get; init; }

    /// <summary>
    /// Containers run one by one to completion before the others; those with restartPolicy Always keep running as sidecars. None can
    /// be added or removed later.
    /// </summary>
    [Field(20), ListMap("name"), StrategicMerge("merge", Key = "name")] public ApiList<Container> InitContainers { get; init; }

    /// <summary>The main containers; at least one, and none can be added or removed later.</summary>
    [Field(2, Emit = Emit.Always), ListMap("name"), StrategicMerge("merge", Key = "name")] public ApiList<Container> Containers { get; init; }

    /// <summary>Temporary debugging containers, added only through the ephemeralcontainers subresource.</summary>
    [Field(34), ListMap("name"), StrategicMerge("merge", Key = "name")] public ApiList<EphemeralContainer> EphemeralContainers { get; init; }

    /// <summary>Whether ended containers are restarted: Always, OnFailure or Never; Always by default.</summary>
    [Field(3), KnownValues(typeof(RestartPolicy))] public string RestartPolicy { get; init; } = "";

    /// <summary>Seconds between asking processes to stop and killing them; 0 kills at once. 30 by default.</summary>
    [Field(4)] public long? TerminationGracePeriodSeconds { get; init; }

    /// <summary>Seconds after the start at which the pod is stopped and marked failed; unlimited when unset.</summary>
    [Field(5)] public long? ActiveDeadlineSeconds { get; init; }

    /// <summary>
    /// ClusterFirst (cluster DNS, default), ClusterFirstWithHostNet (the same under hostNetwork), Default (the node's resolver) or
    /// None (only dnsConfig).
    /// </summary>
    [Field(6), KnownValues(typeof(DNSPolicy))] public string DnsPolicy { get; init; } = "";

    /// <summary>Labels a node must carry for the pod to be scheduled there.</summary>
    [Field(7), Atomic] public ApiMap<string> NodeSelector { get; init; }

    /// <summary>Service account the pod acts as; the one called 'default' unless set.</summary>
    [Field(8)] public string ServiceAccountName { get; init; } = "";

    /// <summary>Deprecated alias of serviceAccountName, kept equal to it.</summary>
    [Field(9)] public string ServiceAccount { get; init; } = "";

    /// <summary>Whether to mount a token of the service account; overrides the account's own setting, true when neither is set.</summary>
    [Field(21)] public bool? AutomountServiceAccountToken { get; init; }

    /// <summary>Node that runs the pod; set by the scheduler, and setting it oneself bypasses scheduling.</summary>
    [Field(10)] public string NodeName { get; init; } = "";

    /// <summary>Use the network of the node; container ports must then be free on it. False by default.</summary>
    [Field(11)] public bool HostNetwork { get; init; }

    /// <summary>See and signal processes of the node; false by default.</summary>
    [Field(12)] public bool HostPID { get; init; }

    /// <summary>Share the IPC namespace of the node; false by default.</summary>
    [Field(13)] public bool HostIPC { get; init; }

    /// <summary>Let the containers see each other's processes, none then being process 1; excludes hostPID. False by default.</summary>
    [Field(27)] public bool? ShareProcessNamespace { get; init; }

    /// <summary>Privileges and isolation for the whole pod.</summary>
    [Field(14)] public PodSecurityContext? SecurityContext { get; init; }

    /// <summary>Registry credentials, as secrets in the pod's namespace, for pulling the images.</summary>
    [Field(15), ListMap("name"), StrategicMerge("merge", Key = "name")] public ApiList<LocalObjectReference> ImagePullSecrets { get; init; }

    /// <summary>Host name inside the pod; its metadata name by default.</summary>
    [Field(16)] public string Hostname { get; init; } = "";

    /// <summary>Makes the full name hostname.subdomain.namespace.svc.domain; none when empty.</summary>
    [Field(17)] public string Subdomain { get; init; } = "";

    /// <summary>Rules about nodes and other pods that guide placement.</summary>
    [Field(18)] public Affinity? Affinity { get; init; }

    /// <summary>Scheduler that places the pod; default-scheduler by default.</summary>
    [Field(19)] public string SchedulerName { get; init; } = "";

    /// <summary>Taints that do not keep the pod away; entries can be added later, but of existing ones only tolerationSeconds may change.</summary>
    [Field(22), Atomic] public ApiList<Toleration> Tolerations { get; init; }

    /// <summary>Extra entries of the pod's hosts file.</summary>
    [Field(23), ListMap("ip"), StrategicMerge("merge", Key = "ip")] public ApiList<HostAlias> HostAliases { get; init; }

    /// <summary>
    /// Priority class of the pod; system-node-critical and system-cluster-critical rank highest. The cluster's default class or 0
    /// when empty.
    /// </summary>
    [Field(24)] public string PriorityClassName { get; init; } = "";

    /// <summary>Numeric priority, filled in from the class on admission; higher goes first and may preempt lower.</summary>
    [Field(25)] public int? Priority { get; init; }

    /// <summary>Resolver settings merged with those of dnsPolicy.</summary>
    [Field(26)] public PodDNSConfig? DnsConfig { get; init; }

    /// <summary>Conditions that must be true, besides ready containers, for the pod to be ready.</summary>
    [Field(28), Atomic] public ApiList<PodReadinessGate> ReadinessGates { get; init; }

    /// <summary>Runtime class that selects the container runtime handler; the node's default when unset.</summary>
    [Field(29)] public string? RuntimeClassName { get; init; }

    /// <summary>Whether to inject variables that describe the services of the namespace; true by default.</summary>
    [Field(30)] public bool? EnableServiceLinks { get; init; }

    /// <summary>PreemptLowerPriority lets the pod displace pods of lower priority, Never makes it wait; PreemptLowerPriority by default.</summary>
    [Field(31), KnownValues(typeof(PreemptionPolicy))] public string? PreemptionPolicy { get; init; }

    /// <summary>Resources used by the runtime itself on top of the containers; filled in from the runtime class.</summary>
    [Field(32)] public ApiMap<Quantity> Overhead { get; init; }

    /// <summary>How evenly matching pods must be spread over topology domains; all must be satisfied.</summary>
    [Field(33), ListMap("topologyKey", "whenUnsatisfiable"), StrategicMerge("merge", Key = "topologyKey")]
    public ApiList<TopologySpreadConstraint> TopologySpreadConstraints { get; init; }

    /// <summary>Use the fully qualified name as the kernel's host name instead of the short one; false by default.</summary>
    [Field(35)] public bool? SetHostnameAsFQDN { get; init; }

    /// <summary>Operating system the pod needs; fields of the other system must then be unset.</summary>
    [Field(36)] public PodOS? Os { get; init; }

    /// <summary>Whether to use the user namespace of the node; false maps the pod's root to an unprivileged user. True by default.</summary>
    [Field(37)] public bool? HostUsers { get; init; }

    /// <summary>Reasons to hold back scheduling; set at creation only, and then only removed.</summary>
    [Field(38), ListMap("name"), StrategicMerge("merge", Key = "name")] public ApiList<PodSchedulingGate> SchedulingGates { get; init; }

    /// <summary>Resource claims that must be allocated and reserved before the pod may start. Immutable.</summary>
    [Field(39), ListMap("name"), StrategicMerge("merge,retainKeys", Key = "name")] public ApiList<PodResourceClaim> ResourceClaims { get; init; }

    /// <summary>CPU, memory and huge pages requested and allowed for the pod as a whole, shared by its containers.</summary>
    [Field(40)] public ResourceRequirements? Resources { get; init; }

    /// <summary>Host name to use verbatim, up to 64 characters; not added to DNS. Excludes setHostnameAsFQDN and hostNetwork.</summary>
    [Field(41)] public string? HostnameOverride { get; init; }

    /// <summary>Group of pods this one is scheduled together with; immutable.</summary>
    [Field(43)] public PodSchedulingGroup? SchedulingGroup { get; init; }
}

/// <summary>The values of ContainerRestartPolicy that are known.</summary>
public static class ContainerRestartPolicy
{
    public const string Always = "Always";
    public const string Never = "Never";
    public const string OnFailure = "OnFailure";
}

/// <summary>The values of DNSPolicy that are known.</summary>
[Closed]
public static class DNSPolicy
{
    public const string ClusterFirst = "ClusterFirst";
    public const string ClusterFirstWithHostNet = "ClusterFirstWithHostNet";
    public const string Default = "Default";
    public const string None = "None";
}

/// <summary>Runs a command inside the container; exit status 0 counts as success.</summary>
[ApiType]
public sealed partial record ExecAction
{
    /// <summary>Program and arguments, run without a shell, starting in the container's root directory.</summary>
    [Field(1), Atomic] public ApiList<string> Command { get; init; }
}

/// <summary>One line of the pod's hosts file.</summary>
[ApiType]
public sealed partial record HostAlias
{
    /// <summary>Address to which the host names resolve inside the pod.</summary>
    [Field(1, Emit = Emit.Always)] public string Ip { get; init; } = "";

    /// <summary>Host names that resolve to the address.</summary>
    [Field(2), Atomic] public ApiList<string> Hostnames { get; init; }
}

/// <summary>Points at a field of the pod it occurs in.</summary>
[ApiType]
[Atomic]
public sealed partial record ObjectFieldSelector
{
    /// <summary>API version in which fieldPath is written; v1 by default.</summary>
    [Field(1)] public string ApiVersion { get; init; } = "";

    /// <summary>Path of the field, such as metadata.name or metadata.annotations['key'].</summary>
    [Field(2, Emit = Emit.Always)] public string FieldPath { get; init; } = "";
}

/// <summary>Operating system a pod is written for.</summary>
[ApiType]
public sealed partial record PodOS
{
    /// <summary>linux or windows; it lets admission check OS-specific fields and must match the node.</summary>
    [Field(1, Emit = Emit.Always), KnownValues(typeof(OSName))] public string Name { get; init; } = "";
}

/// <summary>The values of OSName that are known.</summary>
public static class OSName
{
    public const string Linux = "linux";
    public const string Windows = "windows";
}

/// <summary>An additional condition that must be true for a pod to be ready.</summary>
[ApiType]
public sealed partial record PodReadinessGate
{
    /// <summary>Type of the condition, looked up in the status of the pod.</summary>
    [Field(1, Emit = Emit.Always), KnownValues(typeof(PodConditionType))] public string ConditionType { get; init; } = "";
}

/// <summary>Names a resource claim, existing or made from a template, for use by containers; exactly one source is set.</summary>
[ApiType]
public sealed partial record PodResourceClaim
{
    /// <summary>Name by which the containers of the pod refer to the claim; a DNS label.</summary>
    [Field(1, Emit = Emit.Always)] public string Name { get; init; } = "";

    /// <summary>Existing claim in the pod's namespace, which other pods may share.</summary>
    [Field(3)] public string? ResourceClaimName { get; init; }

    /// <summary>Template in the pod's namespace from which a claim is made for this pod and deleted with it.</summary>
    [Field(4)] public string? ResourceClaimTemplateName { get; init; }
}

/// <summary>One reason to keep a pod from being scheduled.</summary>
[ApiType]
public sealed partial record PodSchedulingGate
{
    /// <summary>Name of the gate, unique in the pod; a controller removes it when scheduling may go ahead.</summary>
    [Field(1, Emit = Emit.Always)] public string Name { get; init; } = "";
}

/// <summary>Connects a pod to the group it is scheduled with.</summary>
[ApiType]
public sealed partial record PodSchedulingGroup
{
    /// <summary>PodGroup in the pod's namespace; a pod that names one which does not exist waits unscheduled.</summary>
    [Field(1)] public string? PodGroupName { get; init; }
}

/// <summary>The values of PreemptionPolicy that are known.</summary>
[Closed]
public static class PreemptionPolicy
{
    public const string PreemptLowerPriority = "PreemptLowerPriority";
    public const string Never = "Never";
}

/// <summary>The values of PullPolicy that are known.</summary>
[Closed]
public static class PullPolicy
{
    public const string Always = "Always";
    public const string IfNotPresent = "IfNotPresent";
    public const string Never = "Never";
}

/// <summary>Points at a resource request or limit of a container.</summary>
[ApiType]
[Atomic]
public sealed partial record ResourceFieldSelector
{
    /// <summary>Container to look at; required in volumes, and the container itself by default in variables.</summary>
    [Field(1)] public string ContainerName { get; init; } = "";

    /// <summary>What to read, such as limits.cpu or requests.memory.</summary>
    [Field(2, Emit = Emit.Always)] public string Resource { get; init; } = "";

    /// <summary>Unit in which to write the value, rounded up, such as 1m or 1Mi; 1 by default.</summary>
    [Field(3)] public Quantity Divisor { get; init; }
}

/// <summary>The values of RestartPolicy that are known.</summary>
[Closed]
public static class RestartPolicy
{
    public const string Always = "Always";
    public const string Never = "Never";
    public const string OnFailure = "OnFailure";
}

/// <summary>SELinux label of a container.</summary>
[ApiType]
public sealed partial record SELinuxOptions
{
    /// <summary>User part of the SELinux label.</summary>
    [Field(1)] public string User { get; init; } = "";

    /// <summary>Role part of the SELinux label.</summary>
    [Field(2)] public string Role { get; init; } = "";

    /// <summary>Type part of the SELinux label, which decides most access.</summary>
    [Field(3)] public string Type { get; init; } = "";

    /// <summary>Sensitivity and categories of the label, such as s0:c123,c456.</summary>
    [Field(4)] public string Level { get; init; } = "";
}

/// <summary>Opens a TCP connection; success means it was accepted.</summary>
[ApiType]
public sealed partial record TCPSocketAction
{
    /// <summary>Port number, 1 to 65535, or the name of a container port.</summary>
    [Field(1, Emit = Emit.Always)] public IntOrString Port { get; init; }

    /// <summary>Host to connect to; the pod's address by default.</summary>
    [Field(2)] public string Host { get; init; } = "";
}

/// <summary>The values of TerminationMessagePolicy that are known.</summary>
[Closed]
public static class TerminationMessagePolicy
{
    public const string FallbackToLogsOnError = "FallbackToLogsOnError";
    public const string File = "File";
}

/// <summary>Exposes a raw block volume inside a container.</summary>
[ApiType]
public sealed partial record VolumeDevice
{
    /// <summary>Volume of the pod, backed by a claim in Block mode.</summary>
    [Field(1, Emit = Emit.Always)] public string Name { get; init; } = "";

    /// <summary>Path of the device file inside the container.</summary>
    [Field(2, Emit = Emit.Always)] public string DevicePath { get; init; } = "";
}
