using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;

namespace Keelson.Server.Admission.PodSecurity;

/// <summary>One thing about a pod that a level does not allow.</summary>
internal readonly record struct Finding(string Reason, string Detail)
{
    public override string ToString() => Detail.Length == 0 ? Reason : $"{Reason} ({Detail})";
}

/// <summary>What the checks look at of a container of any sort.</summary>
internal readonly record struct Part(string Name, SecurityContext? Security, ApiList<ContainerPort> Ports, ApiList<Probe?> Probes, Lifecycle? Lifecycle);

/// <summary>A pod, or the template of one, as the checks see it.</summary>
internal sealed class PodParts(ObjectMeta metadata, PodSpec spec)
{
    public ObjectMeta Metadata => metadata;

    public PodSpec Spec => spec;

    public PodSecurityContext? Security => spec.SecurityContext;

    public bool IsWindows => spec.Os?.Name == "windows";

    /// <summary>All containers: first those that run before the others, then those, then those that were added later.</summary>
    public IReadOnlyList<Part> Containers { get; } =
    [
        .. spec.InitContainers.Concat(spec.Containers)
            .Select(container => new Part(container.Name, container.SecurityContext, container.Ports, [container.LivenessProbe, container.ReadinessProbe, container.StartupProbe], container.Lifecycle)),
        .. spec.EphemeralContainers.Select(container => container.EphemeralContainerCommon)
            .Select(container => new Part(container.Name, container.SecurityContext, container.Ports, [container.LivenessProbe, container.ReadinessProbe, container.StartupProbe], container.Lifecycle)),
    ];

    /// <summary>The names of the containers of which something holds.</summary>
    public List<string> Where(Func<Part, bool> holds) => [.. Containers.Where(holds).Select(part => part.Name)];
}

/// <summary>How findings are put into words.</summary>
internal static class Wording
{
    public static string Quoted(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"\"{name}\""));

    public static string Many(string one, string more, int count) => count == 1 ? one : more;

    /// <summary>Containers by name: container "a", or containers "a", "b".</summary>
    public static string Containers(IReadOnlyCollection<string> names) => $"{Many("container", "containers", names.Count)} {Quoted(names)}";

    /// <summary>The pod, containers of it, or both.</summary>
    public static string Setters(bool pod, IReadOnlyCollection<string> names, string joint = " and ")
    {
        if (names.Count == 0) return pod ? "pod" : "";
        return pod ? "pod" + joint + Containers(names) : Containers(names);
    }
}
