namespace Keelson.Client.Recording;

/// <summary>Who reports events, and how many. The defaults are client-go's.</summary>
public sealed record EventRecorderOptions
{
    /// <summary>The component that reports, such as "deployment-controller".</summary>
    public required string Component { get; init; }

    /// <summary>The node on which it runs, where it belongs to one.</summary>
    public string Host { get; init; } = "";

    /// <summary>Events that wait to be sent; further ones are dropped and counted. Default 1,000.</summary>
    public int QueueLimit { get; init; } = 1000;

    /// <summary>How many objects and messages are remembered; default 4,096.</summary>
    public int MemoryLimit { get; init; } = 4096;

    /// <summary>Events about one object at once; default 25.</summary>
    public int Burst { get; init; } = 25;

    /// <summary>After how long one more event about an object may follow a burst; default five minutes.</summary>
    public TimeSpan RefillPeriod { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How many events that differ only in their message are sent before they are combined; default 10.</summary>
    public int SimilarLimit { get; init; } = 10;

    /// <summary>For how long events count as similar; default ten minutes.</summary>
    public TimeSpan SimilarPeriod { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How often an event is sent while the server is away; default 12.</summary>
    public int Attempts { get; init; } = 12;

    /// <summary>How long between these; default 10 s.</summary>
    public TimeSpan RetryPeriod { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Takes why an event could not be written.</summary>
    public Action<Exception>? OnError { get; init; }
}
