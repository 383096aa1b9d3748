using Keelson.Api.Meta.V1;

namespace Keelson.Api.Core.V1;

/// <summary>
/// Gives a changing set of pods one lasting name and, normally, one virtual address. Connections are spread over the ready pods
/// that its selector matches; its type decides whether it is reached inside the cluster, on node ports, through a load balancer
/// or as a DNS alias.
/// </summary>
[Resource("", "v1", "services", Scope.Namespaced,
    ShortNames = ["svc"],
    Categories = ["all"],
    Subresources = ["proxy:v1/ServiceProxyOptions", "status"])]
public sealed partial record Service
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>Which pods are reached and how the service is exposed.</summary>
    [Field(2)] public ServiceSpec Spec { get; init; } = ServiceSpec.Empty;

    /// <summary>What load balancers and controllers report about the service.</summary>
    [Field(3)] public ServiceStatus Status { get; init; } = ServiceStatus.Empty;
}

/// <summary>Which pods a service reaches and how it is exposed.</summary>
[ApiType]
public sealed partial record ServiceSpec
{
    /// <summary>Ports of the service; required unless it is headless or an ExternalName.</summary>
    [Field(1), ListMap("port", "protocol"), StrategicMerge("merge", Key = "port")] public ApiList<ServicePort> Ports { get; init; }

    /// <summary>Labels of the pods that receive traffic; without it, endpoints are managed by others. Ignored for ExternalName.</summary>
    [Field(2), Atomic] public ApiMap<string> Selector { get; init; }

    /// <summary>Virtual address of the service; allocated when unset, None for a headless service. Immutable unless the type changes.</summary>
    [Field(3)] public string ClusterIP { get; init; } = "";

    /// <summary>All virtual addresses, at most one per IP family; the first equals clusterIP.</summary>
    [Field(18), Atomic] public ApiList<string> ClusterIPs { get; init; }

    /// <summary>
    /// ClusterIP (inside the cluster, default), NodePort (a port on every node), LoadBalancer (an external balancer too) or
    /// ExternalName (a DNS alias).
    /// </summary>
    [Field(4), KnownValues(typeof(ServiceType))] public string Type { get; init; } = "";

    /// <summary>Further addresses at which nodes accept traffic; the user must see to it that it gets there.</summary>
    [Field(5), Atomic] public ApiList<string> ExternalIPs { get; init; }

    /// <summary>ClientIP keeps a client on one endpoint, None does not; None by default.</summary>
    [Field(7), KnownValues(typeof(ServiceAffinity))] public string SessionAffinity { get; init; } = "";

    /// <summary>Deprecated wish for the address of the load balancer, ignored by many providers.</summary>
    [Field(8)] public string LoadBalancerIP { get; init; } = "";

    /// <summary>CIDRs of clients that the load balancer may admit; ignored where unsupported.</summary>
    [Field(9), Atomic] public ApiList<string> LoadBalancerSourceRanges { get; init; }

    /// <summary>DNS name that the service is an alias of, as a CNAME record; type ExternalName only.</summary>
    [Field(10)] public string ExternalName { get; init; } = "";

    /// <summary>
    /// Cluster spreads outside traffic over all endpoints, Local keeps it on the receiving node and preserves client addresses;
    /// Cluster by default.
    /// </summary>
    [Field(11), KnownValues(typeof(ServiceExternalTrafficPolicy))] public string ExternalTrafficPolicy { get; init; } = "";

    /// <summary>
    /// Port on each node telling balancers whether local endpoints exist; only for LoadBalancer with policy Local, allocated when
    /// unset, immutable.
    /// </summary>
    [Field(12)] public int HealthCheckNodePort { get; init; }

    /// <summary>Publish endpoints in DNS and elsewhere whether ready or not, for peers that must find each other; false by default.</summary>
    [Field(13)] public bool PublishNotReadyAddresses { get; init; }

    /// <summary>Settings of session affinity, such as its timeout; only with ClientIP.</summary>
    [Field(14)] public SessionAffinityConfig? SessionAffinityConfig { get; init; }

    /// <summary>IP families in order of preference, IPv4 and IPv6; chosen by the cluster when unset. The first cannot change.</summary>
    [Field(19), KnownValues(typeof(IPFamily)), Atomic] public ApiList<string> IpFamilies { get; init; }

    /// <summary>SingleStack (default), PreferDualStack (two families where available) or RequireDualStack (fail otherwise).</summary>
    [Field(17), KnownValues(typeof(IPFamilyPolicy))] public string? IpFamilyPolicy { get; init; }

    /// <summary>Whether a LoadBalancer service also gets node ports; true by default. Ports asked for explicitly are kept.</summary>
    [Field(20)] public bool? AllocateLoadBalancerNodePorts { get; init; }

    /// <summary>
    /// Implementation that should serve the load balancer, as a domain-prefixed name; the provider's default when unset. Cannot
    /// change once set.
    /// </summary>
    [Field(21)] public string? LoadBalancerClass { get; init; }

    /// <summary>
    /// Cluster spreads inside traffic over all endpoints, Local uses only those on the client's node and drops it if there are none;
    /// Cluster by default.
    /// </summary>
    [Field(22), KnownValues(typeof(ServiceInternalTrafficPolicy))] public string? InternalTrafficPolicy { get; init; }

    /// <summary>
    /// Preference among endpoints: PreferSameZone, PreferSameNode or PreferClose (older name of PreferSameZone); no preference when
    /// unset.
    /// </summary>
    [Field(23)] public string? TrafficDistribution { get; init; }
}

/// <summary>The values of IPFamily that are known.</summary>
[Closed]
public static class IPFamily
{
    public const string Unset = "";
    public const string IPv4 = "IPv4";
    public const string IPv6 = "IPv6";
}

