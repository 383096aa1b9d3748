using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

/// <summary>What the rules for a part of a pod must know of the rest of it.</summary>
internal sealed class PodScope
{
    public required PodSpec Spec { get; init; }

    /// <summary>Whether the description is that of a pod, not of pods to be made from a template.</summary>
    public bool IsPod { get; init; }

    /// <summary>The pod's name, if there is one.</summary>
    public string PodName { get; init; } = "";

    /// <summary>The volumes without mistakes, which containers may name.</summary>
    public Dictionary<string, VolumeSource> Volumes { get; } = new(StringComparer.Ordinal);

    /// <summary>The claims of resources that containers may name.</summary>
    public SortedSet<string> ClaimNames { get; } = new(Utf8Order.Instance);

    public long? GracePeriod => Spec.TerminationGracePeriodSeconds;

    public bool HasHostUsers => Spec.HostUsers ?? true;

    /// <summary>Visits all containers of every sort, each with its place entered.</summary>
    public static void ForEachContainer(PodSpec spec, FieldErrors errors, Action<Container> visit)
    {
        for (var i = 0; i < spec.InitContainers.Count; i++)
        {
            using (errors.In("initContainers", i)) visit(spec.InitContainers[i]);
        }

        for (var i = 0; i < spec.Containers.Count; i++)
        {
            using (errors.In("containers", i)) visit(spec.Containers[i]);
        }

        for (var i = 0; i < spec.EphemeralContainers.Count; i++)
        {
            using (errors.In("ephemeralContainers", i)) visit(spec.EphemeralContainers[i].EphemeralContainerCommon.ToContainer());
        }
    }
}
