using System.Collections.Frozen;

namespace Keelson.Node.Runtime;

/// <summary>Which runtime this is.</summary>
public sealed record RuntimeVersion(string Name, string Version, string ApiVersion);

/// <summary>Whether the runtime can run sandboxes now.</summary>
public sealed record RuntimeHealth
{
    public required IReadOnlyList<RuntimeCondition> Conditions { get; init; }

    public bool RuntimeReady => IsTrue("RuntimeReady");

    public bool NetworkReady => IsTrue("NetworkReady");

    /// <summary>The names of runtime classes' handlers; empty where the runtime does not tell.</summary>
    public IReadOnlyList<string> Handlers { get; init; } = [];

    private bool IsTrue(string type) => Conditions.Any(condition => condition.Type == type && condition.Status);
}

/// <summary>One aspect of a runtime's health.</summary>
public sealed record RuntimeCondition(string Type, bool Status, string Reason, string Message);

/// <summary>Who makes the cgroups.</summary>
public enum CgroupDriver { Systemd, Cgroupfs }

/// <summary>Which of the streams of a process the caller wants.</summary>
public sealed record StreamingOptions(bool Stdin, bool Stdout, bool Stderr, bool Tty);

/// <summary>What a command in a container wrote and how it ended.</summary>
public sealed record ExecResult(int ExitCode, ReadOnlyMemory<byte> Stdout, ReadOnlyMemory<byte> Stderr);

/// <summary>How much of a filesystem is used, as of some moment.</summary>
public sealed record FilesystemUsage(DateTimeOffset Time, string Mountpoint, ulong UsedBytes, ulong UsedInodes)
{
    /// <summary>Whether it holds containers' writable layers rather than images.</summary>
    public bool IsForContainers { get; init; }
}

/// <summary>Something happened to a container or sandbox.</summary>
public sealed record ContainerEvent(string ContainerId, ContainerEventKind Kind, DateTimeOffset Time)
{
    /// <summary>The sandbox of the container, where the runtime tells; the container itself where it is one.</summary>
    public string? SandboxId { get; init; }
}

/// <summary>What happened.</summary>
public enum ContainerEventKind { Created, Started, Stopped, Deleted }

/// <summary>An image on the node.</summary>
public sealed record Image
{
    public required string Id { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    public IReadOnlyList<string> Digests { get; init; } = [];

    public ulong SizeBytes { get; init; }

    /// <summary>The user that the image runs as, where it is a number.</summary>
    public long? UserId { get; init; }

    /// <summary>The user that the image runs as, where it is a name.</summary>
    public string UserName { get; init; } = "";

    /// <summary>Whether it must not be removed to win space.</summary>
    public bool Pinned { get; init; }
}

/// <summary>Who pulls an image.</summary>
public sealed record RegistryCredential
{
    public string UserName { get; init; } = "";

    public string Password { get; init; } = "";

    /// <summary>User name and password with a colon between, as base64.</summary>
    public string Auth { get; init; } = "";

    public string ServerAddress { get; init; } = "";

    public string IdentityToken { get; init; } = "";

    public string RegistryToken { get; init; } = "";

    // A record would print the secret into the first log that mentions it.
    public override string ToString() => $"credential of {(UserName.Length > 0 ? UserName : "a token")}";
}

/// <summary>What a container uses, as of some moment; null is not measured.</summary>
public sealed record ContainerStats
{
    public required string ContainerId { get; init; }

    public string Name { get; init; } = "";

    public uint Attempt { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = Runtime.Labels.None;

    public DateTimeOffset Time { get; init; }

    public ulong? CpuNanoseconds { get; init; }

    public ulong? CpuNanocores { get; init; }

    public ulong? MemoryWorkingSetBytes { get; init; }

    public ulong? MemoryUsageBytes { get; init; }

    public ulong? MemoryAvailableBytes { get; init; }

    public ulong? MemoryRssBytes { get; init; }

    public ulong? PageFaults { get; init; }

    public ulong? MajorPageFaults { get; init; }

    public ulong? SwapUsageBytes { get; init; }

    public FilesystemUsage? WritableLayer { get; init; }
}

/// <summary>Label sets as the seam passes them.</summary>
internal static class Labels
{
    public static IReadOnlyDictionary<string, string> None { get; } = FrozenDictionary<string, string>.Empty;

    /// <summary>Whether all of the wanted labels are there.</summary>
    public static bool Match(IReadOnlyDictionary<string, string> labels, IReadOnlyDictionary<string, string> wanted)
    {
        foreach (var (name, value) in wanted)
        {
            if (!labels.TryGetValue(name, out var found) || found != value) return false;
        }

        return true;
    }
}
