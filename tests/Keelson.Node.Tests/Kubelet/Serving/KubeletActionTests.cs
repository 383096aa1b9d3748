using Keelson.Node.Kubelet.Serving;

namespace Keelson.Node.Tests.Kubelet.Serving;

public sealed class KubeletActionTests
{
    [Theory]
    [InlineData("GET", "/containerLogs/a/b/c", "get proxy")]
    [InlineData("GET", "/pods", "get pods,proxy")]
    [InlineData("GET", "/runningpods/", "get pods,proxy")]
    [InlineData("GET", "/podsomething", "get proxy")]
    [InlineData("GET", "/healthz/ping", "get healthz,proxy")]
    [InlineData("GET", "/stats/summary", "get stats")]
    [InlineData("GET", "/metrics/cadvisor", "get metrics")]
    [InlineData("GET", "/logs/", "get log")]
    [InlineData("POST", "/exec/a/b/c", "create proxy")]
    [InlineData("DELETE", "/", "delete proxy")]
    [InlineData("GET", "//exec/a/b/c", "create proxy")]
    [InlineData("GET", "/portForward/a/b", "create proxy")]
    public void A_path_says_which_right_is_needed(string method, string path, string expected)
    {
        var action = KubeletAction.Of(method, path);
        Assert.Equal(expected, $"{action.Verb} {string.Join(',', action.Subresources)}");
    }
}
