namespace Keelson.Storage.Sqlite;

/// <summary>The settings of a <see cref="SqliteStore"/>.</summary>
public sealed record SqliteStoreOptions
{
    /// <summary>How long a version is kept after it was replaced, by the compaction that runs by itself: 5 minutes, as Kubernetes has it.</summary>
    public TimeSpan KeepHistoryFor { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How many revisions are kept however old they are: 1,000.</summary>
    public long KeepRevisions { get; init; } = 1_000;

    /// <summary>How many revisions are kept at most, however young they are: a million.</summary>
    public long MaxRevisions { get; init; } = 1_000_000;

    /// <summary>Whether the store compacts itself by the three settings above. It does.</summary>
    public bool CompactsItself { get; init; } = true;

    /// <summary>The most bytes the data may take; beyond, puts are refused until something is deleted and compacted: 8 GiB.</summary>
    public long MaxBytes { get; init; } = 8L << 30;

    /// <summary>The most recent revisions that watchers are served from memory: 10,000.</summary>
    public int WatchLogRevisions { get; init; } = 10_000;

    /// <summary>The most memory that those take: 8 MiB.</summary>
    public long WatchLogBytes { get; init; } = 8L << 20;

    /// <summary>The most writes that wait at a time; further callers wait for room: 8,192.</summary>
    public int MaxQueuedWrites { get; init; } = 8_192;

    /// <summary>The most writes that share one commit: 2,048.</summary>
    public int MaxBatch { get; init; } = 2_048;

    /// <summary>
    /// How large a database is checked page by page when it opens after a crash: 1 GiB, about a second. In a
    /// larger one all rows are checked as always, but not the pages around them.
    /// </summary>
    public long MaxCheckedBytes { get; init; } = 1L << 30;

    /// <summary>The most reads at a time: 8. Each may keep 1 MiB of pages.</summary>
    public int MaxReaders { get; init; } = 8;
}
