using Keelson.Server.Allocation;
using Keelson.Storage.Memory;

namespace Keelson.Testing;

/// <summary>What a test's cluster consists of. The store is always there, and each part needs the API server.</summary>
[Flags]
public enum ClusterParts
{
    /// <summary>Nothing but the store.</summary>
    None = 0,
    ApiServer = 1,
    Controllers = 2,
    Scheduler = 4,
    Nodes = 8,
    All = ApiServer | Controllers | Scheduler | Nodes,
}

/// <summary>How a <see cref="TestCluster"/> begins; every default makes runs repeat.</summary>
public sealed record TestClusterOptions
{
    /// <summary>What the cluster consists of; all by default.</summary>
    public ClusterParts Parts { get; init; } = ClusterParts.All;

    /// <summary>How many simulated nodes there are, named node-1 and so on; 1 by default.</summary>
    public int Nodes { get; init; } = 1;

    /// <summary>The controllers to run, by their names; all by default.</summary>
    public IReadOnlyCollection<string>? Controllers { get; init; }

    /// <summary>Where all chance in the cluster comes from; 1 by default, so that chance repeats too.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>What the cluster's clock shows at first.</summary>
    public DateTimeOffset StartTime { get; init; } = VirtualClock.DefaultStart;

    /// <summary>What is served beside or instead of the stable API, as --runtime-config says it: "api/beta=true" and the like.</summary>
    public IReadOnlyCollection<string> RuntimeConfig { get; init; } = [];

    /// <summary>What services get addresses and ports from; as any cluster by default. With a second range the cluster has both families.</summary>
    public ServiceRanges ServiceRanges { get; init; } = ServiceRanges.Default;

    /// <summary>The limits of the store; null for its own defaults.</summary>
    public MemoryStoreOptions? Store { get; init; }
}
