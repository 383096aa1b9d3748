namespace Keelson.Client.Queues;

/// <summary>Is told what a queue does, to count and to measure it.</summary>
public interface IWorkQueueMetrics
{
    /// <summary>An item came that was not waiting already.</summary>
    void Added(int depth);

    /// <summary>An item was taken after it waited so long.</summary>
    void Taken(int depth, TimeSpan waited);

    /// <summary>An item was done after so long.</summary>
    void Done(TimeSpan worked);

    /// <summary>An item is to be tried again after a failure.</summary>
    void Retried();
}
