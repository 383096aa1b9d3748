using Keelson.Api.Core.V1;
using Keelson.Node.Runtime;

namespace Keelson.Node.Kubelet.Pods;

/// <summary>Says what a pod's sandbox should be.</summary>
internal static class SandboxRecipe
{
    private const int HostnameLimit = 63;
    private const int WholeHostnameLimit = 64;

    public static SandboxConfig Make(Pod pod, uint attempt, KubeletOptions options, string cgroupParent = "")
    {
        var spec = pod.Spec;
        return new SandboxConfig
        {
            Name = pod.Metadata.Name,
            Namespace = pod.Metadata.Namespace,
            Uid = pod.Metadata.Uid,
            Attempt = attempt,
            Hostname = spec.HostNetwork ? "" : spec.SetHostnameAsFQDN == true && spec.Subdomain.Length > 0 ? WholeHostname(pod, options) : Hostname(pod),
            LogDirectory = LogDirectory(pod, options) ?? "",
            Dns = Dns(pod, options),
            PortMappings = spec.HostNetwork ? [] :
            [
                .. spec.Containers.SelectMany(container => container.Ports).Where(port => port.HostPort > 0)
                    .Select(port => new PortMapping(PortProtocolOf(port.Protocol), port.ContainerPortValue, port.HostPort, port.HostIP)),
            ],
            Labels = Merge(pod.Metadata.Labels, KubeletLabels.OfPod(pod)),
            Annotations = Merge(pod.Metadata.Annotations, []),
            Sysctls = spec.SecurityContext?.Sysctls.ToDictionary(sysctl => sysctl.Name, sysctl => sysctl.Value, StringComparer.Ordinal) ?? [],
            Security = new SandboxSecurity
            {
                Namespaces = Namespaces(pod),
                RunAsUser = spec.SecurityContext?.RunAsUser,
                RunAsGroup = spec.SecurityContext?.RunAsGroup,
                SupplementalGroups = [.. spec.SecurityContext?.SupplementalGroups ?? default],
                Privileged = pod.AllContainers().Any(container => container.SecurityContext?.Privileged == true),
                // The sandbox runs a program of ours, which needs nothing that the runtime forbids.
                Seccomp = new SecurityProfile(SecurityProfileKind.RuntimeDefault),
            },
            Resources = ResourceRecipe.OfPod(pod),
            CgroupParent = cgroupParent,
        };
    }

    public static string Hostname(Pod pod)
    {
        var name = pod.Spec.HostnameOverride ?? (pod.Spec.Hostname.Length > 0 ? pod.Spec.Hostname : pod.Metadata.Name);
        return name.Length <= HostnameLimit ? name : name[..HostnameLimit].TrimEnd('-', '.');
    }

    /// <summary>The name by which DNS knows a pod with a subdomain.</summary>
    public static string FullName(Pod pod, KubeletOptions options) => $"{Hostname(pod)}.{pod.Spec.Subdomain}.{pod.Metadata.Namespace}.svc.{options.ClusterDomain}";

    private static string WholeHostname(Pod pod, KubeletOptions options)
    {
        var name = FullName(pod, options);
        return name.Length <= WholeHostnameLimit ? name
            : throw new StartException("ContainerCreating", $"Failed to construct FQDN from Pod hostname and cluster domain, FQDN {name} is too long ({WholeHostnameLimit} characters is the max, {name.Length} characters requested)");
    }

    public static string? LogDirectory(Pod pod, KubeletOptions options) =>
        options.LogDirectory is { } folder ? Path.Combine(folder, $"{pod.Metadata.Namespace}_{pod.Metadata.Name}_{pod.Metadata.Uid}") : null;

    public static NamespaceOptions Namespaces(Pod pod) => new()
    {
        Network = pod.Spec.HostNetwork ? NamespaceMode.Node : NamespaceMode.Pod,
        Pid = pod.Spec.HostPID ? NamespaceMode.Node : pod.Spec.ShareProcessNamespace == true ? NamespaceMode.Pod : NamespaceMode.Container,
        Ipc = pod.Spec.HostIPC ? NamespaceMode.Node : NamespaceMode.Pod,
    };

    private static DnsConfig? Dns(Pod pod, KubeletOptions options)
    {
        var policy = pod.Spec.DnsPolicy.Length > 0 ? pod.Spec.DnsPolicy : "ClusterFirst";
        var fromCluster = options.ClusterDns.Count > 0 && (policy == "ClusterFirstWithHostNet" || (policy == "ClusterFirst" && !pod.Spec.HostNetwork));
        var extra = pod.Spec.DnsConfig;
        if (!fromCluster && policy != "None" && extra is null) return null;
        var domain = options.ClusterDomain;
        List<string> servers = fromCluster ? [.. options.ClusterDns] : [];
        List<string> searches = fromCluster ? [$"{pod.Metadata.Namespace}.svc.{domain}", $"svc.{domain}", domain] : [];
        List<string> dnsOptions = fromCluster ? ["ndots:5"] : [];
        foreach (var server in extra?.Nameservers ?? default) if (!servers.Contains(server)) servers.Add(server);
        foreach (var search in extra?.Searches ?? default) if (!searches.Contains(search)) searches.Add(search);
        foreach (var option in extra?.Options ?? default)
        {
            dnsOptions.RemoveAll(known => known == option.Name || known.StartsWith(option.Name + ":", StringComparison.Ordinal));
            dnsOptions.Add(option.Value is { } value ? $"{option.Name}:{value}" : option.Name);
        }

        return new DnsConfig { Servers = servers, Searches = searches, Options = dnsOptions };
    }

    private static PortProtocol PortProtocolOf(string protocol) => protocol switch { "UDP" => PortProtocol.Udp, "SCTP" => PortProtocol.Sctp, _ => PortProtocol.Tcp };

    private static Dictionary<string, string> Merge(IReadOnlyDictionary<string, string> values, Dictionary<string, string> own)
    {
        var merged = new Dictionary<string, string>(values, StringComparer.Ordinal);
        foreach (var (key, value) in own) merged[key] = value;
        return merged;
    }
}
