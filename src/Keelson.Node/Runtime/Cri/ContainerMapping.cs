using Google.Protobuf;
using Wire = Keelson.Node.Runtime.Cri.Protos;

namespace Keelson.Node.Runtime.Cri;

/// <summary>Containers between the seam's types and CRI's.</summary>
internal static class ContainerMapping
{
    public static Wire.ContainerConfig ToWire(ContainerConfig config)
    {
        var wire = new Wire.ContainerConfig
        {
            Metadata = new() { Name = config.Name, Attempt = config.Attempt },
            Image = new() { Image = config.Image, UserSpecifiedImage = config.RequestedImage },
            Command = { config.Command },
            Args = { config.Arguments },
            WorkingDir = config.WorkingDirectory,
            Labels = { CriMapping.Copy(config.Labels) },
            Annotations = { CriMapping.Copy(config.Annotations) },
            LogPath = config.LogPath,
            Stdin = config.Stdin,
            StdinOnce = config.StdinOnce,
            Tty = config.Tty,
            Linux = new()
            {
                Resources = config.Resources is { } resources ? CriMapping.ToWire(resources) : null,
                SecurityContext = ToWire(config.Security),
            },
        };
        foreach (var variable in config.Environment) wire.Envs.Add(new Wire.KeyValue { Key = variable.Name, Value = ByteString.CopyFromUtf8(variable.Value) });
        foreach (var mount in config.Mounts) wire.Mounts.Add(ToWire(mount));
        foreach (var device in config.Devices)
        {
            wire.Devices.Add(new Wire.Device { ContainerPath = device.ContainerPath, HostPath = device.HostPath, Permissions = device.Permissions });
        }

        foreach (var name in config.NamedDevices) wire.CDIDevices.Add(new Wire.CDIDevice { Name = name });
        return wire;
    }

    public static Wire.ContainerFilter ToWire(ContainerFilter filter)
    {
        var wire = new Wire.ContainerFilter { Id = filter.Id, PodSandboxId = filter.SandboxId, LabelSelector = { CriMapping.Copy(filter.Labels) } };
        if (filter.State is { } state) wire.State = new() { State = (Wire.ContainerState)state };
        return wire;
    }

    public static Container FromWire(Wire.Container wire) => new()
    {
        Id = wire.Id,
        SandboxId = wire.PodSandboxId,
        Name = wire.Metadata?.Name ?? "",
        Attempt = wire.Metadata?.Attempt ?? 0,
        Image = wire.Image?.Image ?? "",
        ImageReference = wire.ImageRef,
        ImageId = wire.ImageId,
        State = (ContainerState)wire.State,
        CreatedAt = CriMapping.MomentOrStart(wire.CreatedAt),
        Labels = CriMapping.Copy(wire.Labels),
        Annotations = CriMapping.Copy(wire.Annotations),
    };

    public static ContainerStatus FromWire(Wire.ContainerStatus wire) => new()
    {
        Id = wire.Id,
        Name = wire.Metadata?.Name ?? "",
        Attempt = wire.Metadata?.Attempt ?? 0,
        Image = wire.Image?.Image ?? "",
        ImageReference = wire.ImageRef,
        ImageId = wire.ImageId,
        State = (ContainerState)wire.State,
        CreatedAt = CriMapping.MomentOrStart(wire.CreatedAt),
        StartedAt = CriMapping.Moment(wire.StartedAt),
        FinishedAt = CriMapping.Moment(wire.FinishedAt),
        ExitCode = wire.ExitCode,
        Reason = wire.Reason,
        Message = wire.Message,
        LogPath = wire.LogPath,
        Labels = CriMapping.Copy(wire.Labels),
        Annotations = CriMapping.Copy(wire.Annotations),
        Mounts = [.. wire.Mounts.Select(FromWire)],
        Resources = CriMapping.FromWire(wire.Resources?.Linux),
    };

    public static ContainerStats FromWire(Wire.ContainerStats wire)
    {
        var nanoseconds = Math.Max(wire.Cpu?.Timestamp ?? 0, wire.Memory?.Timestamp ?? 0);
        return new()
        {
            ContainerId = wire.Attributes?.Id ?? "",
            Name = wire.Attributes?.Metadata?.Name ?? "",
            Attempt = wire.Attributes?.Metadata?.Attempt ?? 0,
            Labels = wire.Attributes is { } attributes ? CriMapping.Copy(attributes.Labels) : Labels.None,
            Time = CriMapping.MomentOrStart(nanoseconds),
            CpuNanoseconds = wire.Cpu?.UsageCoreNanoSeconds?.Value,
            CpuNanocores = wire.Cpu?.UsageNanoCores?.Value,
            MemoryWorkingSetBytes = wire.Memory?.WorkingSetBytes?.Value,
            MemoryUsageBytes = wire.Memory?.UsageBytes?.Value,
            MemoryAvailableBytes = wire.Memory?.AvailableBytes?.Value,
            MemoryRssBytes = wire.Memory?.RssBytes?.Value,
            PageFaults = wire.Memory?.PageFaults?.Value,
            MajorPageFaults = wire.Memory?.MajorPageFaults?.Value,
            SwapUsageBytes = wire.Swap?.SwapUsageBytes?.Value,
            WritableLayer = wire.WritableLayer is { } layer ? FromWire(layer) : null,
        };
    }

    public static FilesystemUsage FromWire(Wire.FilesystemUsage wire) =>
        new(CriMapping.MomentOrStart(wire.Timestamp), wire.FsId?.Mountpoint ?? "", wire.UsedBytes?.Value ?? 0, wire.InodesUsed?.Value ?? 0);

    private static Wire.Mount ToWire(ContainerMount mount) => new()
    {
        ContainerPath = mount.ContainerPath,
        HostPath = mount.HostPath,
        Readonly = mount.ReadOnly,
        RecursiveReadOnly = mount.RecursiveReadOnly,
        Propagation = (Wire.MountPropagation)mount.Propagation,
        SelinuxRelabel = mount.SelinuxRelabel,
    };

    private static ContainerMount FromWire(Wire.Mount wire) => new(wire.ContainerPath, wire.HostPath)
    {
        ReadOnly = wire.Readonly,
        RecursiveReadOnly = wire.RecursiveReadOnly,
        Propagation = (MountPropagation)wire.Propagation,
        SelinuxRelabel = wire.SelinuxRelabel,
    };

    private static Wire.LinuxContainerSecurityContext ToWire(ContainerSecurity security) => new()
    {
        Capabilities = new() { AddCapabilities = { security.AddedCapabilities }, DropCapabilities = { security.DroppedCapabilities } },
        Privileged = security.Privileged,
        NamespaceOptions = CriMapping.ToWire(security.Namespaces),
        RunAsUser = CriMapping.ToWire(security.RunAsUser),
        RunAsGroup = CriMapping.ToWire(security.RunAsGroup),
        RunAsUsername = security.RunAsUserName,
        ReadonlyRootfs = security.ReadOnlyRoot,
        SupplementalGroups = { security.SupplementalGroups },
        NoNewPrivs = security.NoNewPrivileges,
        MaskedPaths = { security.MaskedPaths },
        ReadonlyPaths = { security.ReadOnlyPaths },
        Seccomp = CriMapping.ToWire(security.Seccomp),
        Apparmor = CriMapping.ToWire(security.AppArmor),
        SelinuxOptions = CriMapping.ToWire(security.Selinux),
    };
}
