using Keelson.Api.Core.V1;
using Keelson.Node.Runtime;

namespace Keelson.Node.Kubelet.Pods;

/// <summary>Says which rights a container has, from its own settings and those of its pod.</summary>
internal static class SecurityRecipe
{
    private static readonly string[] MaskedPaths =
    [
        "/proc/asound", "/proc/acpi", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list",
        "/proc/timer_stats", "/proc/sched_debug", "/proc/scsi", "/sys/firmware", "/sys/devices/virtual/powercap",
    ];

    private static readonly string[] ReadOnlyPaths = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

    public static ContainerSecurity Make(Pod pod, ApiContainer container, Image? image, string targetId, string? root)
    {
        var own = container.SecurityContext;
        var common = pod.Spec.SecurityContext;
        var privileged = own?.Privileged == true;
        var user = own?.RunAsUser ?? common?.RunAsUser;
        if ((own?.RunAsNonRoot ?? common?.RunAsNonRoot) == true) RefuseRoot(pod, container, user, image);
        var isUnmasked = privileged || own?.ProcMount == "Unmasked";
        return new ContainerSecurity
        {
            AddedCapabilities = [.. own?.Capabilities?.Add ?? default],
            DroppedCapabilities = [.. own?.Capabilities?.Drop ?? default],
            Privileged = privileged,
            Namespaces = targetId.Length > 0 ? SandboxRecipe.Namespaces(pod) with { Pid = NamespaceMode.Target, TargetId = targetId } : SandboxRecipe.Namespaces(pod),
            RunAsUser = user ?? image?.UserId,
            RunAsUserName = user is null && image?.UserId is null ? image?.UserName ?? "" : "",
            RunAsGroup = own?.RunAsGroup ?? common?.RunAsGroup,
            ReadOnlyRoot = own?.ReadOnlyRootFilesystem == true,
            SupplementalGroups = [.. common?.SupplementalGroups ?? default, .. common?.FsGroup is { } group ? new[] { group } : []],
            NoNewPrivileges = own?.AllowPrivilegeEscalation == false,
            MaskedPaths = isUnmasked ? [] : MaskedPaths,
            ReadOnlyPaths = isUnmasked ? [] : ReadOnlyPaths,
            AppArmor = privileged ? null : AppArmor(own?.AppArmorProfile ?? common?.AppArmorProfile),
            Selinux = (own?.SeLinuxOptions ?? common?.SeLinuxOptions) is { } label ? new SelinuxOptions(label.User, label.Role, label.Type, label.Level) : null,
            Seccomp = privileged ? new SecurityProfile(SecurityProfileKind.Unconfined) : Seccomp(own?.SeccompProfile ?? common?.SeccompProfile, root),
        };
    }

    private static SecurityProfile? Seccomp(SeccompProfile? profile, string? root) => profile?.Type switch
    {
        "RuntimeDefault" => new(SecurityProfileKind.RuntimeDefault),
        "Localhost" => new(SecurityProfileKind.Localhost, Path.Combine(root ?? "", "seccomp", profile.LocalhostProfile ?? "")),
        _ => new(SecurityProfileKind.Unconfined),
    };

    // Where none is asked for, the runtime applies its own if the machine has AppArmor.
    private static SecurityProfile? AppArmor(AppArmorProfile? profile) => profile?.Type switch
    {
        "RuntimeDefault" => new(SecurityProfileKind.RuntimeDefault),
        "Localhost" => new(SecurityProfileKind.Localhost, profile.LocalhostProfile ?? ""),
        "Unconfined" => new(SecurityProfileKind.Unconfined),
        _ => null,
    };

    private static void RefuseRoot(Pod pod, ApiContainer container, long? user, Image? image)
    {
        var title = $"(pod: \"{pod.Metadata.Name}_{pod.Metadata.Namespace}({pod.Metadata.Uid})\", container: {container.Name})";
        if (user == 0) throw new StartException("CreateContainerConfigError", $"container's runAsUser breaks non-root policy {title}");
        if (user is not null) return;
        if (image?.UserId == 0 || image is { UserId: null, UserName: "" }) throw new StartException("CreateContainerConfigError", $"container has runAsNonRoot and image will run as root {title}");
        if (image is { UserId: null, UserName.Length: > 0 })
        {
            throw new StartException("CreateContainerConfigError", $"container has runAsNonRoot and image has non-numeric user ({image.UserName}), cannot verify user is non-root {title}");
        }
    }
}
