using Keelson.Api.Names;
using Keelson.Api.Validation;
using Keelson.Api.Values;

namespace Keelson.Api.Core.V1;

public sealed partial record Service : IHasRules
{
    private const int MaximumAffinitySeconds = 86400;
    private const string OnceSet = "may not change once set";
    private const string LoadBalancerOnly = "may only be used when `type` is 'LoadBalancer'";
    private const string TopologyHints = "service.kubernetes.io/topology-aware-hints";
    private const string TopologyMode = "service.kubernetes.io/topology-mode";
    private const string SourceRanges = "service.beta.kubernetes.io/load-balancer-source-ranges";

    public void Validate(FieldErrors errors) => Validate(null, errors);

    public void ValidateUpdate(IResource old, FieldErrors errors)
    {
        var before = (Service)old;
        ValidateAddressChange(before, errors);
        ValidateFamilyChange(before, errors);
        using (errors.In("spec"))
        {
            if (Spec.Type == ServiceType.LoadBalancer && before.Spec.Type == ServiceType.LoadBalancer
                && Spec.LoadBalancerClass != before.Spec.LoadBalancerClass)
            {
                errors.Invalid("loadBalancerClass", Shown.Text(Spec.LoadBalancerClass), OnceSet);
            }

            // Upstream looks at it once more with all the rest.
            ValidateLoadBalancerClass(errors);

            if (Spec.NeedsHealthCheckPort && before.Spec.NeedsHealthCheckPort && Spec.HealthCheckNodePort != before.Spec.HealthCheckNodePort)
            {
                errors.Forbidden("healthCheckNodePort", ObjectMetaValidation.ImmutableMessage);
            }
        }

        Validate(before, errors);
    }

    public void ValidateStatusUpdate(IResource old, FieldErrors errors)
    {
        var before = ((Service)old).Status.LoadBalancer.Ingress.Select(point => point.Ip).ToApiList();
        using var scope = errors.In(FieldPath.Of("status", "loadBalancer"));
        var points = Status.LoadBalancer.Ingress;
        if (Spec.Type != ServiceType.LoadBalancer && !points.IsEmpty)
        {
            errors.Forbidden("ingress", "may only be used when `spec.type` is 'LoadBalancer'");
            return;
        }

        for (var i = 0; i < points.Count; i++)
        {
            using (errors.In("ingress", i)) Validate(points[i], before, errors);
        }
    }

    private void Validate(Service? old, FieldErrors errors)
    {
        ValidateTopologyAnnotations(errors);
        using (errors.In("spec"))
        {
            if (Spec.Ports.IsEmpty && !Spec.IsHeadless && Spec.Type != ServiceType.ExternalName) errors.Required("ports");
            ValidateType(errors);
            ValidatePorts(errors);
            ObjectMetaValidation.ValidateLabels("selector", Spec.Selector, errors);
            ValidateAffinity(errors);
            ValidateAddresses(old, errors);
            ValidateExternalAddresses(old?.Spec.ExternalIPs ?? default, errors);
            errors.ExpectOneOf("type", Spec.Type, ServiceType.ClusterIP, ServiceType.ExternalName, ServiceType.LoadBalancer, ServiceType.NodePort);
            ValidateNodePorts(errors);
        }

        ValidateSourceRanges(old, errors);
        ValidateLoadBalancer(errors);
        using (errors.In("spec"))
        {
            ValidateExternalTraffic(errors);
            ValidateInternalTraffic(errors);
        }
    }

    private void ValidateTopologyAnnotations(FieldErrors errors)
    {
        var annotations = Metadata.Annotations;
        if (!annotations.TryGetValue(TopologyMode, out var mode) || !annotations.TryGetValue(TopologyHints, out var hints) || mode == hints) return;
        using (errors.In("metadata"))
        using (errors.In("annotations", TopologyMode))
        {
            errors.Invalid(null, mode, $"must match annotations[{TopologyHints}] when both are specified");
        }
    }

