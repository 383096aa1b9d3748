using System.Collections.Immutable;

namespace Keelson.Node.Kubelet.Pods;

/// <summary>What the kubelet remembers of a pod and neither the API server nor the runtime knows. Losing it costs only time.</summary>
internal sealed record PodMemory
{
    public static PodMemory Empty { get; } = new();

    /// <summary>By container name.</summary>
    public ImmutableDictionary<string, RestartBackOff> BackOff { get; init; } = ImmutableDictionary<string, RestartBackOff>.Empty;

    /// <summary>Why a container could not be started, by its name.</summary>
    public ImmutableDictionary<string, StartFailure> Failures { get; init; } = ImmutableDictionary<string, StartFailure>.Empty;

    /// <summary>What probes found, by container id.</summary>
    public ImmutableDictionary<string, Health> Health { get; init; } = ImmutableDictionary<string, Health>.Empty;

    /// <summary>Why the sandbox could not be made.</summary>
    public StartFailure? SandboxFailure { get; init; }

    /// <summary>Why the pod has failed as a whole.</summary>
    public PodVerdict? Verdict { get; init; }

    /// <summary>The amounts that running containers were given since they were made, by container id.</summary>
    public ImmutableDictionary<string, string> Amounts { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Why the pod does not get the amounts that it asks for.</summary>
    public (string Reason, string Message)? ResizePending { get; init; }

    /// <summary>When its containers began to be ended.</summary>
    public DateTimeOffset? EndingSince { get; init; }
}

/// <summary>The pod has failed, whatever its containers do.</summary>
internal sealed record PodVerdict(string Reason, string Message)
{
    /// <summary>Whether the node never took the pod on.</summary>
    public bool IsRejection { get; init; }

    /// <summary>Whether the pod took what others need, so that it gets little time to end.</summary>
    public bool IsEviction { get; init; }

    /// <summary>What the event says, where not the same as the status.</summary>
    public string? EventMessage { get; init; }
}

/// <summary>Something could not be started, and is tried again later.</summary>
/// <param name="Count">How often in a row.</param>
internal sealed record StartFailure(string Reason, string Message, int Count, DateTimeOffset RetryAt);

/// <summary>What probes found of a container; null where no probe decides.</summary>
internal sealed record Health(bool? Started = null, bool? Ready = null, string? KillMessage = null, long? KillGrace = null)
{
    public static Health Unknown { get; } = new();

    public bool HasStarted => Started != false;

    public bool IsReady => HasStarted && Ready != false;
}

/// <summary>How long the next restart of a container waits after its end.</summary>
internal sealed record RestartBackOff(TimeSpan Delay, DateTimeOffset Since)
{
    public static readonly TimeSpan First = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>When a container that ended then may start again.</summary>
    public static DateTimeOffset? RetryAt(RestartBackOff? entry, DateTimeOffset finishedAt, DateTimeOffset now) =>
        entry is null || entry.HasExpired(finishedAt) || now - finishedAt >= entry.Delay ? null : finishedAt + entry.Delay;

    /// <summary>The entry after a restart.</summary>
    public static RestartBackOff Next(RestartBackOff? entry, DateTimeOffset finishedAt, DateTimeOffset now) =>
        entry is null || entry.HasExpired(finishedAt) ? new(First, now) : new(entry.Delay * 2 < Longest ? entry.Delay * 2 : Longest, now);

    // What ran well for long begins small again.
    private bool HasExpired(DateTimeOffset finishedAt) => finishedAt - Since > Longest * 2;
}
