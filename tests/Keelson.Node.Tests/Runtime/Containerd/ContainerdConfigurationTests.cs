using Keelson.Node.Runtime;
using Keelson.Node.Runtime.Containerd;

namespace Keelson.Node.Tests.Runtime.Containerd;

public sealed class ContainerdConfigurationTests
{
    private static readonly ContainerdOptions Options = new() { Directory = "/data/node \"1\"", Time = TimeProvider.System, Random = new Random(1) };

    [Theory]
    [InlineData(1, "version = 2", "[\"plugins\".\"io.containerd.grpc.v1.cri\".\"containerd\".\"runtimes\".\"runc\".\"options\"]")]
    [InlineData(2, "version = 3", "[\"plugins\".\"io.containerd.cri.v1.runtime\".\"containerd\".\"runtimes\".\"runc\".\"options\"]")]
    public void Each_generation_gets_its_own_form(int major, string version, string table)
    {
        var text = ContainerdConfiguration.Text(Options, new(major, "overlayfs", "/usr/lib/cni", MayLowerOomScore: false));
        Assert.Contains(version, text, StringComparison.Ordinal);
        Assert.Contains(table, text, StringComparison.Ordinal);
        Assert.Contains("restrict_oom_score_adj = true", text, StringComparison.Ordinal);
        Assert.Contains("root = \"/data/node \\\"1\\\"/root\"", text, StringComparison.Ordinal);
        Assert.Contains("snapshotter = \"overlayfs\"", text, StringComparison.Ordinal);
        Assert.Contains(Options.SandboxImage, text, StringComparison.Ordinal);
    }

    [Fact]
    public void Mirrors_are_asked_before_the_registry_itself()
    {
        var text = ContainerdConfiguration.Mirrors("docker.io", ["http://127.0.0.1:5000", "https://mirror.test"]);
        Assert.Contains("server = \"https://registry-1.docker.io\"", text, StringComparison.Ordinal);
        Assert.True(text.IndexOf("[\"host\".\"http://127.0.0.1:5000\"]", StringComparison.Ordinal) is > 0 and var first
            && text.IndexOf("[\"host\".\"https://mirror.test\"]", StringComparison.Ordinal) > first);
    }

    [Theory]
    [InlineData("ftp://mirror.test")]
    [InlineData("mirror.test")]
    public void A_mirror_that_is_no_URL_is_refused(string mirror) =>
        Assert.Equal(RuntimeError.InvalidRequest, Assert.Throws<RuntimeException>(() => ContainerdConfiguration.Mirrors("docker.io", [mirror])).Error);

    [Theory]
    [InlineData("../../etc")]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a/b")]
    public void A_registry_that_is_no_host_becomes_no_directory(string registry) =>
        Assert.Equal(RuntimeError.InvalidRequest, Assert.Throws<RuntimeException>(() => ContainerdConfiguration.RegistryDirectory(registry)).Error);
}