    private void ValidateType(FieldErrors errors)
    {
        switch (Spec.Type)
        {
            case ServiceType.LoadBalancer or ServiceType.NodePort when Spec.IsHeadless:
                using (errors.In("clusterIPs", 0)) errors.Invalid(null, ServiceSpec.Headless, $"may not be set to 'None' for {Spec.Type} services");
                break;
            case ServiceType.ExternalName:
                const string NotForNames = "may not be set for ExternalName services";
                if (!Spec.ClusterIPs.IsEmpty) errors.Forbidden("clusterIPs", NotForNames);
                if (!Spec.IpFamilies.IsEmpty) errors.Forbidden("ipFamilies", NotForNames);
                if (Spec.IpFamilyPolicy is not null) errors.Forbidden("ipFamilyPolicy", NotForNames);
                var name = Spec.ExternalName.EndsWith('.') ? Spec.ExternalName[..^1] : Spec.ExternalName;
                if (name.Length == 0) errors.Required("externalName");
                else errors.Invalid("externalName", name, DnsName.CheckSubdomain(name));
                break;
        }
    }

    private void ValidatePorts(FieldErrors errors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Spec.Ports.Count; i++)
        {
            var port = Spec.Ports[i];
            using var scope = errors.In("ports", i);
            if (port.Name.Length > 0)
            {
                errors.Invalid("name", port.Name, DnsName.CheckLabel(port.Name), "format=dns-label");
                if (!names.Add(port.Name)) errors.Duplicate("name", port.Name);
            }
            else if (Spec.Ports.Count > 1)
            {
                errors.Required("name");
            }

            errors.ExpectPortNumber("port", port.Port);
            errors.ExpectOneOf("protocol", port.Protocol, Protocol.SCTP, Protocol.TCP, Protocol.UDP);
            errors.ExpectPort("targetPort", port.TargetPort);
            if (port.AppProtocol is { } application) errors.Invalid("appProtocol", application, LabelName.CheckKey(application), "format=qualified-name");
        }
    }

    private void ValidateAffinity(FieldErrors errors)
    {
        errors.ExpectOneOf("sessionAffinity", Spec.SessionAffinity, ServiceAffinity.ClientIP, ServiceAffinity.None);
        var config = Spec.SessionAffinityConfig;
        if (Spec.SessionAffinity == ServiceAffinity.None && config is not null)
        {
            errors.Forbidden("sessionAffinityConfig", "must not be set when session affinity is None");
        }

        if (Spec.SessionAffinity != ServiceAffinity.ClientIP) return;
        const string ForClients = "when session affinity type is ClientIP";
        if (config is null) errors.Required("sessionAffinityConfig", ForClients);
        else if (config.ClientIP is null) errors.Required("sessionAffinityConfig.clientIP", ForClients);
        else if (config.ClientIP.TimeoutSeconds is not { } seconds) errors.Required("sessionAffinityConfig.clientIP.timeoutSeconds", ForClients);
        else if (seconds is <= 0 or > MaximumAffinitySeconds)
        {
            errors.Invalid("sessionAffinityConfig.clientIP.timeoutSeconds", seconds, $"must be greater than 0 and less than {MaximumAffinitySeconds}");
        }
    }

    private void ValidateNodePorts(FieldErrors errors)
    {
        for (var i = 0; i < Spec.Ports.Count && Spec.Type == ServiceType.ClusterIP; i++)
        {
            using var scope = errors.In("ports", i);
            if (Spec.Ports[i].NodePort != 0) errors.Forbidden("nodePort", "may not be used when `type` is 'ClusterIP'");
        }

        var onNodes = new HashSet<(string, int)>();
        for (var i = 0; i < Spec.Ports.Count; i++)
        {
            var port = Spec.Ports[i];
            using var scope = errors.In("ports", i);
            if (port.NodePort != 0 && !onNodes.Add((port.Protocol, port.NodePort))) errors.Duplicate("nodePort", port.NodePort);
        }

        var ports = new HashSet<(string, int)>();
        for (var i = 0; i < Spec.Ports.Count; i++)
        {
            var port = Spec.Ports[i];
            using var scope = errors.In("ports", i);
            if (ports.Add((port.Protocol, port.Port))) continue;
            // Upstream shows a port of its internal type, whose fields have no names of JSON.
            errors.Duplicate(null, MapValue.Of(
                ("Name", ""), ("Protocol", port.Protocol), ("AppProtocol", Value.Null), ("Port", port.Port), ("TargetPort", 0), ("NodePort", 0)));
        }
    }

    private void ValidateSourceRanges(Service? old, FieldErrors errors)
    {
        if (!Spec.LoadBalancerSourceRanges.IsEmpty)
        {
            // The capital letter is upstream's.
            using var scope = errors.In(FieldPath.Of("spec", "LoadBalancerSourceRanges"));
            if (Spec.Type != ServiceType.LoadBalancer) errors.Forbidden(null, LoadBalancerOnly);
            var before = (old?.Spec.LoadBalancerSourceRanges ?? default).Select(range => range.Trim()).ToApiList();
            for (var i = 0; i < Spec.LoadBalancerSourceRanges.Count; i++)
            {
                using (errors.Place.At(i)) errors.ExpectLegacyRange(null, Spec.LoadBalancerSourceRanges[i].Trim(), before);
            }
        }
        else if (Metadata.Annotations.TryGetValue(SourceRanges, out var annotation))
        {
            using var scope = errors.In("metadata");
            using var inner = errors.In("annotations", SourceRanges);
            if (Spec.Type != ServiceType.LoadBalancer) errors.Forbidden(null, LoadBalancerOnly);
            if (annotation.Trim().Length == 0 || annotation == old?.Metadata.Annotations.GetValueOrDefault(SourceRanges)) return;
            foreach (var range in annotation.Trim().Split(',')) errors.ExpectLegacyRange(null, range.Trim());
        }
    }

    private void ValidateLoadBalancer(FieldErrors errors)
    {
        var isLoadBalancer = Spec.Type == ServiceType.LoadBalancer;
        // Upstream leaves the spec out of this path.
        if (isLoadBalancer && Spec.AllocateLoadBalancerNodePorts is null) errors.Required("allocateLoadBalancerNodePorts");
        using var scope = errors.In("spec");
        if (!isLoadBalancer && Spec.AllocateLoadBalancerNodePorts is not null) errors.Forbidden("allocateLoadBalancerNodePorts", LoadBalancerOnly);
        ValidateLoadBalancerClass(errors);
    }

    private void ValidateLoadBalancerClass(FieldErrors errors)
    {
        if (Spec.LoadBalancerClass is not { } name) return;
        if (Spec.Type == ServiceType.LoadBalancer) errors.Invalid("loadBalancerClass", name, LabelName.CheckKey(name), "format=qualified-name");
        else errors.Forbidden("loadBalancerClass", LoadBalancerOnly);
    }

    private void ValidateExternalTraffic(FieldErrors errors)
    {
        var policy = Spec.ExternalTrafficPolicy;
        if (Spec.IsReachableFromOutside)
        {
            errors.ExpectOneOf("externalTrafficPolicy", policy, ServiceExternalTrafficPolicy.Cluster, ServiceExternalTrafficPolicy.Local);
        }
        else if (policy.Length > 0)
        {
            errors.Invalid("externalTrafficPolicy", policy, "may only be set for externally-accessible services");
        }

        var port = Spec.HealthCheckNodePort;
        if (!Spec.NeedsHealthCheckPort)
        {
            if (port != 0) errors.Invalid("healthCheckNodePort", port, "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'");
        }
        else if (port == 0)
        {
            errors.Required("healthCheckNodePort");
        }
        else
        {
            errors.ExpectPortNumber("healthCheckNodePort", port);
        }
    }

    private void ValidateInternalTraffic(FieldErrors errors)
    {
        if (Spec.InternalTrafficPolicy is { } policy)
        {
            errors.ExpectKnown("internalTrafficPolicy", policy, ServiceInternalTrafficPolicy.Cluster, ServiceInternalTrafficPolicy.Local);
        }
        else if (Spec.Type is ServiceType.ClusterIP or ServiceType.NodePort or ServiceType.LoadBalancer)
        {
            errors.Required("internalTrafficPolicy");
        }

        if (Spec.TrafficDistribution is { } distribution)
        {
            errors.ExpectKnown("trafficDistribution", distribution, "PreferClose", "PreferSameZone", "PreferSameNode");
        }
    }

    private static void Validate(LoadBalancerIngress point, ApiList<string> before, FieldErrors errors)
    {
        if (point.Ip.Length > 0) errors.ExpectLegacyAddress("ip", point.Ip, before);
        if (point.IpMode is null)
        {
            if (point.Ip.Length > 0) errors.Required("ipMode", "must be specified when `ip` is set");
        }
        else if (point.Ip.Length == 0)
        {
            errors.Forbidden("ipMode", "may not be specified when `ip` is not set");
        }
        else
        {
            errors.ExpectKnown("ipMode", point.IpMode, LoadBalancerIPMode.Proxy, LoadBalancerIPMode.VIP);
        }

        if (point.Hostname.Length == 0) return;
        errors.Invalid("hostname", point.Hostname, DnsName.CheckSubdomain(point.Hostname));
        if (AddressExpectations.IsAddress(point.Hostname)) errors.Invalid("hostname", point.Hostname, "must be a DNS name, not an IP address");
    }
}
