using Keelson.Api.Core.V1;

namespace Keelson.Control.Scheduler.Cache;

/// <summary>A port of the node itself that a pod takes, on one of its addresses or on all.</summary>
internal readonly record struct HostPort(string Address, string Protocol, int Port)
{
    private const string AnyAddress = "0.0.0.0";

    public bool ConflictsWith(HostPort other) => Port == other.Port && Protocol == other.Protocol
        && (Address == other.Address || Address == AnyAddress || other.Address == AnyAddress);

    public static HostPort[] Of(PodSpec spec)
    {
        List<HostPort>? ports = null;
        foreach (var container in spec.Containers) Collect(container, ref ports);
        foreach (var container in spec.InitContainers)
        {
            // A sidecar keeps its ports; what ends before the pod runs does not count, as upstream has it.
            if (container.RestartPolicy == ContainerRestartPolicy.Always) Collect(container, ref ports);
        }

        return ports?.ToArray() ?? [];
    }

    private static void Collect(Container container, ref List<HostPort>? ports)
    {
        foreach (var port in container.Ports)
        {
            if (port.HostPort <= 0) continue;
            ports ??= [];
            ports.Add(new HostPort(port.HostIP.Length == 0 ? AnyAddress : port.HostIP, port.Protocol.Length == 0 ? Api.Core.V1.Protocol.TCP : port.Protocol, port.HostPort));
        }
    }
}
