using Keelson.Node.Runtime;

namespace Keelson.Node.Tests.Runtime.Containerd;

internal sealed class ContainerdHarness(RealContainerd containerd) : RuntimeHarness
{
    public override IContainerRuntime Runtime => containerd.Runtime;

    public override string Image => RealContainerd.Busybox;

    public override string LogRoot => containerd.LogRoot;
}
