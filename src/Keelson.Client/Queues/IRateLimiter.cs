namespace Keelson.Client.Queues;

/// <summary>Says how long an item that failed has to wait.</summary>
public interface IRateLimiter<in TItem>
    where TItem : notnull
{
    /// <summary>Counts a failure of the item, and says when it may come again.</summary>
    TimeSpan When(TItem item);

    /// <summary>How often the item has failed since it was forgotten.</summary>
    int Failures(TItem item);

    /// <summary>The item did well: its next failure is its first.</summary>
    void Forget(TItem item);
}
