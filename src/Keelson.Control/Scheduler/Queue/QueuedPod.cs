using Keelson.Control.Scheduler.Cache;
using Keelson.Control.Scheduler.Framework;

namespace Keelson.Control.Scheduler.Queue;

/// <summary>Where in the queue a pod is.</summary>
internal enum QueuePlace
{
    /// <summary>Waits for its turn.</summary>
    Active,

    /// <summary>Waits for its pause to end.</summary>
    BackOff,

    /// <summary>Waits for something to happen that may let it fit.</summary>
    Unschedulable,

    /// <summary>May not be placed yet.</summary>
    Gated,

    /// <summary>Is being placed or bound.</summary>
    InFlight,
}

/// <summary>A pod that has no node yet, and how it fared.</summary>
internal sealed class QueuedPod(PodInfo pod, long sequence)
{
    public PodInfo Pod { get; set; } = pod;

    /// <summary>Tells those apart that are otherwise equal, in the order in which they came.</summary>
    public long Sequence { get; } = sequence;

    public QueuePlace Place { get; set; }

    /// <summary>When it came to the queue, or came back after an attempt.</summary>
    public DateTimeOffset Since { get; set; }

    /// <summary>When its pause ends.</summary>
    public DateTimeOffset ReadyAt { get; set; }

    public int Attempts { get; set; }

    /// <summary>The plugins that turned it away the last time.</summary>
    public IReadOnlyList<IPlugin> RejectedBy { get; set; } = [];
}
