namespace Keelson.Client.Queues;

/// <summary>How a work queue behaves.</summary>
public sealed record WorkQueueOptions<TItem>
    where TItem : notnull
{
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>How long failed items wait; upstream's default when null.</summary>
    public IRateLimiter<TItem>? RateLimiter { get; init; }

    /// <summary>How many different items may be in the queue, the delayed ones counted apart; default one million.</summary>
    public int Capacity { get; init; } = 1_000_000;

    public IWorkQueueMetrics? Metrics { get; init; }
}
