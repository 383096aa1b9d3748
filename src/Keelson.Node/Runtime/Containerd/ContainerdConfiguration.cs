using System.Globalization;
using System.Text;

namespace Keelson.Node.Runtime.Containerd;

/// <summary>The configuration files of a containerd: its own, and one a mirrored registry.</summary>
internal static class ContainerdConfiguration
{
    private const string Cri = "io.containerd.grpc.v1.cri";
    private const string CriRuntime = "io.containerd.cri.v1.runtime";
    private const string CriImages = "io.containerd.cri.v1.images";

    /// <summary>What is decided about the machine before containerd starts.</summary>
    /// <param name="MajorVersion">Of containerd: 2 and later have another form of configuration.</param>
    /// <param name="MayLowerOomScore">Whether this process may protect containers better than itself.</param>
    public sealed record Settings(int MajorVersion, string Snapshotter, string CniPlugins, bool MayLowerOomScore);

    public static string Text(ContainerdOptions options, Settings machine)
    {
        var toml = new StringBuilder("# Written by Keelson at every start; changes are lost.\n");
        toml.Append(CultureInfo.InvariantCulture, $"version = {(machine.MajorVersion >= 2 ? 3 : 2)}\n");
        Add(toml, "root", options.RootPath);
        Add(toml, "state", options.StatePath);
        // What nobody here needs only costs time at the start, and complaints in the log.
        toml.Append("disabled_plugins = [\"io.containerd.snapshotter.v1.aufs\", \"io.containerd.snapshotter.v1.btrfs\", ")
            .Append("\"io.containerd.snapshotter.v1.devmapper\", \"io.containerd.snapshotter.v1.zfs\", ")
            .Append("\"io.containerd.tracing.processor.v1.otlp\", \"io.containerd.internal.v1.tracing\", ")
            .Append("\"io.containerd.nri.v1.nri\"]\n");

        Table(toml, "grpc");
        Add(toml, "address", options.SocketPath);
        Table(toml, "debug");
        Add(toml, "level", "info");
        Table(toml, "plugins", "io.containerd.internal.v1.opt");
        Add(toml, "path", Path.Combine(options.Directory, "opt"));

        if (machine.MajorVersion >= 2) AppendVersion3(toml, options, machine);
        else AppendVersion2(toml, options, machine);
        return toml.ToString();
    }

    /// <summary>Which mirrors to ask for a registry's images.</summary>
    public static string Mirrors(string registry, IEnumerable<string> mirrors)
    {
        var toml = new StringBuilder("# Written by Keelson at every start; changes are lost.\n");
        Add(toml, "server", registry == "docker.io" ? "https://registry-1.docker.io" : $"https://{registry}");
        foreach (var mirror in mirrors)
        {
            if (!Uri.TryCreate(mirror, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
                throw new RuntimeException(RuntimeError.InvalidRequest, $"The mirror \"{mirror}\" of {registry} is not an http or https URL.");
            Table(toml, "host", mirror);
            toml.Append("capabilities = [\"pull\", \"resolve\"]\n");
        }

        return toml.ToString();
    }

    /// <summary>A name from the mirrors' list as a directory's name; throws for one that cannot be a registry's.</summary>
    public static string RegistryDirectory(string registry)
    {
        var plausible = registry.Length is > 0 and <= 255 && registry[0] != '.' && registry.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or ':' or '_');
        return plausible ? registry : throw new RuntimeException(RuntimeError.InvalidRequest, $"\"{registry}\" cannot be a registry: HOST or HOST:PORT is expected.");
    }

    private static void AppendVersion2(StringBuilder toml, ContainerdOptions options, Settings machine)
    {
        Table(toml, "plugins", Cri);
        Add(toml, "sandbox_image", options.SandboxImage);
        AppendStreaming(toml);
        AppendRuntimeSettings(toml, machine);
        Table(toml, "plugins", Cri, "cni");
        Add(toml, "bin_dir", machine.CniPlugins);
        Add(toml, "conf_dir", options.CniConfigurationDirectory);
        Table(toml, "plugins", Cri, "containerd");
        Add(toml, "snapshotter", machine.Snapshotter);
        Add(toml, "default_runtime_name", "runc");
        AppendRunc(toml, options, Cri);
        Table(toml, "plugins", Cri, "registry");
        Add(toml, "config_path", options.MirrorsPath);
    }

    private static void AppendVersion3(StringBuilder toml, ContainerdOptions options, Settings machine)
    {
        Table(toml, "plugins", Cri);
        AppendStreaming(toml);
        Table(toml, "plugins", CriRuntime);
        AppendRuntimeSettings(toml, machine);
        Table(toml, "plugins", CriRuntime, "cni");
        Add(toml, "bin_dir", machine.CniPlugins);
        Add(toml, "conf_dir", options.CniConfigurationDirectory);
        Table(toml, "plugins", CriRuntime, "containerd");
        Add(toml, "default_runtime_name", "runc");
        AppendRunc(toml, options, CriRuntime);
        Table(toml, "plugins", CriImages);
        Add(toml, "snapshotter", machine.Snapshotter);
        Table(toml, "plugins", CriImages, "pinned_images");
        Add(toml, "sandbox", options.SandboxImage);
        Table(toml, "plugins", CriImages, "registry");
        Add(toml, "config_path", options.MirrorsPath);
    }

    private static void AppendStreaming(StringBuilder toml)
    {
        Add(toml, "stream_server_address", "127.0.0.1");
        Add(toml, "stream_server_port", "0");
    }

    private static void AppendRuntimeSettings(StringBuilder toml, Settings machine)
    {
        Add(toml, "restrict_oom_score_adj", !machine.MayLowerOomScore);
        Add(toml, "tolerate_missing_hugetlb_controller", true);
        // Below the state directory, network namespaces are found and removed with everything else.
        Add(toml, "netns_mounts_under_state_dir", true);
        // Ports below 1024 in a pod's own network are nobody else's.
        Add(toml, "enable_unprivileged_ports", true);
        Add(toml, "enable_unprivileged_icmp", true);
    }

    private static void AppendRunc(StringBuilder toml, ContainerdOptions options, string plugin)
    {
        Table(toml, "plugins", plugin, "containerd", "runtimes", "runc");
        Add(toml, "runtime_type", "io.containerd.runc.v2");
        Table(toml, "plugins", plugin, "containerd", "runtimes", "runc", "options");
        Add(toml, "Root", options.RuncPath);
        Add(toml, "SystemdCgroup", options.CgroupDriver == CgroupDriver.Systemd);
    }

    private static void Table(StringBuilder toml, params ReadOnlySpan<string> path)
    {
        toml.Append("\n[");
        for (var index = 0; index < path.Length; index++)
        {
            if (index > 0) toml.Append('.');
            AppendText(toml, path[index]);
        }

        toml.Append("]\n");
    }

    private static void Add(StringBuilder toml, string name, string value)
    {
        toml.Append(name).Append(" = ");
        AppendText(toml, value);
        toml.Append('\n');
    }

    private static void Add(StringBuilder toml, string name, bool value) => toml.Append(name).Append(value ? " = true\n" : " = false\n");

    private static void AppendText(StringBuilder toml, string value)
    {
        toml.Append('"');
        foreach (var character in value)
        {
            if (character is '"' or '\\') toml.Append('\\').Append(character);
            else if (char.IsControl(character)) toml.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}");
            else toml.Append(character);
        }

        toml.Append('"');
    }
}
