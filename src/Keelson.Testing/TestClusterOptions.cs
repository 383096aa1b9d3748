using Keelson.Storage.Memory;

namespace Keelson.Testing;

/// <summary>How a <see cref="TestCluster"/> begins; every default makes runs repeat.</summary>
public sealed record TestClusterOptions
{
    /// <summary>Where all chance in the cluster comes from; 1 by default, so that chance repeats too.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>What the cluster's clock shows at first.</summary>
    public DateTimeOffset StartTime { get; init; } = VirtualClock.DefaultStart;

    /// <summary>The limits of the store; null for its own defaults.</summary>
    public MemoryStoreOptions? Store { get; init; }
}
