namespace Keelson.Control.Scheduler.Queue;

/// <summary>How patient the queue is; the defaults are upstream's.</summary>
internal sealed record SchedulingQueueOptions
{
    /// <summary>The pause after the first failure; it doubles with each. Default 1 s.</summary>
    public TimeSpan FirstBackOff { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause; default 10 s.</summary>
    public TimeSpan LongestBackOff { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>After how long a pod is tried again although nothing happened; default five minutes.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromMinutes(5);
}
