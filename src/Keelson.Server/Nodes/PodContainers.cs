using Keelson.Api.Core.V1;
using Keelson.Server.Http;

namespace Keelson.Server.Nodes;

/// <summary>Which container of a pod a request means.</summary>
internal static class PodContainers
{
    /// <summary>The container that was named, or the pod's only one.</summary>
    public static string Choose(Pod pod, string asked)
    {
        var (name, spec) = (pod.Metadata.Name, pod.Spec);
        if (asked.Length > 0)
        {
            var known = spec.Containers.Concat(spec.InitContainers).Any(container => container.Name == asked) || spec.EphemeralContainers.Any(container => container.EphemeralContainerCommon.Name == asked);
            return known ? asked : throw Failures.BadRequest($"container {asked} is not valid for pod {name}");
        }

        if (spec.Containers.Count == 1) return spec.Containers[0].Name;
        if (spec.Containers.Count == 0) throw Failures.BadRequest($"a container name must be specified for pod {name}");
        var choice = $"a container name must be specified for pod {name}, choose one of: [{string.Join(' ', spec.Containers.Select(container => container.Name))}]";
        if (spec.InitContainers.Count > 0) choice += $" or one of the init containers: [{string.Join(' ', spec.InitContainers.Select(container => container.Name))}]";
        throw Failures.BadRequest(choice);
    }
}
