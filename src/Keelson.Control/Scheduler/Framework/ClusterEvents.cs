using Keelson.Control.Scheduler.Cache;

namespace Keelson.Control.Scheduler.Framework;

/// <summary>What can happen in a cluster that may let a pod fit.</summary>
[Flags]
internal enum ClusterEvents
{
    None = 0,
    NodeAdded = 1,
    NodeAllocatable = 2,
    NodeLabels = 4,
    NodeTaints = 8,
    PodAssigned = 16,
    PodRemoved = 32,
    PodLabels = 64,
    PodChangedItself = 128,
    Namespace = 256,
    NodeImages = 512,

    /// <summary>A claim, a volume or a class of storage.</summary>
    Volumes = 1024,
    All = 2047,
}

/// <summary>One such change, with the node or the assigned pod that it is about.</summary>
internal readonly record struct ClusterChange(ClusterEvents Events, NodeState? Node = null, PodInfo? Pod = null);
