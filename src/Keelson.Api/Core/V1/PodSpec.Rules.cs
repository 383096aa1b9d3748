using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

public sealed partial record PodSpec
{
    private const int MaximumHostnameOverrideLength = 64;

    /// <summary>Reports what is wrong with the description of a pod; the place of the errors is the description.</summary>
    /// <param name="podName">The name of the pod that is described; none for a template.</param>
    internal void Validate(bool isPod, string podName, FieldErrors errors)
    {
        var scope = new PodScope { Spec = this, IsPod = isPod, PodName = podName };
        if (TerminationGracePeriodSeconds is null) errors.Required("terminationGracePeriodSeconds");
        VolumeRules.Validate(scope, errors);
        ValidateResourceClaims(scope, errors);
        ContainerLists.Validate(scope, errors);
        using (errors.In("resources")) Resources?.ValidateForPod(this, errors);
        ValidateHostNetwork(isPod, errors);
        errors.PresentOneOf("restartPolicy", RestartPolicy, V1.RestartPolicy.Always, V1.RestartPolicy.OnFailure, V1.RestartPolicy.Never);
        errors.PresentOneOf("dnsPolicy", DnsPolicy, DNSPolicy.ClusterFirstWithHostNet, DNSPolicy.ClusterFirst, DNSPolicy.Default, DNSPolicy.None);
        ObjectMetaValidation.ValidateLabels("nodeSelector", NodeSelector, errors);
        using (errors.In("securityContext")) SecurityContext?.Validate(this, errors);
        using (errors.In("affinity")) Affinity?.Validate(errors);
        using (errors.In("dnsConfig")) PodDNSConfig.Validate(DnsConfig, DnsPolicy, errors);
        ValidateGates(errors);
        TopologySpreadConstraint.Validate(TopologySpreadConstraints, errors);
        PodSystemRules.HostProcesses(this, errors);
        PodSystemRules.HostUsers(this, errors);
        ValidateNames(errors);
        Toleration.Validate("tolerations", Tolerations, errors);
        ValidateHostAliases(errors);
        ValidateClasses(errors);
        PodSystemRules.OperatingSystem(this, errors);
    }

    /// <summary>The claims' names are known even of claims that are wrong otherwise, lest containers be blamed for them.</summary>
    private void ValidateResourceClaims(PodScope scope, FieldErrors errors)
    {
        for (var i = 0; i < ResourceClaims.Count; i++)
        {
            var claim = ResourceClaims[i];
            using (errors.In("resourceClaims", i))
            {
                if (claim.Name.Length == 0) errors.Required("name");
                else if (!scope.ClaimNames.Add(claim.Name)) errors.Duplicate("name", claim.Name);
                else errors.Label("name", claim.Name);
                if (claim is { ResourceClaimName: not null, ResourceClaimTemplateName: not null })
                {
                    errors.Invalid(null, claim.AsValue(), "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified");
                }

                if (claim is { ResourceClaimName: null, ResourceClaimTemplateName: null })
                {
                    errors.Invalid(null, claim.AsValue(), "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`");
                }

                if (claim.ResourceClaimName is { } name) errors.Subdomain("resourceClaimName", name);
                if (claim.ResourceClaimTemplateName is { } template) errors.Subdomain("resourceClaimTemplateName", template);
            }
        }
    }

    /// <summary>A template may leave host ports open, since the pods made from it have them filled in.</summary>
    private void ValidateHostNetwork(bool isPod, FieldErrors errors)
    {
        if (!HostNetwork) return;
        for (var i = 0; i < Containers.Count; i++)
        {
            var ports = Containers[i].Ports;
            for (var p = 0; p < ports.Count; p++)
            {
                if (ports[p].HostPort == ports[p].ContainerPortValue || (!isPod && ports[p].HostPort == 0)) continue;
                using (errors.In("containers", i))
                using (errors.In("ports", p)) errors.Invalid("hostPort", ports[p].HostPort, "must match `containerPort` when `hostNetwork` is true");
            }
        }
    }

    private void ValidateGates(FieldErrors errors)
    {
        for (var i = 0; i < ReadinessGates.Count; i++)
        {
            using (errors.In("readinessGates", i)) errors.QualifiedName("conditionType", ReadinessGates[i].ConditionType);
        }

        HashSet<string>? seen = null;
        for (var i = 0; i < SchedulingGates.Count; i++)
        {
            var name = SchedulingGates[i].Name;
            using (errors.In("schedulingGates", i))
            {
                errors.QualifiedName(null, name);
                if (!(seen ??= new(StringComparer.Ordinal)).Add(name)) errors.Duplicate(null, name);
            }
        }
    }

