using Keelson.Client.Queues;
using Keelson.Client.Resources;

namespace Keelson.Client.Informers;

/// <summary>How an informer keeps its cache.</summary>
public sealed record InformerOptions
{
    /// <summary>Which objects; all when null.</summary>
    public Selection? Selection { get; init; }

    /// <summary>Whether the first state comes as a stream, one object at a time, where the server can. Default true.</summary>
    public bool UseStreamingList { get; init; } = true;

    /// <summary>Objects on one page where lists are paged; default 500.</summary>
    public int PageSize { get; init; } = 500;

    /// <summary>The shortest time after which a watch is begun anew; each takes up to twice as long. Default five minutes.</summary>
    public TimeSpan WatchTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Whether the cache leaves out who manages which field, often half of an object, and read by few. An object from such a
    /// cache can be written back: the server keeps what it knows. Default false.
    /// </summary>
    public bool DropManagedFields { get; init; }

    /// <summary>How the pauses after failures grow; default 0.8 s doubling up to 30 s, each up to twice as long by chance.</summary>
    public Backoff Backoff { get; init; } = new(TimeSpan.FromMilliseconds(800), TimeSpan.FromSeconds(30)) { Jitter = 1, ResetAfter = TimeSpan.FromMinutes(2) };

    /// <summary>Where chance comes from. Give each process another seed, so that clients of a server that was away do not come back at once.</summary>
    public int Seed { get; init; }

    /// <summary>Takes what went wrong; the informer goes on by itself.</summary>
    public Action<Exception>? OnError { get; init; }
}
