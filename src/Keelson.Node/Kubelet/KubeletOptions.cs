using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Client.Informers;
using Keelson.Node.Kubelet.Probes;
using Keelson.Node.Runtime;

namespace Keelson.Node.Kubelet;

/// <summary>What a kubelet is told about its node and its work.</summary>
public sealed record KubeletOptions
{
    public required string NodeName { get; init; }

    /// <summary>What runs the containers. It stays the caller's.</summary>
    public required IContainerRuntime Runtime { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>The address under which other nodes reach this one.</summary>
    public string NodeAddress { get; init; } = "127.0.0.1";

    /// <summary>The host name; the node's name unless set.</summary>
    public string? HostName { get; init; }

    /// <summary>What the node has. By default 4 processors, 8 GiB, 100 GiB of disk and room for 110 pods.</summary>
    public ApiMap<Quantity> Capacity { get; init; } = ApiMap<Quantity>.From(
        ("cpu", Quantity.Parse("4")), ("memory", Quantity.Parse("8Gi")), ("ephemeral-storage", Quantity.Parse("100Gi")), ("pods", Quantity.Parse("110")));

    /// <summary>What of it pods may have; all unless set.</summary>
    public ApiMap<Quantity>? Allocatable { get; init; }

    /// <summary>More labels for the node.</summary>
    public ApiMap<string> Labels { get; init; }

    /// <summary>Taints that the node begins with.</summary>
    public ApiList<Taint> Taints { get; init; }

    /// <summary>Where volumes and the like are kept, by this kubelet alone: what it does not know there is removed. Null makes none at all, which only a simulated runtime does without.</summary>
    public string? RootDirectory { get; init; }

    /// <summary>Where containers' logs go, of this kubelet alone: those of pods that it does not know are removed. Null for nowhere.</summary>
    public string? LogDirectory { get; init; }

    /// <summary>The addresses of pods where the node object names none.</summary>
    public string PodSubnet { get; init; } = "";

    /// <summary>The servers that pods ask for names; empty for those of the node.</summary>
    public IReadOnlyList<string> ClusterDns { get; init; } = [];

    public string ClusterDomain { get; init; } = "cluster.local";

    /// <summary>How often the lease is renewed; default 10 s, and it holds for four times that.</summary>
    public TimeSpan HeartbeatPeriod { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often the node's status is written though nothing changed; default five minutes.</summary>
    public TimeSpan StatusPeriod { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How often all containers are listed where the runtime tells of no events; default 1 s.</summary>
    public TimeSpan RelistPeriod { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often all containers are listed although the runtime tells of events; default 30 s.</summary>
    public TimeSpan SlowRelistPeriod { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often the sources of mounted files are read again; default 60 s.</summary>
    public TimeSpan VolumeRefreshPeriod { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The control group below which the groups of pods are made, unlike that of any other kubelet on the machine; null leaves groups to the runtime.</summary>
    public string? CgroupRoot { get; init; }

    /// <summary>How large a container's log grows before it is moved away; default 10 MiB.</summary>
    public long LogFileLimit { get; init; } = 10 * 1024 * 1024;

    /// <summary>How many files a container's log has at most, the one of now included; default 5.</summary>
    public int LogFileCount { get; init; } = 5;

    /// <summary>How often the sizes of logs are looked at; default 10 s.</summary>
    public TimeSpan LogCheckPeriod { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often leftovers of pods that are gone are looked for; default 30 s.</summary>
    public TimeSpan HousekeepingPeriod { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often it is looked whether images take too much of the disk; default 5 minutes.</summary>
    public TimeSpan ImageCheckPeriod { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>From how much of the disk in use on, in percent, images are removed; default 85, and 100 for never.</summary>
    public int ImageHighPercent { get; init; } = 85;

    /// <summary>Down to how much of the disk in use, in percent, images are removed; default 80.</summary>
    public int ImageLowPercent { get; init; } = 80;

    /// <summary>How long an image is known before it may be removed; default 2 minutes.</summary>
    public TimeSpan ImageLeastAge { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Tells for a directory how large its disk is and how much of it is in use; asks the system unless set.</summary>
    internal Func<string, (long Size, long Used)>? DiskUsage { get; init; }

    /// <summary>Whether volumes are mounted: only real containers see mounts, and only root makes them.</summary>
    internal bool UsesMounts => Runtime is not IDeclaredHealth && OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess;

    /// <summary>How often the sizes of directories with a limit are looked at; default 10 s.</summary>
    public TimeSpan VolumeLimitPeriod { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many images are pulled at once; default 4.</summary>
    public int ParallelPulls { get; init; } = 4;

    /// <summary>The kubelet's own server; null for none.</summary>
    public Serving.KubeletServerOptions? Server { get; init; }

    /// <summary>The port under which the node announces the kubelet's server; that of <see cref="Server"/> where there is one, 0 where there is none.</summary>
    public int Port { get; init; }

    /// <summary>The version that the node shows.</summary>
    public string Version { get; init; } = "v1.36.0";

    /// <summary>Informers of this process that somebody else runs, for what the kubelet needs of the cluster besides its pods; its own when null.</summary>
    public InformerFactory? Informers { get; init; }

    /// <summary>How http, tcp and grpc probes reach pods; over the machine's network unless set.</summary>
    public IProbeNetwork? ProbeNetwork { get; init; }

    /// <summary>Takes what went wrong; the kubelet goes on by itself.</summary>
    public Action<Exception>? OnError { get; init; }
}
