using Keelson.Client.Election;

namespace Keelson.Control.Scheduler;

/// <summary>How a scheduler runs.</summary>
public sealed record SchedulerOptions
{
    /// <summary>The scheduler names whose pods are placed; one, "default-scheduler", by default.</summary>
    public IReadOnlyList<string> SchedulerNames { get; init; } = [DefaultProfile.SchedulerName];

    /// <summary>Decides between nodes that are equally good.</summary>
    public int Seed { get; init; }

    /// <summary>How many percent of the nodes are looked at until enough fit; 0, the default, lets their number decide.</summary>
    public int PercentageOfNodesToScore { get; init; }

    /// <summary>The most requests that are under way at once; default 64.</summary>
    public int Concurrency { get; init; } = 64;

    /// <summary>Who is elected, where several schedulers run; null, the default, for no election.</summary>
    public LeaderElectionOptions? Election { get; init; }

    /// <summary>Takes what went wrong; the scheduler goes on.</summary>
    public Action<Exception>? OnError { get; init; }
}
