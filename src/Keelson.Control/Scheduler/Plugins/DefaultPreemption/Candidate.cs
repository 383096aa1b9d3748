using Keelson.Control.Scheduler.Cache;

namespace Keelson.Control.Scheduler.Plugins.DefaultPreemption;

/// <summary>A node on which room can be made, and what that costs.</summary>
/// <param name="Victims">The most important first.</param>
/// <param name="Violations">How many of them a disruption budget would have kept.</param>
internal sealed record Candidate(NodeState Node, IReadOnlyList<PodInfo> Victims, int Violations)
{
    /// <summary>The cheapest, by upstream's measures, one after the other.</summary>
    public static Candidate Best(List<Candidate> candidates)
    {
        var best = candidates[0];
        foreach (var candidate in candidates)
        {
            if (candidate.CompareTo(best) < 0) best = candidate;
        }

        return best;
    }

    private int CompareTo(Candidate other)
    {
        var order = Violations.CompareTo(other.Violations);
        if (order == 0) order = HighestPriority.CompareTo(other.HighestPriority);
        if (order == 0) order = PrioritySum.CompareTo(other.PrioritySum);
        if (order == 0) order = Victims.Count.CompareTo(other.Victims.Count);
        // The later the most important victim began, the less is lost.
        return order == 0 ? other.EarliestStart.CompareTo(EarliestStart) : order;
    }

    private long HighestPriority => Victims.Count == 0 ? long.MinValue : Victims[0].Priority;

    // Raised above zero, so that more pods of negative priority do not count as less.
    private long PrioritySum => Victims.Sum(pod => pod.Priority + (long)int.MaxValue + 1);

    private DateTimeOffset EarliestStart => Victims.Count == 0
        ? DateTimeOffset.MaxValue
        : Victims.Where(pod => pod.Priority == HighestPriority).Min(Importance.StartOf);
}

/// <summary>Which of two pods is more important: by priority, then by how long it has run.</summary>
internal static class Importance
{
    public static int Compare(PodInfo left, PodInfo right)
    {
        var order = right.Priority.CompareTo(left.Priority);
        if (order == 0) order = StartOf(left).CompareTo(StartOf(right));
        return order == 0 ? string.CompareOrdinal(left.Uid, right.Uid) : order;
    }

    /// <summary>When a pod began; one that has not is the newest.</summary>
    public static DateTimeOffset StartOf(PodInfo pod) => pod.Pod.Status.StartTime?.ToDateTimeOffset() ?? DateTimeOffset.MaxValue;
}
