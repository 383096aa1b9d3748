using Keelson.Api.Core.V1;
using Keelson.Control.Workloads;

namespace Keelson.Control.Controllers.EndpointSlices;

/// <summary>What a service's ports and addresses are on one pod.</summary>
internal static class PodBackend
{
    /// <summary>Whether the pod is one of the service's at all: it has an address and has not ended.</summary>
    public static bool IsBackend(Service service, Pod pod) =>
        !PodFacts.HasEnded(pod) && Addresses(pod).Any() && service.Spec.Selector.All(entry => pod.Metadata.Labels.GetValueOrDefault(entry.Key) == entry.Value);

    public static bool IsHeadless(Service service) => service.Spec.ClusterIP == "None";

    /// <summary>The families in which the service is reachable, the first one its own.</summary>
    public static IReadOnlyList<string> Families(Service service)
    {
        if (!service.Spec.IpFamilies.IsEmpty) return [.. service.Spec.IpFamilies];
        return [service.Spec.ClusterIP.Contains(':', StringComparison.Ordinal) ? IPFamily.IPv6 : IPFamily.IPv4];
    }

    public static string? Address(Pod pod, string family) =>
        Addresses(pod).FirstOrDefault(ip => ip.Contains(':', StringComparison.Ordinal) == (family == IPFamily.IPv6));

    // Some only write the one address that pods had before they could have several.
    private static IEnumerable<string> Addresses(Pod pod) =>
        !pod.Status.PodIPs.IsEmpty ? pod.Status.PodIPs.Select(entry => entry.Ip) : pod.Status.PodIP.Length > 0 ? [pod.Status.PodIP] : [];

    /// <summary>The number that a service's port has on the pod; null where the pod has no port of that name.</summary>
    public static int? Port(Pod pod, ServicePort port)
    {
        var target = port.TargetPort;
        if (target.IsInt) return target.IntValue == 0 ? port.Port : target.IntValue;
        var protocol = Protocol(port.Protocol);
        var containers = pod.Spec.Containers.Concat(pod.Spec.InitContainers.Where(container => container.RestartPolicy == "Always"));
        foreach (var candidate in containers.SelectMany(container => container.Ports))
        {
            if (candidate.Name == target.StringValue && Protocol(candidate.Protocol) == protocol) return candidate.ContainerPortValue;
        }

        return null;
    }

    public static string Protocol(string text) => text.Length == 0 ? "TCP" : text;

    /// <summary>The name under which the service's DNS knows the pod.</summary>
    public static string? Hostname(Service service, Pod pod) =>
        pod.Spec.Hostname.Length > 0 && pod.Spec.Subdomain == service.Metadata.Name && pod.Metadata.Namespace == service.Metadata.Namespace ? pod.Spec.Hostname : null;

    public static ObjectReference Reference(Pod pod) => new() { Kind = "Pod", Namespace = pod.Metadata.Namespace, Name = pod.Metadata.Name, Uid = pod.Metadata.Uid };
}
