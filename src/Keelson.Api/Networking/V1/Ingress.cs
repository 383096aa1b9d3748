using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;

namespace Keelson.Api.Networking.V1;

/// <summary>
/// Routes HTTP and HTTPS requests from outside to Services by host and path, with TLS ended at the edge. It needs an Ingress
/// controller in the cluster; without one nothing happens.
/// </summary>
[Resource("networking.k8s.io", "v1", "ingresses", Scope.Namespaced, ShortNames = ["ing"], Subresources = ["status"])]
public sealed partial record Ingress
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>Hosts, paths and backends.</summary>
    [Field(2)] public IngressSpec Spec { get; init; } = IngressSpec.Empty;

    /// <summary>Addresses at which the Ingress is reachable; written by its controller.</summary>
    [Field(3)] public IngressStatus Status { get; init; } = IngressStatus.Empty;
}

/// <summary>Wanted routing of an Ingress.</summary>
[ApiType]
public sealed partial record IngressSpec
{
    /// <summary>IngressClass, and with it the controller, in charge. Unset uses the default class, if one is marked.</summary>
    [Field(4)] public string? IngressClassName { get; init; }

    /// <summary>Where requests go that match no rule; required if there are no rules.</summary>
    [Field(1)] public IngressBackend? DefaultBackend { get; init; }

    /// <summary>Certificates by host; all use port 443 and are chosen by server name.</summary>
    [Field(2), Atomic] public ApiList<IngressTLS> Tls { get; init; }

    /// <summary>Routing by host. Without any, all goes to defaultBackend.</summary>
    [Field(3), Atomic] public ApiList<IngressRule> Rules { get; init; }
}

/// <summary>Where traffic goes; exactly one field is set.</summary>
[ApiType]
public sealed partial record IngressBackend
{
    /// <summary>A Service in the namespace of the Ingress.</summary>
    [Field(4)] public IngressServiceBackend? Service { get; init; }

    /// <summary>Another object in the namespace of the Ingress, such as a storage bucket, if the controller supports it.</summary>
    [Field(3)] public TypedLocalObjectReference? Resource { get; init; }
}

/// <summary>A port of a Service.</summary>
[ApiType]
public sealed partial record IngressServiceBackend
{
    /// <summary>Name of the Service, in the namespace of the Ingress.</summary>
    [Field(1, Emit = Emit.Always)] public string Name { get; init; } = "";

    /// <summary>Port of the Service, by name or by number.</summary>
    [Field(2)] public ServiceBackendPort Port { get; init; } = ServiceBackendPort.Empty;
}

/// <summary>A port of a Service; exactly one field is set.</summary>
[ApiType]
[Atomic]
public sealed partial record ServiceBackendPort
{
    /// <summary>Name of the port.</summary>
    [Field(1)] public string Name { get; init; } = "";

    /// <summary>Number of the port.</summary>
    [Field(2)] public int Number { get; init; }
}

/// <summary>Routing for one host.</summary>
[ApiType]
public sealed partial record IngressRule
{
    /// <summary>Full DNS name, no IP and no port; may begin with *. for exactly one further label. Empty takes all hosts.</summary>
    [Field(1)] public string Host { get; init; } = "";

    [Field(2), Inline] public IngressRuleValue IngressRuleValue { get; init; } = IngressRuleValue.Empty;
}

/// <summary>What a rule does with the traffic of its host.</summary>
[ApiType]
public sealed partial record IngressRuleValue
{
    /// <summary>Paths and backends. Unset sends all traffic of the host to the default backend.</summary>
    [Field(1)] public HTTPIngressRuleValue? Http { get; init; }
}

/// <summary>The paths of an HTTP rule.</summary>
[ApiType]
public sealed partial record HTTPIngressRuleValue
{
    /// <summary>Paths and their backends; the longest match wins, exact before prefix.</summary>
    [Field(1, Emit = Emit.Always), Atomic] public ApiList<HTTPIngressPath> Paths { get; init; }
}

/// <summary>Sends requests for a path to a backend.</summary>
[ApiType]
public sealed partial record HTTPIngressPath
{
    /// <summary>Path to match; begins with a slash. Required for Exact and Prefix.</summary>
    [Field(1)] public string Path { get; init; } = "";

    /// <summary>
    /// Exact compares the whole path, Prefix compares whole segments from the start, ImplementationSpecific leaves it to the
    /// controller.
    /// </summary>
    [Field(3, Emit = Emit.Always)] public string? PathType { get; init; }

    /// <summary>Where matching requests go.</summary>
    [Field(2, Emit = Emit.Always)] public IngressBackend Backend { get; init; } = IngressBackend.Empty;
}

/// <summary>A certificate and the hosts it is for.</summary>
[ApiType]
public sealed partial record IngressTLS
{
    /// <summary>Hosts in the certificate; they should match the hosts of the rules. Unset leaves it to the controller.</summary>
    [Field(1), Atomic] public ApiList<string> Hosts { get; init; }

    /// <summary>Secret of type kubernetes.io/tls holding certificate and key. Unset leaves the certificate to the controller.</summary>
    [Field(2)] public string SecretName { get; init; } = "";
}

/// <summary>What the controller reported about an Ingress.</summary>
[ApiType]
public sealed partial record IngressStatus
{
    /// <summary>The load balancer traffic comes in through.</summary>
    [Field(1)] public IngressLoadBalancerStatus LoadBalancer { get; init; } = IngressLoadBalancerStatus.Empty;
}

/// <summary>The load balancer in front of an Ingress.</summary>
[ApiType]
public sealed partial record IngressLoadBalancerStatus
{
    /// <summary>Addresses of the load balancer.</summary>
    [Field(1), Atomic] public ApiList<IngressLoadBalancerIngress> Ingress { get; init; }
}

/// <summary>One address at which an Ingress is reachable.</summary>
[ApiType]
public sealed partial record IngressLoadBalancerIngress
{
    /// <summary>IP address, for load balancers that have one.</summary>
    [Field(1)] public string Ip { get; init; } = "";

    /// <summary>DNS name, for load balancers that have one.</summary>
    [Field(2)] public string Hostname { get; init; } = "";

    /// <summary>State of the ports on the address.</summary>
    [Field(4), Atomic] public ApiList<IngressPortStatus> Ports { get; init; }
}

/// <summary>State of one port of a load balancer.</summary>
[ApiType]
public sealed partial record IngressPortStatus
{
    /// <summary>Number of the port.</summary>
    [Field(1, Emit = Emit.Always)] public int Port { get; init; }

    /// <summary>TCP, UDP or SCTP.</summary>
    [Field(2, Emit = Emit.Always), KnownValues(typeof(Protocol))] public string Protocol { get; init; } = "";

    /// <summary>What is wrong with the port: a CamelCase word, or a domain-prefixed one for errors of a provider.</summary>
    [Field(3)] public string? Error { get; init; }
}
