namespace Keelson.Node.Runtime.Cri;

/// <summary>How a CRI runtime is reached and how long it may take.</summary>
public sealed record CriOptions
{
    /// <summary>Where the runtime listens: "unix:///path".</summary>
    public required string Endpoint { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>Spreads the pauses between attempts to connect.</summary>
    public required Random Random { get; init; }

    /// <summary>For most calls; 2 minutes unless set, as long as upstream's kubelet waits.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>For starting a sandbox, which may wait for a network; 4 minutes unless set.</summary>
    public TimeSpan SandboxTimeout { get; init; } = TimeSpan.FromMinutes(4);

    /// <summary>For pulling an image; 1 hour unless set.</summary>
    public TimeSpan PullTimeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The largest answer; 16 MiB unless set, the limit of CRI's own clients.</summary>
    public int MaxAnswerBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Images that are never removed to win space, whatever the runtime says of them.</summary>
    public IReadOnlyList<string> PinnedImages { get; init; } = [];

    /// <summary>The network namespace that the runtime's streaming server is in; null for this process's own.</summary>
    public string? NetworkNamespace { get; init; }
}
