using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Server.Http;

namespace Keelson.Server.Allocation;

/// <summary>What becomes of a service's allocated fields when it changes: what a client left out stays, and what its type has no use for goes.</summary>
internal static class ServiceFields
{
    public static bool HasAddress(Service service) => service.Spec.Type is ServiceType.ClusterIP or ServiceType.NodePort or ServiceType.LoadBalancer;

    public static bool WantsPorts(Service service) =>
        service.Spec.Type == ServiceType.NodePort || (service.Spec.Type == ServiceType.LoadBalancer && service.Spec.AllocateLoadBalancerNodePorts is not false);

    public static Service Carry(Service service, Service? old)
    {
        if (old is null) return service.WithAddressesInStep(null);
        var spec = service.Spec;
        if (HasAddress(service) && HasAddress(old))
        {
            if (spec.ClusterIP.Length == 0) spec = spec with { ClusterIP = old.Spec.ClusterIP };
            if (spec.ClusterIPs.IsEmpty && spec.ClusterIP == old.Spec.ClusterIP) spec = spec with { ClusterIPs = old.Spec.ClusterIPs };
        }

        if (WantsPorts(service) && WantsPorts(old)) spec = spec with { Ports = CarryPorts(spec.Ports, old.Spec.Ports) };
        if (spec.NeedsHealthCheckPort && old.Spec.NeedsHealthCheckPort && spec.HealthCheckNodePort == 0) spec = spec with { HealthCheckNodePort = old.Spec.HealthCheckNodePort };
        var kept = service with { Spec = spec };
        return Drop(kept.WithAddressesInStep(old), old);
    }

    private static ApiList<ServicePort> CarryPorts(ApiList<ServicePort> ports, ApiList<ServicePort> old) => ports.Select(port =>
    {
        if (port.NodePort != 0) return port;
        var before = old.FindIndex(known => known.Port == port.Port && known.Protocol == port.Protocol);
        return before < 0 || ports.Any(other => other.NodePort == old[before].NodePort && other.Protocol == port.Protocol) ? port : port with { NodePort = old[before].NodePort };
    }).ToApiList();

    // What a client changed in the same write is left for the validation to refuse.
    private static Service Drop(Service service, Service old)
    {
        var (spec, before) = (service.Spec, old.Spec);
        if (HasAddress(old) && !HasAddress(service))
        {
            if (spec.ClusterIPs == before.ClusterIPs) spec = spec with { ClusterIP = "", ClusterIPs = default };
            if (spec.IpFamilies == before.IpFamilies) spec = spec with { IpFamilies = default };
            if (spec.IpFamilyPolicy == before.IpFamilyPolicy) spec = spec with { IpFamilyPolicy = null };
            if (spec.InternalTrafficPolicy == before.InternalTrafficPolicy) spec = spec with { InternalTrafficPolicy = null };
        }

        if (WantsPorts(old) && !WantsPorts(service) && spec.Ports.Select(port => port.NodePort).SequenceEqual(before.Ports.Select(port => port.NodePort)))
        {
            spec = spec with { Ports = spec.Ports.Select(port => port with { NodePort = 0 }).ToApiList() };
        }

        if (before.NeedsHealthCheckPort && !spec.NeedsHealthCheckPort && spec.HealthCheckNodePort == before.HealthCheckNodePort) spec = spec with { HealthCheckNodePort = 0 };
        if (before.IsReachableFromOutside && !spec.IsReachableFromOutside && spec.ExternalTrafficPolicy == before.ExternalTrafficPolicy) spec = spec with { ExternalTrafficPolicy = "" };
        if (before.Type == ServiceType.LoadBalancer && spec.Type != ServiceType.LoadBalancer)
        {
            if (spec.AllocateLoadBalancerNodePorts == before.AllocateLoadBalancerNodePorts) spec = spec with { AllocateLoadBalancerNodePorts = null };
            if (spec.LoadBalancerClass == before.LoadBalancerClass) spec = spec with { LoadBalancerClass = null };
        }

        return service with { Spec = spec };
    }

    public static ApiException Invalid(Service service, string field, string shown, string why) => Failures.Invalid(
        "",
        "Service",
        service.Metadata.Name,
        [new StatusCause { Reason = CauseType.FieldValueInvalid, Field = field, Message = $"Invalid value: {shown}: {why}" }]);
}
