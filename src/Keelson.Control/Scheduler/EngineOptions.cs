namespace Keelson.Control.Scheduler;

/// <summary>How an engine chooses.</summary>
internal sealed record EngineOptions
{
    /// <summary>Decides between nodes that are equally good; the same seed decides the same way.</summary>
    public int Seed { get; init; }

    /// <summary>How many percent of the nodes are looked at until enough fit; 0, the default, lets the number of nodes decide.</summary>
    public int PercentageOfNodes { get; init; }
}
