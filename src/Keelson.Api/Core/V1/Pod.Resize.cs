using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

public sealed partial record Pod
{
    /// <summary>Reports what is wrong with a change of what the containers of a running pod may use.</summary>
    public void ValidateResize(Pod old, FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(old);
        ArgumentNullException.ThrowIfNull(errors);
        if (old.IsMirror)
        {
            errors.Forbidden("", "static pods cannot be resized");
            return;
        }

        if (old.Spec.Os?.Name == OSName.Windows)
        {
            errors.Forbidden("", "windows pods cannot be resized");
            return;
        }

        var before = errors.Total;
        ValidateAll(errors);
        if (PodQuality.ClassOf(this) is var now && now != (old.Status.QosClass.Length > 0 ? old.Status.QosClass : PodQuality.ClassOf(old)))
        {
            errors.Invalid("spec", now, "Pod QOS Class may not change as a result of resizing");
        }

        if (!old.CanResize) errors.Forbidden("spec", "Pod running on node without support for resize");
        if (Spec.Containers.Count != old.Spec.Containers.Count || Spec.InitContainers.Count != old.Spec.InitContainers.Count)
        {
            errors.Forbidden("spec", "only cpu and memory resources are mutable");
            return;
        }

        var containers = ValidateContainers("containers", Spec.Containers, old.Spec.Containers, isInit: false, errors);
        var initContainers = ValidateContainers("initContainers", Spec.InitContainers, old.Spec.InitContainers, isInit: true, errors);
        if (errors.Total != before) return;
        var resources = Spec.Resources is { } asked && old.Spec.Resources is { } was ? WithComputing(asked, was) : Spec.Resources;
        if (Spec with { Containers = containers, InitContainers = initContainers, Resources = resources } != old.Spec)
        {
            errors.Forbidden("spec", "only cpu and memory resources are mutable");
        }
    }

    /// <summary>A node that says what its containers may use can also change it; before one runs nobody knows.</summary>
    private bool CanResize
    {
        get
        {
            var index = Status.ContainerStatuses.FindIndex(status => status.State.Running is not null);
            return index < 0 || Status.ContainerStatuses[index].Resources is not null;
        }
    }

    /// <summary>Reports changes that may not be, and gives the containers with what they could use before.</summary>
    private static ApiList<Container> ValidateContainers(
        string field, ApiList<Container> containers, ApiList<Container> old, bool isInit, FieldErrors errors)
    {
        var restored = containers.ToArray();
        for (var i = 0; i < restored.Length; i++)
        {
            var (container, before) = (containers[i], old[i]);
            if (isInit && !container.IsSidecar)
            {
                if (container != before) errors.Forbidden("spec", "resources for non-sidecar init containers are immutable");
                continue;
            }

            using (errors.In("spec"))
            using (errors.In(field, i))
            using (errors.In("resources"))
            {
                if (IsAnyGone(container.Resources.Requests, before.Resources.Requests)) errors.Forbidden("requests", "resource requests cannot be removed");
                if (IsAnyGone(container.Resources.Limits, before.Resources.Limits)) errors.Forbidden("limits", "resource limits cannot be removed");
            }

            restored[i] = container with { Resources = WithComputing(container.Resources, before.Resources), ResizePolicy = container.ResizePolicy };
            if (restored[i] != before)
            {
                errors.Forbidden("spec", isInit ? "only cpu and memory resources for sidecar containers are mutable" : "only cpu and memory resources are mutable");
            }
        }

        return ApiList.Wrap(restored);
    }

    private static bool IsAnyGone(ApiMap<Quantity> amounts, ApiMap<Quantity> old) => old.Keys.FindIndex(name => !amounts.ContainsKey(name)) >= 0;

    private static ResourceRequirements WithComputing(ResourceRequirements resources, ResourceRequirements old) => resources with
    {
        Limits = WithComputing(resources.Limits, old.Limits),
        Requests = WithComputing(resources.Requests, old.Requests),
    };

    private static ApiMap<Quantity> WithComputing(ApiMap<Quantity> amounts, ApiMap<Quantity> old)
    {
        foreach (var name in (ReadOnlySpan<string>)[ResourceName.Cpu, ResourceName.Memory])
        {
            amounts = old.TryGetValue(name, out var before) ? amounts.With(name, before) : amounts.Without(name);
        }

        return amounts;
    }
}

/// <summary>Tells how much a pod can rely on: what it asks for decides who goes first when a node runs short.</summary>
public static class PodQuality
{
    private static readonly string[] Computing = [ResourceName.Cpu, ResourceName.Memory];

    /// <summary>Guaranteed when every container has equal requests and limits of both, BestEffort when none has any, else Burstable.</summary>
    public static string ClassOf(Pod pod)
    {
        ArgumentNullException.ThrowIfNull(pod);
        if (pod.Spec.Resources is { } whole && (HasAny(whole.Limits) || HasAny(whole.Requests)))
        {
            return IsGuaranteed(whole) ? PodQOSClass.Guaranteed : PodQOSClass.Burstable;
        }

        var (guaranteed, asks) = (true, false);
        foreach (var container in pod.Spec.Containers.Concat(pod.Spec.InitContainers))
        {
            asks |= HasAny(container.Resources.Limits) || HasAny(container.Resources.Requests);
            guaranteed &= IsGuaranteed(container.Resources);
        }

        return !asks ? PodQOSClass.BestEffort : guaranteed ? PodQOSClass.Guaranteed : PodQOSClass.Burstable;
    }

    private static bool HasAny(ApiMap<Quantity> amounts) => Computing.Any(name => amounts.GetValueOrDefault(name).Sign > 0);

    private static bool IsGuaranteed(ResourceRequirements resources) => Computing.All(name =>
        resources.Limits.GetValueOrDefault(name) is { Sign: > 0 } limit
        && (!resources.Requests.TryGetValue(name, out var request) || request.IsZero || request == limit));
}
