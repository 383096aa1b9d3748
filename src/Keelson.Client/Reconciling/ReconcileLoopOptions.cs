using Keelson.Client.Queues;

namespace Keelson.Client.Reconciling;

/// <summary>How a reconcile loop works.</summary>
public sealed record ReconcileLoopOptions
{
    /// <summary>How many objects are worked on at once; default 5. One object never is twice.</summary>
    public int Workers { get; init; } = 5;

    public WorkQueueOptions<ObjectKey> Queue { get; init; } = new();

    /// <summary>Takes every failure, with how often the object failed in a row; the loop tries again by itself.</summary>
    public Action<ObjectKey, int, Exception>? OnError { get; init; }
}
