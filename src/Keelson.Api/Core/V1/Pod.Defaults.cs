namespace Keelson.Api.Core.V1;

public sealed partial record Pod : IHasDefaults
{
    /// <inheritdoc/>
    public IResource WithDefaults()
    {
        var spec = Spec.WithDefaults().WithPodDefaults();
        return ReferenceEquals(spec, Spec) ? this : this with { Spec = spec };
    }
}

public sealed partial record PodSpec
{
    /// <summary>What is filled in for pods only, since templates had been there before and may not change by themselves.</summary>
    internal PodSpec WithPodDefaults()
    {
        var containers = Containers.Map(container => container.WithRequestsFromLimits());
        var initContainers = InitContainers.Map(container => container.WithRequestsFromLimits());
        if (HostNetwork)
        {
            containers = containers.Map(container => container.WithHostPorts());
            initContainers = initContainers.Map(container => container.WithHostPorts());
        }

        var spec = this;
        if (!containers.IsSame(Containers) || !initContainers.IsSame(InitContainers))
        {
            spec = spec with { Containers = containers, InitContainers = initContainers };
        }

        if (spec.EnableServiceLinks is null) spec = spec with { EnableServiceLinks = true };
        return spec.WithPodResources();
    }

    /// <summary>Fills in what the pod as a whole asks for, if it asks at all, from what its containers ask for.</summary>
    private PodSpec WithPodResources()
    {
        if (Resources is not { } resources || (resources.Limits.IsEmpty && resources.Requests.IsEmpty)) return this;
        var limits = resources.Limits;
        foreach (var (name, amount) in PodResources.Limits(this))
        {
            if (PodResources.IsHugePages(name) && !resources.Requests.ContainsKey(name) && !limits.ContainsKey(name)) limits = limits.With(name, amount);
        }

        var requests = resources.Requests;
        if (!limits.IsEmpty)
        {
            foreach (var (name, amount) in PodResources.Requests(this))
            {
                if (PodResources.IsPodLevel(name) && PodResources.MayOvercommit(name) && !requests.ContainsKey(name)) requests = requests.With(name, amount);
            }

            foreach (var (name, amount) in limits)
            {
                if (PodResources.IsPodLevel(name) && !requests.ContainsKey(name)) requests = requests.With(name, amount);
            }
        }

        return limits.Count == resources.Limits.Count && requests.Count == resources.Requests.Count
            ? this : this with { Resources = resources with { Limits = limits, Requests = requests } };
    }
}
