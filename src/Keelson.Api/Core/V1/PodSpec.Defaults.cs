namespace Keelson.Api.Core.V1;

public sealed partial record PodSpec
{
    internal const string DefaultSchedulerName = "default-scheduler";
    internal const long DefaultTerminationGracePeriodSeconds = 30;

    /// <summary>What is filled in wherever a pod is described, also in templates; see <see cref="Pod.WithDefaults"/> for the rest.</summary>
    internal PodSpec WithDefaults()
    {
        var volumes = Volumes.Map(volume => volume.WithDefaults());
        var containers = Containers.Map(container => container.WithDefaults());
        var initContainers = InitContainers.Map(container => container.WithDefaults());
        var ephemeralContainers = EphemeralContainers.Map(container => container.WithDefaults());
        var overhead = ResourceRequirements.Rounded(Overhead);
        var resources = Resources?.WithDefaults();
        // The older field is but another name of the newer one.
        var account = ServiceAccountName.Length > 0 ? ServiceAccountName : ServiceAccount;
        if (volumes.IsSame(Volumes) && containers.IsSame(Containers) && initContainers.IsSame(InitContainers)
            && ephemeralContainers.IsSame(EphemeralContainers) && overhead == Overhead && ReferenceEquals(resources, Resources)
            && account == ServiceAccountName && account == ServiceAccount && DnsPolicy.Length > 0 && RestartPolicy.Length > 0
            && SecurityContext is not null && TerminationGracePeriodSeconds is not null && SchedulerName.Length > 0) return this;
        return this with
        {
            Volumes = volumes,
            Containers = containers,
            InitContainers = initContainers,
            EphemeralContainers = ephemeralContainers,
            Overhead = overhead,
            Resources = resources,
            ServiceAccountName = account,
            ServiceAccount = account,
            DnsPolicy = DnsPolicy.Length > 0 ? DnsPolicy : DNSPolicy.ClusterFirst,
            RestartPolicy = RestartPolicy.Length > 0 ? RestartPolicy : V1.RestartPolicy.Always,
            SecurityContext = SecurityContext ?? PodSecurityContext.Empty,
            TerminationGracePeriodSeconds = TerminationGracePeriodSeconds ?? DefaultTerminationGracePeriodSeconds,
            SchedulerName = SchedulerName.Length > 0 ? SchedulerName : DefaultSchedulerName,
        };
    }
}

public sealed partial record PodTemplateSpec
{
    internal PodTemplateSpec WithDefaults()
    {
        var spec = Spec.WithDefaults();
        return ReferenceEquals(spec, Spec) ? this : this with { Spec = spec };
    }
}

public sealed partial record PodTemplate : IHasDefaults
{
    /// <inheritdoc/>
    public IResource WithDefaults()
    {
        var template = Template.WithDefaults();
        return ReferenceEquals(template, Template) ? this : this with { Template = template };
    }
}
