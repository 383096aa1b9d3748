namespace Keelson.Storage.Memory;

/// <summary>The settings of a <see cref="MemoryStore"/>.</summary>
public sealed record MemoryStoreOptions
{
    /// <summary>The most revisions whose changes are remembered; older ones are compacted by themselves. By default 100,000.</summary>
    public int MaxHistory { get; init; } = 100_000;
}
