using Keelson.Control.Scheduler.Framework;
using Keelson.Control.Scheduler.Queue;

namespace Keelson.Control.Scheduler.Plugins.PrioritySort;

/// <summary>The more important pod first; of equals the one that waits longer.</summary>
internal sealed class PrioritySortPlugin : IQueueSort
{
    public string Name => "PrioritySort";

    public int Compare(QueuedPod left, QueuedPod right)
    {
        var byPriority = right.Pod.Priority.CompareTo(left.Pod.Priority);
        return byPriority != 0 ? byPriority : left.Since.CompareTo(right.Since);
    }
}
