namespace Keelson.Server.Audit;

/// <summary>How much of a request is written down; each level has what those before it have.</summary>
public enum AuditLevel { None, Metadata, Request, RequestResponse }

/// <summary>When in a request's life something is written down. Policies may name a panic; here there is none: what nobody foresaw is answered, too.</summary>
public enum AuditStage { RequestReceived, ResponseStarted, ResponseComplete, Panic }

/// <summary>How a backend takes events.</summary>
public enum AuditMode
{
    /// <summary>Events are gathered, and written without anybody waiting; what is too much is dropped and counted.</summary>
    Batch,

    /// <summary>A request waits until its events are written.</summary>
    Blocking,

    /// <summary>As <see cref="Blocking"/>; and a request whose arrival can't be written is refused.</summary>
    BlockingStrict,
}

/// <summary>Writes events down somewhere.</summary>
public interface IAuditBackend : IAsyncDisposable
{
    /// <summary>What it is called in metrics: log, webhook.</summary>
    string Name { get; }

    /// <summary>Takes events, each one JSON object; the answer to a blocking mode comes when they are written.</summary>
    /// <exception cref="IOException">They could not be written.</exception>
    ValueTask WriteAsync(IReadOnlyList<ReadOnlyMemory<byte>> events, CancellationToken cancel);
}

/// <summary>What is written down of requests, and where.</summary>
public sealed record AuditOptions
{
    public required AuditPolicy Policy { get; init; }

    /// <summary>The backends and their modes. They become the server's.</summary>
    public required IReadOnlyList<(IAuditBackend Backend, AuditMode Mode)> Backends { get; init; }

    /// <summary>How many events a backend may have waiting in batch mode; default 10,000, as upstream. More are dropped and counted.</summary>
    public int BatchBuffer { get; init; } = 10_000;

    /// <summary>How many events are written together in batch mode; default 400, as upstream.</summary>
    public int BatchSize { get; init; } = 400;

    /// <summary>How long events wait for others in batch mode; default 30 seconds, as upstream for webhooks.</summary>
    public TimeSpan BatchWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How large an object may be to be written down with its event; default 3 MiB, as large as a request may be. An event without it says so.</summary>
    public int MaxObjectBytes { get; init; } = Objects.ObjectLimits.MaxBodyBytes;
}
