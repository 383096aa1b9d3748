using System.CommandLine;
using Keelson.Cluster;
using Keelson.Server.Registry;

namespace Keelson.Commands.Up;

/// <summary>The options of "keelson up". What is not said stays as the cluster has it, or as its default is.</summary>
internal sealed class UpOptions
{
    /// <summary>The most nodes with containers on one machine.</summary>
    private const int MostNodes = 100;

    /// <summary>The most simulated nodes.</summary>
    private const int MostSimulatedNodes = 10_000;

    public Option<DirectoryInfo?> DataFolder { get; } = ClusterOptions.DataFolder();

    public Option<int?> ApiPort { get; } = new("--api-port") { Description = "The port of the API server on 127.0.0.1; 6443 unless set, and with 0 the system chooses one." };

    public Option<int?> Nodes { get; } = new("--nodes") { Description = "How many nodes; 1 unless set." };

    public Option<string?> Runtime { get; } = new("--runtime") { Description = "What runs containers: containerd, simulated (nothing runs, all behaves as declared), or auto: containerd where that works, which is as root on Linux." };

    public Option<bool?> Isolated { get; } = new("--isolated") { Description = "Give the cluster no way out, and leave the machine's network as it is." };

    public Option<string[]> Mirrors { get; } = new("--registry-mirror") { Description = "HOST=URL: where to ask for images of a registry before asking it, such as docker.io=http://10.89.0.1:5000. May be given more than once." };

    public Option<string[]> RuntimeConfig { get; } = new("--runtime-config") { Description = ClusterOptions.RuntimeConfigDescription };

    public Option<FileInfo?> Kubeconfig { get; } = new("--kubeconfig") { Description = "Write the administrator's access into this kubeconfig, too, beside what it has." };

    public Option<bool> Foreground { get; } = new("--foreground") { Description = "Run the cluster in this process until Ctrl-C." };

    public Command AddTo(Command command)
    {
        foreach (Option option in (Option[])[DataFolder, ApiPort, Nodes, Runtime, Isolated, Mirrors, RuntimeConfig, Kubeconfig, Foreground]) command.Add(option);
        return command;
    }

    /// <summary>The settings of the cluster to come up.</summary>
    /// <param name="before">Those that it had, or null for a new one.</param>
    /// <param name="whyNoContainers">Why containers cannot run here, or null where they can.</param>
    public ClusterSettings Settings(ParseResult arguments, ClusterSettings? before, string? whyNoContainers)
    {
        var settings = before ?? new ClusterSettings { Runtime = whyNoContainers is null ? ClusterRuntime.Containerd : ClusterRuntime.Simulated };
        if (arguments.GetValue(Runtime) is { } runtime) settings = settings with { Runtime = Chosen(runtime, before, whyNoContainers) };
        if (before is not null && before.Runtime != settings.Runtime)
            throw new ClusterException($"The cluster runs its containers with {Name(before.Runtime)}, which cannot be changed. 'keelson down --delete' removes it; or choose another --data-dir.");
        if (settings.Runtime == ClusterRuntime.Containerd && whyNoContainers is not null) throw new ClusterException($"Containers cannot run here: {whyNoContainers}. '--runtime simulated' works without them.");
        if (arguments.GetValue(ApiPort) is { } port) settings = settings with { ApiPort = port is >= 0 and <= ushort.MaxValue ? port : throw new ClusterException($"--api-port {port} is no port") };
        if (arguments.GetValue(Nodes) is { } nodes) settings = settings with { Nodes = nodes };
        var most = settings.Runtime == ClusterRuntime.Simulated ? MostSimulatedNodes : MostNodes;
        if (settings.Nodes < 1 || settings.Nodes > most) throw new ClusterException($"--nodes {settings.Nodes} is not between 1 and {most}");
        if (arguments.GetValue(Isolated) is { } isolated) settings = settings with { IsIsolated = isolated };
        if (arguments.GetValue(RuntimeConfig) is { Length: > 0 } config) settings = settings with { RuntimeConfig = Checked(config) };
        return arguments.GetValue(Mirrors) is { Length: > 0 } mirrors ? settings with { RegistryMirrors = Parse(mirrors) } : settings;
    }

    public static string Name(ClusterRuntime runtime) => runtime == ClusterRuntime.Simulated ? "simulated" : "containerd";

    private static string[] Checked(string[] config)
    {
        try
        {
            ServedApis.Parse(config);
            return config;
        }
        catch (ArgumentException wrong)
        {
            throw new ClusterException($"--runtime-config: {wrong.Message}", wrong);
        }
    }

    private static ClusterRuntime Chosen(string text, ClusterSettings? before, string? whyNoContainers) => text switch
    {
        "auto" => before?.Runtime ?? (whyNoContainers is null ? ClusterRuntime.Containerd : ClusterRuntime.Simulated),
        "containerd" => ClusterRuntime.Containerd,
        "simulated" => ClusterRuntime.Simulated,
        _ => throw new ClusterException($"--runtime {text} is none of auto, containerd, simulated"),
    };

    private static Dictionary<string, IReadOnlyList<string>> Parse(string[] mirrors)
    {
        var all = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var mirror in mirrors)
        {
            var equals = mirror.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || !Uri.TryCreate(mirror[(equals + 1)..], UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
                throw new ClusterException($"--registry-mirror {mirror} is not of the form HOST=URL, such as docker.io=http://10.89.0.1:5000");
            var host = mirror[..equals];
            all[host] = [.. all.GetValueOrDefault(host, []), mirror[(equals + 1)..]];
        }

        return all;
    }
}