/// <summary>The values of IPFamilyPolicy that are known.</summary>
[Closed]
public static class IPFamilyPolicy
{
    public const string PreferDualStack = "PreferDualStack";
    public const string RequireDualStack = "RequireDualStack";
    public const string SingleStack = "SingleStack";
}

/// <summary>The values of ServiceAffinity that are known.</summary>
[Closed]
public static class ServiceAffinity
{
    public const string ClientIP = "ClientIP";
    public const string None = "None";
}

/// <summary>The values of ServiceExternalTrafficPolicy that are known.</summary>
[Closed]
public static class ServiceExternalTrafficPolicy
{
    public const string Cluster = "Cluster";
    public const string Local = "Local";
}

/// <summary>The values of ServiceInternalTrafficPolicy that are known.</summary>
[Closed]
public static class ServiceInternalTrafficPolicy
{
    public const string Cluster = "Cluster";
    public const string Local = "Local";
}

/// <summary>One port of a service and where it leads.</summary>
[ApiType]
public sealed partial record ServicePort
{
    /// <summary>Name of the port, a DNS label unique in the service; may be empty only when there is a single port.</summary>
    [Field(1)] public string Name { get; init; } = "";

    /// <summary>TCP, UDP or SCTP; TCP by default.</summary>
    [Field(2), Default("\"TCP\""), KnownValues(typeof(Protocol))] public string Protocol { get; init; } = "";

    /// <summary>
    /// Hint at the application protocol: an IANA service name, kubernetes.io/h2c, kubernetes.io/ws, kubernetes.io/wss or a
    /// domain-prefixed name.
    /// </summary>
    [Field(6)] public string? AppProtocol { get; init; }

    /// <summary>Port on which the service is reached.</summary>
    [Field(3, Emit = Emit.Always)] public int Port { get; init; }

    /// <summary>Port number or container port name on the pods; equals port by default. Ignored for headless services.</summary>
    [Field(4)] public IntOrString TargetPort { get; init; }

    /// <summary>Port opened on every node for types NodePort and LoadBalancer; allocated, normally from 30000 to 32767, when unset.</summary>
    [Field(5)] public int NodePort { get; init; }
}

/// <summary>The values of ServiceType that are known.</summary>
[Closed]
public static class ServiceType
{
    public const string ClusterIP = "ClusterIP";
    public const string ExternalName = "ExternalName";
    public const string LoadBalancer = "LoadBalancer";
    public const string NodePort = "NodePort";
}

/// <summary>Settings of the kinds of session affinity.</summary>
[ApiType]
public sealed partial record SessionAffinityConfig
{
    /// <summary>Settings of affinity that goes by client address.</summary>
    [Field(1)] public ClientIPConfig? ClientIP { get; init; }
}

/// <summary>Settings of session affinity that goes by client address.</summary>
[ApiType]
public sealed partial record ClientIPConfig
{
    /// <summary>Seconds of idleness after which a client may be sent to another endpoint; 1 to 86400, 10800 (three hours) by default.</summary>
    [Field(1)] public int? TimeoutSeconds { get; init; }
}

/// <summary>What is observed about a service.</summary>
[ApiType]
public sealed partial record ServiceStatus
{
    /// <summary>Entry points of the load balancer, if there is one.</summary>
    [Field(1)] public LoadBalancerStatus LoadBalancer { get; init; } = LoadBalancerStatus.Empty;

    /// <summary>Findings about the service by the controllers that serve it, at most one per type.</summary>
    [Field(2), ListMap("type"), StrategicMerge("merge", Key = "type")] public ApiList<Condition> Conditions { get; init; }
}

/// <summary>Where a load balancer can be reached.</summary>
[ApiType]
public sealed partial record LoadBalancerStatus
{
    /// <summary>Entry points through which traffic reaches the service.</summary>
    [Field(1), Atomic] public ApiList<LoadBalancerIngress> Ingress { get; init; }
}

/// <summary>One entry point of a load balancer, by address or by name.</summary>
[ApiType]
public sealed partial record LoadBalancerIngress
{
    /// <summary>Address of the entry point, for load balancers that have a fixed one.</summary>
    [Field(1)] public string Ip { get; init; } = "";

    /// <summary>DNS name of the entry point, for load balancers that have no fixed address.</summary>
    [Field(2)] public string Hostname { get; init; } = "";

    /// <summary>
    /// VIP when traffic arrives with the balancer's address as destination, Proxy when it arrives at a node or pod address; VIP by
    /// default. Allowed only with ip.
    /// </summary>
    [Field(3), KnownValues(typeof(LoadBalancerIPMode))] public string? IpMode { get; init; }

    /// <summary>State of each service port on this entry point.</summary>
    [Field(4), Atomic] public ApiList<PortStatus> Ports { get; init; }
}

/// <summary>The values of LoadBalancerIPMode that are known.</summary>
public static class LoadBalancerIPMode
{
    public const string Proxy = "Proxy";
    public const string VIP = "VIP";
}

/// <summary>State of one service port on a load balancer.</summary>
[ApiType]
public sealed partial record PortStatus
{
    /// <summary>Port number of the service whose state this is.</summary>
    [Field(1, Emit = Emit.Always)] public int Port { get; init; }

    /// <summary>Protocol of the service port: TCP, UDP or SCTP.</summary>
    [Field(2, Emit = Emit.Always), KnownValues(typeof(Protocol))] public string Protocol { get; init; } = "";

    /// <summary>Reason in CamelCase why the port could not be set up, with a domain prefix if provider-specific; unset when it works.</summary>
    [Field(3)] public string? Error { get; init; }
}
