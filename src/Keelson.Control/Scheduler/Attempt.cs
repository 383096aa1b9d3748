using Keelson.Control.Scheduler.Cache;
using Keelson.Control.Scheduler.Framework;

namespace Keelson.Control.Scheduler;

/// <summary>What came of an attempt to place a pod: a node, or why there is none and what was done about it.</summary>
internal sealed record Attempt
{
    /// <summary>The node; null where none fits.</summary>
    public NodeState? Node { get; init; }

    /// <summary>For people, in upstream's words; empty where there is a node.</summary>
    public string Message { get; init; } = "";

    /// <summary>The plugins that turned the pod away; none where the cluster has no nodes.</summary>
    public IReadOnlyList<IPlugin> RejectedBy { get; init; } = [];

    /// <summary>Where room was made and at whose cost; null where nothing was tried.</summary>
    public PostFilterAnswer? Room { get; init; }
}