    private void ValidateNames(FieldErrors errors)
    {
        if (ServiceAccountName.Length > 0) errors.Subdomain("serviceAccountName", ServiceAccountName);
        if (NodeName.Length > 0) errors.Subdomain("nodeName", NodeName);
        if (ActiveDeadlineSeconds is { } deadline)
        {
            foreach (var message in FieldName.CheckRange(deadline, 1, int.MaxValue)) errors.Invalid("activeDeadlineSeconds", deadline, message);
        }

        if (Hostname.Length > 0) errors.Label("hostname", Hostname);
        if (Subdomain.Length > 0) errors.Label("subdomain", Subdomain);
        if (HostnameOverride is not { } host) return;
        errors.Subdomain("hostnameOverride", host);
        if (NameMessage.IsLonger(host, MaximumHostnameOverrideLength)) errors.TooLong("hostnameOverride", MaximumHostnameOverrideLength);
        if (HostNetwork) errors.Forbidden("hostnameOverride", "may not be specified when hostNetwork is true");
        if (SetHostnameAsFQDN is true) errors.Forbidden("hostnameOverride", "may not be specified when setHostnameAsFQDN is true");
    }

    private void ValidateHostAliases(FieldErrors errors)
    {
        for (var i = 0; i < HostAliases.Count; i++)
        {
            var alias = HostAliases[i];
            using (errors.In("hostAliases", i))
            {
                errors.Invalid("ip", alias.Ip, NetworkName.CheckLegacyAddress(alias.Ip, strict: false), "format=ip-sloppy");
                for (var h = 0; h < alias.Hostnames.Count; h++)
                {
                    using (errors.In("hostnames", h)) errors.Subdomain(null, alias.Hostnames[h]);
                }
            }
        }
    }

    private void ValidateClasses(FieldErrors errors)
    {
        if (PriorityClassName.Length > 0) errors.Subdomain("priorityClassName", PriorityClassName);
        if (RuntimeClassName is { } runtime) errors.Subdomain("runtimeClassName", runtime);
        if (PreemptionPolicy is { } preemption)
        {
            errors.PresentOneOf("preemptionPolicy", preemption, V1.PreemptionPolicy.PreemptLowerPriority, V1.PreemptionPolicy.Never);
        }

        if (!Overhead.IsEmpty)
        {
            using (errors.In("overhead")) new ResourceRequirements { Limits = Overhead }.Validate([], errors);
        }

        if (SchedulingGroup?.PodGroupName is { } group)
        {
            using (errors.In("schedulingGroup")) errors.Subdomain("podGroupName", group);
        }
    }
}

public sealed partial record PodDNSConfig
{
    private const int MaximumNameservers = 3;
    private const int MaximumSearches = 32;
    private const int MaximumSearchCharacters = 2048;

    internal static void Validate(PodDNSConfig? config, string policy, FieldErrors errors)
    {
        if (policy == DNSPolicy.None)
        {
            if (config is null)
            {
                errors.Required(null, "must provide `dnsConfig` when `dnsPolicy` is None");
                return;
            }

            if (config.Nameservers.IsEmpty)
            {
                errors.Required("nameservers", "must provide at least one DNS nameserver when `dnsPolicy` is None");
                return;
            }
        }

        config?.Validate(errors);
    }

    private void Validate(FieldErrors errors)
    {
        if (Nameservers.Count > MaximumNameservers)
        {
            errors.Invalid("nameservers", Nameservers.AsValue(), $"must not have more than {MaximumNameservers} nameservers");
        }

        for (var i = 0; i < Nameservers.Count; i++)
        {
            using (errors.In("nameservers", i)) errors.Invalid(null, Nameservers[i], NetworkName.CheckLegacyAddress(Nameservers[i], strict: false), "format=ip-sloppy");
        }

        if (Searches.Count > MaximumSearches) errors.Invalid("searches", Searches.AsValue(), $"must not have more than {MaximumSearches} search paths");
        if (Searches.Sum(search => search.Length + 1L) - 1 > MaximumSearchCharacters)
        {
            errors.Invalid("searches", Searches.AsValue(), $"must not have more than {MaximumSearchCharacters} characters (including spaces) in the search list");
        }

        for (var i = 0; i < Searches.Count; i++)
        {
            if (Searches[i] == ".") continue;
            var search = Searches[i].EndsWith('.') ? Searches[i][..^1] : Searches[i];
            using (errors.In("searches", i)) errors.Invalid(null, search, DnsName.CheckSubdomainWithUnderscore(search));
        }

        for (var i = 0; i < Options.Count; i++)
        {
            using (errors.In("options", i))
            {
                if (Options[i].Name.Length == 0) errors.Required(null, "must not be empty");
            }
        }
    }
}
