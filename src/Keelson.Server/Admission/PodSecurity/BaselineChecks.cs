using Keelson.Api.Core.V1;

namespace Keelson.Server.Admission.PodSecurity;

/// <summary>The checks of the baseline level.</summary>
internal static class BaselineChecks
{
    private const string AppArmorPrefix = "container.apparmor.security.beta.kubernetes.io/";

    private static readonly string[] AllowedCapabilities =
    [
        "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
    ];

    private static readonly string[] SeLinuxTypes = ["", "container_t", "container_init_t", "container_kvm_t"];

    // Since which minor version of the rules a kernel setting is known to be a pod's own.
    private static readonly Dictionary<string, int> AllowedSysctls = new(StringComparer.Ordinal)
    {
        ["kernel.shm_rmid_forced"] = 0,
        ["net.ipv4.ip_local_port_range"] = 0,
        ["net.ipv4.tcp_syncookies"] = 0,
        ["net.ipv4.ping_group_range"] = 0,
        ["net.ipv4.ip_unprivileged_port_start"] = 0,
        ["net.ipv4.ip_local_reserved_ports"] = 27,
        ["net.ipv4.tcp_keepalive_time"] = 29,
        ["net.ipv4.tcp_fin_timeout"] = 29,
        ["net.ipv4.tcp_keepalive_intvl"] = 29,
        ["net.ipv4.tcp_keepalive_probes"] = 29,
        ["net.ipv4.tcp_rmem"] = 32,
        ["net.ipv4.tcp_wmem"] = 32,
    };

    public static Finding? AppArmor(PodParts pod)
    {
        var values = new SortedSet<string>(StringComparer.Ordinal);
        var inPod = IsForbidden(pod.Security?.AppArmorProfile, values);
        var names = pod.Where(part => IsForbidden(part.Security?.AppArmorProfile, values));
        var notes = pod.Metadata.Annotations.Where(pair => pair.Key.StartsWith(AppArmorPrefix, StringComparison.Ordinal)
                && pair.Value is not ("" or "runtime/default") && !pair.Value.StartsWith("localhost/", StringComparison.Ordinal))
            .Select(pair => $"{pair.Key}=\"{pair.Value}\"").Order(StringComparer.Ordinal).ToList();
        if (!inPod && names.Count == 0 && notes.Count == 0) return null;
        var parts = new List<string>();
        if (inPod || names.Count > 0) parts.Add($"{Wording.Setters(inPod, names)} must not set AppArmor profile type to {Wording.Quoted(values)}");
        if (notes.Count > 0) parts.Add($"{Wording.Many("annotation", "annotations", notes.Count)} {string.Join(", ", notes)}");
        return new Finding(Wording.Many("forbidden AppArmor profile", "forbidden AppArmor profiles", Math.Max(values.Count + notes.Count, 1)), string.Join(" and ", parts));
    }

    public static Finding? Capabilities(PodParts pod)
    {
        var added = new SortedSet<string>(StringComparer.Ordinal);
        var names = pod.Where(part =>
        {
            var bad = (part.Security?.Capabilities?.Add ?? default).Where(name => !AllowedCapabilities.Contains(name)).ToList();
            added.UnionWith(bad);
            return bad.Count > 0;
        });
        return names.Count == 0 ? null : new Finding("non-default capabilities", $"{Wording.Containers(names)} must not include {Wording.Quoted(added)} in securityContext.capabilities.add");
    }

    public static Finding? HostNamespaces(PodParts pod)
    {
        var used = new List<string>();
        if (pod.Spec.HostNetwork) used.Add("hostNetwork=true");
        if (pod.Spec.HostPID) used.Add("hostPID=true");
        if (pod.Spec.HostIPC) used.Add("hostIPC=true");
        return used.Count == 0 ? null : new Finding("host namespaces", string.Join(", ", used));
    }

    public static Finding? HostPaths(PodParts pod)
    {
        var names = pod.Spec.Volumes.Where(volume => volume.VolumeSource.HostPath is not null).Select(volume => volume.Name).ToList();
        return names.Count == 0 ? null : new Finding("hostPath volumes", $"{Wording.Many("volume", "volumes", names.Count)} {Wording.Quoted(names)}");
    }

    public static Finding? HostPorts(PodParts pod)
    {
        var ports = new SortedSet<int>();
        var names = pod.Where(part =>
        {
            var bad = part.Ports.Where(port => port.HostPort != 0).Select(port => port.HostPort).ToList();
            ports.UnionWith(bad);
            return bad.Count > 0;
        });
        if (names.Count == 0) return null;
        return new Finding("hostPort", $"{Wording.Containers(names)} {Wording.Many("uses", "use", names.Count)} {Wording.Many("hostPort", "hostPorts", ports.Count)} {string.Join(", ", ports)}");
    }

