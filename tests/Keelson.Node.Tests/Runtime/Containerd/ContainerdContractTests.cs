using Keelson.Node.Runtime;

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

    private sealed class ContainerdHarness(RealContainerd containerd) : RuntimeHarness
    {
        public override IContainerRuntime Runtime => containerd.Runtime;

        public override string Image => RealContainerd.Busybox;

        public override string LogRoot => containerd.LogRoot;
    }
}

/// <summary>The tests of real containers share one containerd.</summary>
[CollectionDefinition(nameof(RealContainerd))]
public sealed class RealContainerdCollection : ICollectionFixture<RealContainerd>;
