namespace Keelson.Api.Core.V1;

public sealed partial record Service : IHasDefaults
{
    // Three hours.
    private const int AffinitySeconds = 10800;

    public IResource WithDefaults()
    {
        var spec = Spec;
        var type = spec.Type.Length == 0 ? ServiceType.ClusterIP : spec.Type;
        var affinity = spec.SessionAffinity.Length == 0 ? ServiceAffinity.None : spec.SessionAffinity;
        var isInside = type is ServiceType.ClusterIP or ServiceType.NodePort or ServiceType.LoadBalancer;
        spec = spec with
        {
            Type = type,
            SessionAffinity = affinity,
            SessionAffinityConfig = AffinityConfig(affinity, spec.SessionAffinityConfig),
            Ports = WithDefaults(spec.Ports),
            InternalTrafficPolicy = spec.InternalTrafficPolicy ?? (isInside ? ServiceInternalTrafficPolicy.Cluster : null),
        };
        if (spec.ExternalTrafficPolicy.Length == 0 && spec.IsReachableFromOutside)
        {
            spec = spec with { ExternalTrafficPolicy = ServiceExternalTrafficPolicy.Cluster };
        }

        if (type != ServiceType.LoadBalancer) return this with { Spec = spec };
        return this with
        {
            Spec = spec with { AllocateLoadBalancerNodePorts = spec.AllocateLoadBalancerNodePorts ?? true },
            Status = WithModes(Status),
        };
    }

    private static SessionAffinityConfig? AffinityConfig(string affinity, SessionAffinityConfig? config) => affinity switch
    {
        ServiceAffinity.None => null,
        ServiceAffinity.ClientIP when config?.ClientIP?.TimeoutSeconds is null =>
            new SessionAffinityConfig { ClientIP = new ClientIPConfig { TimeoutSeconds = AffinitySeconds } },
        _ => config,
    };

    private static ApiList<ServicePort> WithDefaults(ApiList<ServicePort> ports)
    {
        for (var i = 0; i < ports.Count; i++)
        {
            var port = ports[i];
            var isOpen = port.TargetPort == 0 || (port.TargetPort.IsString && port.TargetPort.StringValue.Length == 0);
            if (port.Protocol.Length > 0 && !isOpen) continue;
            ports = ports.With(i, port with
            {
                Protocol = port.Protocol.Length == 0 ? Protocol.TCP : port.Protocol,
                TargetPort = isOpen ? port.Port : port.TargetPort,
            });
        }

        return ports;
    }

    private static ServiceStatus WithModes(ServiceStatus status)
    {
        var points = status.LoadBalancer.Ingress;
        for (var i = 0; i < points.Count; i++)
        {
            if (points[i].Ip.Length > 0 && points[i].IpMode is null) points = points.With(i, points[i] with { IpMode = LoadBalancerIPMode.VIP });
        }

        return status with { LoadBalancer = status.LoadBalancer with { Ingress = points } };
    }
}

public sealed partial record ServiceSpec
{
    /// <summary>The address of a service that wants none.</summary>
    public const string Headless = "None";

    /// <summary>Whether the service has said that it wants no address.</summary>
    public bool IsHeadless => ClusterIPs.Count == 1 && ClusterIPs[0] == Headless;

    /// <summary>Whether traffic from outside of the cluster can arrive, so that it has a policy.</summary>
    public bool IsReachableFromOutside => Type is ServiceType.LoadBalancer or ServiceType.NodePort
        || (Type == ServiceType.ClusterIP && !ExternalIPs.IsEmpty);

    /// <summary>Whether load balancers must ask nodes if they have a backend, on a port of its own.</summary>
    public bool NeedsHealthCheckPort => Type == ServiceType.LoadBalancer && ExternalTrafficPolicy == ServiceExternalTrafficPolicy.Local;
}