    public static Finding? HostProbes(PodParts pod)
    {
        var hosts = new SortedSet<string>(StringComparer.Ordinal);
        var names = pod.Where(part =>
        {
            var bad = part.Probes.SelectMany(probe => new[] { probe?.ProbeHandler.HttpGet?.Host, probe?.ProbeHandler.TcpSocket?.Host })
                .Concat([part.Lifecycle?.PostStart?.HttpGet?.Host, part.Lifecycle?.PostStart?.TcpSocket?.Host, part.Lifecycle?.PreStop?.HttpGet?.Host, part.Lifecycle?.PreStop?.TcpSocket?.Host])
                .Where(host => !string.IsNullOrEmpty(host)).ToList();
            hosts.UnionWith(bad!);
            return bad.Count > 0;
        });
        if (names.Count == 0) return null;
        var what = Wording.Many("probe or lifecycle host", "probe or lifecycle hosts", hosts.Count);
        return new Finding("probe or lifecycle host", $"{Wording.Containers(names.Order(StringComparer.Ordinal).ToList())} {Wording.Many("uses", "use", names.Count)} {what} {Wording.Quoted(hosts)}");
    }

    public static Finding? Privileged(PodParts pod)
    {
        var names = pod.Where(part => part.Security?.Privileged == true);
        return names.Count == 0 ? null : new Finding("privileged", $"{Wording.Containers(names)} must not set securityContext.privileged=true");
    }

    public static Finding? ProcMount(PodParts pod)
    {
        var values = new SortedSet<string>(StringComparer.Ordinal);
        var names = pod.Where(part => part.Security?.ProcMount is { } mount && mount != ProcMountType.Default && (values.Add(mount) || values.Contains(mount)));
        return names.Count == 0 ? null : new Finding("procMount", $"{Wording.Containers(names)} must not set securityContext.procMount to {Wording.Quoted(values)}");
    }

    public static Finding? SeLinux(PodParts pod, int minor)
    {
        var types = new SortedSet<string>(StringComparer.Ordinal);
        var (user, role) = (false, false);
        bool IsBad(SELinuxOptions? options)
        {
            if (options is null) return false;
            var badType = !SeLinuxTypes.Contains(options.Type) && !(minor >= 31 && options.Type == "container_engine_t");
            if (badType) types.Add(options.Type);
            user |= options.User.Length > 0;
            role |= options.Role.Length > 0;
            return badType || options.User.Length > 0 || options.Role.Length > 0;
        }

        var inPod = IsBad(pod.Security?.SeLinuxOptions);
        var names = pod.Where(part => IsBad(part.Security?.SeLinuxOptions));
        if (!inPod && names.Count == 0) return null;
        var data = new List<string>();
        if (types.Count > 0) data.Add($"{Wording.Many("type", "types", types.Count)} {Wording.Quoted(types)}");
        if (user) data.Add("user may not be set");
        if (role) data.Add("role may not be set");
        var verb = Wording.Many("sets", "set", names.Count + (inPod ? 1 : 0));
        return new Finding("seLinuxOptions", $"{Wording.Setters(inPod, names)} {verb} forbidden securityContext.seLinuxOptions: {string.Join("; ", data)}");
    }

    public static Finding? Seccomp(PodParts pod)
    {
        var values = new SortedSet<string>(StringComparer.Ordinal);
        bool IsBad(SeccompProfile? profile)
        {
            if (profile is null or { Type: SeccompProfileType.Localhost or SeccompProfileType.RuntimeDefault }) return false;
            values.Add(profile.Type);
            return true;
        }

        var inPod = IsBad(pod.Security?.SeccompProfile);
        var names = pod.Where(part => IsBad(part.Security?.SeccompProfile));
        return !inPod && names.Count == 0 ? null : new Finding("seccompProfile", $"{Wording.Setters(inPod, names)} must not set securityContext.seccompProfile.type to {Wording.Quoted(values)}");
    }

    public static Finding? Sysctls(PodParts pod, int minor)
    {
        var bad = (pod.Security?.Sysctls ?? default).Where(setting => !AllowedSysctls.TryGetValue(setting.Name, out var since) || minor < since).Select(setting => setting.Name).ToList();
        return bad.Count == 0 ? null : new Finding("forbidden sysctls", string.Join(", ", bad));
    }

    public static Finding? WindowsHostProcess(PodParts pod)
    {
        var inPod = pod.Security?.WindowsOptions?.HostProcess == true;
        var names = pod.Where(part => part.Security?.WindowsOptions?.HostProcess == true);
        return !inPod && names.Count == 0 ? null : new Finding("hostProcess", $"{Wording.Setters(inPod, names)} must not set securityContext.windowsOptions.hostProcess=true");
    }

    private static bool IsForbidden(AppArmorProfile? profile, SortedSet<string> values)
    {
        if (profile is null or { Type: AppArmorProfileType.Localhost or AppArmorProfileType.RuntimeDefault }) return false;
        values.Add(profile.Type);
        return true;
    }
}
