using System.Globalization;
using System.Text;
using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Node.Kubelet.Pods;

namespace Keelson.Node.Kubelet.Variables;

/// <summary>What containers may learn of their own pod.</summary>
internal static class FieldValues
{
    /// <summary>The value of a field, or null where pods do not offer it.</summary>
    public static string? Field(PodView view, string path, string nodeAddress)
    {
        var pod = view.Pod;
        if (Subscript(path) is var (map, key))
        {
            return map switch
            {
                "metadata.labels" => pod.Metadata.Labels.GetValueOrDefault(key, ""),
                "metadata.annotations" => pod.Metadata.Annotations.GetValueOrDefault(key, ""),
                _ => null,
            };
        }

        var addresses = pod.Spec.HostNetwork ? [nodeAddress] : view.Sandbox?.Addresses ?? [];
        return path switch
        {
            "metadata.name" => pod.Metadata.Name,
            "metadata.namespace" => pod.Metadata.Namespace,
            "metadata.uid" => pod.Metadata.Uid,
            "metadata.labels" => Lines(pod.Metadata.Labels),
            "metadata.annotations" => Lines(pod.Metadata.Annotations),
            "spec.nodeName" => pod.Spec.NodeName,
            "spec.serviceAccountName" => pod.Spec.ServiceAccountName,
            "status.hostIP" or "status.hostIPs" => nodeAddress,
            "status.podIP" => addresses.FirstOrDefault() ?? pod.Status.PodIP,
            "status.podIPs" => addresses.Count > 0 ? string.Join(',', addresses) : string.Join(',', pod.Status.PodIPs.Select(ip => ip.Ip)),
            _ => null,
        };
    }

    /// <summary>A request or limit in units of the divisor, rounded up; a limit that is not set is the node's.</summary>
    public static string? Resource(Pod pod, ApiContainer? own, ResourceFieldSelector selector, ApiMap<Quantity> allocatable)
    {
        var container = selector.ContainerName.Length > 0
            ? pod.Spec.Containers.Concat(pod.Spec.InitContainers).FirstOrDefault(candidate => candidate.Name == selector.ContainerName)
            : own;
        var dot = selector.Resource.IndexOf('.', StringComparison.Ordinal);
        if (container is null || dot < 0) return null;
        var (list, name) = (selector.Resource[..dot], selector.Resource[(dot + 1)..]);
        if (list is not ("limits" or "requests")) return null;
        var amounts = list == "limits" ? container.Resources.Limits : container.Resources.Requests;
        if (!amounts.TryGetValue(name, out var amount) && (list != "limits" || !allocatable.TryGetValue(name, out amount))) return "0";
        var divisor = selector.Divisor.IsZero ? Quantity.FromLong(1) : selector.Divisor;
        return name == "cpu" ? Ceiling(amount.MilliValue(), Math.Max(divisor.MilliValue(), 1)) : Ceiling(amount.Value(), Math.Max(divisor.Value(), 1));
    }

    private static string Ceiling(long amount, long divisor) => ((amount / divisor) + (amount % divisor > 0 ? 1 : 0)).ToString(CultureInfo.InvariantCulture);

    private static string Lines(ApiMap<string> map) => string.Join('\n', map.Select(entry => $"{entry.Key}={Quote(entry.Value)}"));

    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                < 0x20 or 0x7f => quoted.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}"),
                _ => quoted.Append(rune),
            };
        }

        return quoted.Append('"').ToString();
    }

    private static (string Map, string Key)? Subscript(string path)
    {
        if (!path.EndsWith("']", StringComparison.Ordinal)) return null;
        var begin = path.IndexOf("['", StringComparison.Ordinal);
        return begin < 0 || begin + 2 > path.Length - 2 ? null : (path[..begin], path[(begin + 2)..^2]);
    }
}
