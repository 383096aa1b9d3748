namespace Keelson.Node.Tests.Runtime.Containerd;

[Collection(nameof(RealContainerd))]
public sealed class ContainerdContractTests(RealContainerd containerd) : RuntimeContract
{
    private protected override RuntimeHarness Harness
    {
        get
        {
            Assert.SkipWhen(containerd.Missing is not null, containerd.Missing ?? "");
            return new ContainerdHarness(containerd);
        }
    }
}

/// <summary>The tests of real containers share one containerd.</summary>
[CollectionDefinition(nameof(RealContainerd))]
public sealed class RealContainerdCollection : ICollectionFixture<RealContainerd>;
