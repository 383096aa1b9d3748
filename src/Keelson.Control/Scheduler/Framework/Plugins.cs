using Keelson.Control.Scheduler.Cache;
using Keelson.Control.Scheduler.Queue;

namespace Keelson.Control.Scheduler.Framework;

/// <summary>Takes part in scheduling by implementing some of the extension points below. One sealed class, one line in a profile.</summary>
internal interface IPlugin
{
    /// <summary>Upstream's name of it.</summary>
    string Name { get; }

    /// <summary>What can make a pod fit that this plugin turned away.</summary>
    ClusterEvents WakesOn => ClusterEvents.None;

    /// <summary>Whether a change, of a sort that it wakes on, may help this pod. To say yes in doubt is right.</summary>
    bool MayHelp(PodInfo pod, in ClusterChange change) => true;
}

/// <summary>Says whether a pod may enter the queue at all.</summary>
internal interface IPreEnqueue : IPlugin
{
    Verdict PreEnqueue(PodInfo pod);
}

/// <summary>The order of the queue. A profile has exactly one.</summary>
internal interface IQueueSort : IPlugin
{
    int Compare(QueuedPod left, QueuedPod right);
}

/// <summary>Prepares the filter of one cycle, and may narrow the nodes down or say that there is nothing to filter.</summary>
internal interface IPreFilter : IPlugin
{
    PreFilterAnswer PreFilter(Cycle cycle);
}

/// <summary>Says whether a pod fits on a node.</summary>
internal interface IFilter : IPlugin
{
    /// <summary>Whether the verdict follows from the pod's shape and the node's own state alone, so that it holds until the node changes.</summary>
    bool IsLocal => false;

    Verdict Filter(Cycle cycle, NodeState node);
}

/// <summary>Is asked when no node fits; may make room.</summary>
internal interface IPostFilter : IPlugin
{
    PostFilterAnswer PostFilter(Cycle cycle);
}

/// <summary>Prepares the scores of one cycle.</summary>
internal interface IPreScore : IPlugin
{
    /// <returns>False where every node would get the same score, so that none has to be computed.</returns>
    bool PreScore(Cycle cycle, ReadOnlySpan<NodeState> nodes);
}

/// <summary>Rates a node on which a pod fits, from 0 to 100 after normalization.</summary>
internal interface IScore : IPlugin
{
    /// <summary>Whether the score follows from the pod's shape and the node's own state alone, so that it holds until the node changes.</summary>
    bool IsLocal => false;

    Normalization Normalization => Normalization.None;

    long Score(Cycle cycle, NodeState node);

    /// <summary>Brings raw scores to 0..100, for plugins whose normalization is their own.</summary>
    void Normalize(Cycle cycle, Span<long> scores)
    {
    }
}

/// <summary>Keeps account of what a pod will use, before it is bound.</summary>
internal interface IReserve : IPlugin
{
    Verdict Reserve(Cycle cycle, NodeState node);

    void Unreserve(PodInfo pod, string node);
}

/// <summary>Has the last word before a pod is bound.</summary>
internal interface IPermit : IPlugin
{
    Verdict Permit(Cycle cycle, NodeState node);
}

/// <summary>Does what a pod needs before it is bound.</summary>
internal interface IPreBind : IPlugin
{
    Task PreBindAsync(PodInfo pod, string node, CancellationToken cancel);
}

/// <summary>Binds a pod to its node. The first of a profile that does so ends it.</summary>
internal interface IBind : IPlugin
{
    /// <returns>False to leave the pod to the next.</returns>
    Task<bool> BindAsync(PodInfo pod, string node, CancellationToken cancel);
}

/// <summary>Is told that a pod was bound.</summary>
internal interface IPostBind : IPlugin
{
    void PostBind(PodInfo pod, string node);
}

/// <summary>How raw scores become 0..100.</summary>
internal enum Normalization
{
    /// <summary>They are that already.</summary>
    None,

    /// <summary>In proportion to the highest.</summary>
    Highest,

    /// <summary>In proportion to the highest, the highest worst.</summary>
    HighestIsWorst,

    /// <summary>As the plugin itself does it.</summary>
    Own,
}

/// <summary>What a plugin found before the nodes are looked at.</summary>
internal readonly record struct PreFilterAnswer
{
    /// <summary>The filter has to be run, on all nodes.</summary>
    public static PreFilterAnswer Go => default;

    /// <summary>The filter would accept every node.</summary>
    public static PreFilterAnswer Skip => new() { IsSkipped = true };

    public bool IsSkipped { get; private init; }

    public Rejection? Rejection { get; private init; }

    /// <summary>The only nodes that can fit; null for all.</summary>
    public IReadOnlySet<string>? Nodes { get; private init; }

    public static PreFilterAnswer Reject(Verdict verdict) => new() { Rejection = verdict.Rejection };

    public static PreFilterAnswer Only(IReadOnlySet<string> nodes) => new() { Nodes = nodes };
}

/// <summary>What came of making room: a node and the pods that must go from it, or why there is none.</summary>
/// <param name="Node">The node that the pod is meant for now; null leaves what it was meant for, empty clears it.</param>
internal sealed record PostFilterAnswer(string? Node, IReadOnlyList<PodInfo> Victims, string Message)
{
    public bool MadeRoom => !string.IsNullOrEmpty(Node);
}
