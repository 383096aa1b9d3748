using Keelson.Node.Runtime;
using Keelson.Node.Runtime.Simulated;

namespace Keelson.Node.Tests.Runtime.Simulated;

public sealed class SimulatedContractTests : RuntimeContract, IAsyncDisposable
{
    private readonly SimulatedHarness _harness = new();

    private protected override RuntimeHarness Harness => _harness;

    public async ValueTask DisposeAsync() => await _harness.DisposeAsync();

    private sealed class SimulatedHarness : RuntimeHarness, IAsyncDisposable
    {
        private readonly TemporaryDirectory _directory = new();
        private readonly SimulatedRuntime _runtime = new(new SimulatedOptions { Time = TimeProvider.System, WritesLogs = true });

        public SimulatedHarness() => _runtime.AddImage(Image);

        public override IContainerRuntime Runtime => _runtime;

        public override string Image => "docker.io/library/busybox:contract";

        public override string LogRoot => _directory.Path;

        public async ValueTask DisposeAsync()
        {
            await _runtime.DisposeAsync();
            _directory.Dispose();
        }
    }
}
