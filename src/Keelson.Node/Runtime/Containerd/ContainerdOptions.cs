using Keelson.Node.Runtime.SandboxImage;

namespace Keelson.Node.Runtime.Containerd;

/// <summary>The containerd of one node: where it lives and how it works.</summary>
public sealed record ContainerdOptions
{
    /// <summary>All of its files; nobody else's are in there, for deleting removes it.</summary>
    public required string Directory { get; init; }

    public required TimeProvider Time { get; init; }

    public required Random Random { get; init; }

    /// <summary>The socket; in the directory unless set. Its path has at most <see cref="MaxSocketPathLength"/> bytes.</summary>
    public string? Socket { get; init; }

    /// <summary>The node's network namespace, such as /run/netns/node-1; null for this process's own.</summary>
    public string? NetworkNamespace { get; init; }

    /// <summary>Where the node's CNI configuration is.</summary>
    public string CniConfigurationDirectory { get; init; } = "/etc/cni/net.d";

    /// <summary>Where CNI plugins are; the first directory that exists is used.</summary>
    public IReadOnlyList<string> CniPluginDirectories { get; init; } = ["/opt/cni/bin", "/usr/lib/cni", "/usr/libexec/cni"];

    /// <summary>The image of sandboxes.</summary>
    public string SandboxImage { get; init; } = SandboxImageArchive.Name;

    /// <summary>By registry, such as docker.io, the URLs to try before it.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> RegistryMirrors { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    public CgroupDriver CgroupDriver { get; init; } = CgroupDriver.Cgroupfs;

    /// <summary>overlayfs or native; null to use what works in the directory.</summary>
    public string? Snapshotter { get; init; }

    /// <summary>How long it may take to answer after its start; 1 minute unless set.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long it may take to end before it is killed; 10 s unless set.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The first pause before it is started again, doubled each time; 100 ms unless set.</summary>
    public TimeSpan RestartPause { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest pause; 30 s unless set.</summary>
    public TimeSpan MaxRestartPause { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>After running so long it is thought well, and the next pause is the first again; 1 minute unless set.</summary>
    public TimeSpan WellAfter { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Hears what a person should know: that it ended by itself and is started again.</summary>
    public Action<string>? Report { get; init; }

    /// <summary>The longest path that the kernel takes for a socket, less the ending that containerd adds.</summary>
    public const int MaxSocketPathLength = 100;

    internal string SocketPath => Socket ?? Path.Combine(Directory, "containerd.sock");

    internal string ConfigurationPath => Path.Combine(Directory, "containerd.toml");

    internal string LogPath => Path.Combine(Directory, "containerd.log");

    internal string RootPath => Path.Combine(Directory, "root");

    internal string StatePath => Path.Combine(Directory, "state");

    internal string RuncPath => Path.Combine(Directory, "runc");

    internal string MirrorsPath => Path.Combine(Directory, "registries");
}
