namespace Keelson.Node.Kubelet.Pods;

/// <summary>One thing to do for a pod.</summary>
internal abstract record PodAction
{
    private PodAction() { }

    public sealed record StartSandbox(uint Attempt) : PodAction;

    public sealed record StopSandbox(string Id) : PodAction;

    /// <summary>Removes the sandbox with all its containers.</summary>
    public sealed record RemoveSandbox(string Id) : PodAction;

    public sealed record StartContainer(ApiContainer Container, uint Attempt, bool IsInit) : PodAction;

    public sealed record KillContainer(RunContainer Container, TimeSpan Grace, string Message) : PodAction;

    /// <summary>Gives a running container other amounts.</summary>
    public sealed record Resize(ApiContainer Container, string Id) : PodAction;

    public sealed record RemoveContainer(string Id) : PodAction;

    /// <summary>Tells the API server that nothing of the deleted pod runs any more.</summary>
    public sealed record Finish : PodAction;

    /// <summary>Forgets the pod and removes its files.</summary>
    public sealed record Forget : PodAction;
}

/// <summary>Why a container waits, as its status shows it.</summary>
internal sealed record WaitingReason(string Reason, string Message);

/// <summary>What is to be done for a pod now, and when to look again if nothing happens.</summary>
internal sealed record PodPlan
{
    /// <summary>Kills are done at once, the rest in order.</summary>
    public required IReadOnlyList<PodAction> Actions { get; init; }

    public DateTimeOffset? Again { get; init; }

    public PodVerdict? Verdict { get; init; }

    /// <summary>By container name.</summary>
    public required IReadOnlyDictionary<string, WaitingReason> Waiting { get; init; }

    public static PodPlan Compute(PodView view) => new PodPlanner(view).Compute();
}
