namespace Keelson.EndToEnd.FirstLight;

/// <summary>The tests that share a cluster and the machine it changes run one after another, and beside no others.</summary>
[CollectionDefinition(nameof(FirstLightCluster), DisableParallelization = true)]
public sealed class FirstLightCollection : ICollectionFixture<FirstLightCluster>;
