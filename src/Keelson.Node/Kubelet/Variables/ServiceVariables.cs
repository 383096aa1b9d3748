using System.Globalization;
using Keelson.Api.Core.V1;

namespace Keelson.Node.Kubelet.Variables;

/// <summary>The variables by which containers find services without asking for names.</summary>
internal static class ServiceVariables
{
    public static void Add(IEnumerable<Service> services, string inNamespace, bool withLinks, Dictionary<string, string> variables)
    {
        foreach (var service in services.OrderBy(service => service.Metadata.Name, StringComparer.Ordinal))
        {
            var isMaster = service.Metadata is { Namespace: "default", Name: "kubernetes" };
            if (!isMaster && (!withLinks || service.Metadata.Namespace != inNamespace)) continue;
            if (service.Spec.ClusterIP is "" or "None" || service.Spec.Ports.IsEmpty) continue;
            Add(service, variables);
        }
    }

    private static void Add(Service service, Dictionary<string, string> variables)
    {
        var prefix = Name(service.Metadata.Name);
        var address = service.Spec.ClusterIP;
        var host = address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address;
        var first = service.Spec.Ports[0];
        variables[prefix + "_SERVICE_HOST"] = address;
        variables[prefix + "_SERVICE_PORT"] = Text(first.Port);
        foreach (var port in service.Spec.Ports)
        {
            if (port.Name.Length > 0) variables[$"{prefix}_SERVICE_PORT_{Name(port.Name)}"] = Text(port.Port);
            var protocol = port.Protocol.Length > 0 ? port.Protocol : "TCP";
            var url = $"{protocol.ToLowerInvariant()}://{host}:{Text(port.Port)}";
            var portPrefix = $"{prefix}_PORT_{Text(port.Port)}_{protocol.ToUpperInvariant()}";
            if (ReferenceEquals(port, first)) variables[prefix + "_PORT"] = url;
            variables[portPrefix] = url;
            variables[portPrefix + "_PROTO"] = protocol.ToLowerInvariant();
            variables[portPrefix + "_PORT"] = Text(port.Port);
            variables[portPrefix + "_ADDR"] = address;
        }
    }

    private static string Name(string name) => name.Replace('-', '_').ToUpperInvariant();

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
