using Wire = Keelson.Node.Runtime.Cri.Protos;

namespace Keelson.Node.Runtime.Cri;

/// <summary>Sandboxes between the seam's types and CRI's.</summary>
internal static class SandboxMapping
{
    public static Wire.PodSandboxConfig ToWire(SandboxConfig config)
    {
        var wire = new Wire.PodSandboxConfig
        {
            Metadata = new() { Name = config.Name, Namespace = config.Namespace, Uid = config.Uid, Attempt = config.Attempt },
            Hostname = config.Hostname,
            LogDirectory = config.LogDirectory,
            Labels = { CriMapping.Copy(config.Labels) },
            Annotations = { CriMapping.Copy(config.Annotations) },
            Linux = new()
            {
                CgroupParent = config.CgroupParent,
                Sysctls = { CriMapping.Copy(config.Sysctls) },
                SecurityContext = ToWire(config.Security),
                Resources = config.Resources is { } resources ? CriMapping.ToWire(resources) : null,
                Overhead = config.Overhead is { } overhead ? CriMapping.ToWire(overhead) : null,
            },
        };
        if (config.Dns is { } dns) wire.DnsConfig = new() { Servers = { dns.Servers }, Searches = { dns.Searches }, Options = { dns.Options } };
        foreach (var port in config.PortMappings)
        {
            wire.PortMappings.Add(new Wire.PortMapping
            {
                Protocol = (Wire.Protocol)port.Protocol,
                ContainerPort = port.ContainerPort,
                HostPort = port.HostPort,
                HostIp = port.HostAddress,
            });
        }

        return wire;
    }

    public static Wire.PodSandboxFilter ToWire(SandboxFilter filter)
    {
        var wire = new Wire.PodSandboxFilter { Id = filter.Id, LabelSelector = { CriMapping.Copy(filter.Labels) } };
        if (filter.State is { } state) wire.State = new() { State = (Wire.PodSandboxState)state };
        return wire;
    }

    public static Sandbox FromWire(Wire.PodSandbox wire) => new()
    {
        Id = wire.Id,
        Name = wire.Metadata?.Name ?? "",
        Namespace = wire.Metadata?.Namespace ?? "",
        Uid = wire.Metadata?.Uid ?? "",
        Attempt = wire.Metadata?.Attempt ?? 0,
        State = (SandboxState)wire.State,
        CreatedAt = CriMapping.MomentOrStart(wire.CreatedAt),
        Labels = CriMapping.Copy(wire.Labels),
        Annotations = CriMapping.Copy(wire.Annotations),
        RuntimeHandler = wire.RuntimeHandler,
    };

    public static SandboxStatus FromWire(Wire.PodSandboxStatus wire)
    {
        IReadOnlyList<string> addresses = [];
        if (wire.Network is { Ip.Length: > 0 } network) addresses = [network.Ip, .. network.AdditionalIps.Select(address => address.Ip)];
        return new()
        {
            Id = wire.Id,
            Name = wire.Metadata?.Name ?? "",
            Namespace = wire.Metadata?.Namespace ?? "",
            Uid = wire.Metadata?.Uid ?? "",
            Attempt = wire.Metadata?.Attempt ?? 0,
            State = (SandboxState)wire.State,
            CreatedAt = CriMapping.MomentOrStart(wire.CreatedAt),
            Labels = CriMapping.Copy(wire.Labels),
            Annotations = CriMapping.Copy(wire.Annotations),
            RuntimeHandler = wire.RuntimeHandler,
            Addresses = addresses,
            Namespaces = CriMapping.FromWire(wire.Linux?.Namespaces?.Options),
        };
    }

    private static Wire.LinuxSandboxSecurityContext ToWire(SandboxSecurity security) => new()
    {
        NamespaceOptions = CriMapping.ToWire(security.Namespaces),
        RunAsUser = CriMapping.ToWire(security.RunAsUser),
        RunAsGroup = CriMapping.ToWire(security.RunAsGroup),
        ReadonlyRootfs = security.ReadOnlyRoot,
        SupplementalGroups = { security.SupplementalGroups },
        Privileged = security.Privileged,
        Seccomp = CriMapping.ToWire(security.Seccomp),
        Apparmor = CriMapping.ToWire(security.AppArmor),
        SelinuxOptions = CriMapping.ToWire(security.Selinux),
    };
}
