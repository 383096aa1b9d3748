using Keelson.EndToEnd.Images;
using Keelson.EndToEnd.Store;

namespace Keelson.EndToEnd.FirstLight;

/// <summary>A cluster that reaches the outside through its host, which is a network namespace here, and so is the world beyond it.</summary>
[Collection(nameof(FirstLightCluster))]
public sealed class WayOutTests : IAsyncLifetime
{
    private const string World = "192.0.2.2";

    private readonly TemporaryFolder _home = new();
    private readonly string _mark = $"kway-{Guid.NewGuid():n}"[..10];
    private RunningProgram? _server;

    private string Host => $"{_mark}-host";

    private string Beyond => $"{_mark}-world";

    private string Data => _home["cluster"];

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(FirstLightCluster.WhyNot is not null, FirstLightCluster.WhyNot ?? "");
        await DoAsync("ip", "netns", "add", Host);
        await DoAsync("ip", "netns", "add", Beyond);
        await DoAsync("ip", "link", "add", "out", "netns", Host, "type", "veth", "peer", "name", "in", "netns", Beyond);
        await InAsync(Host, "sh", "-c", $"ip link set lo up; ip addr add 192.0.2.1/24 dev out; ip link set out up; ip route add default via {World}");
        await InAsync(Beyond, "sh", "-c", $"ip link set lo up; ip addr add {World}/24 dev in; ip link set in up");
        Directory.CreateDirectory(_home["www"]);
        await File.WriteAllTextAsync(Path.Combine(_home["www"], "index.html"), "beyond\n");
        _server = RunningProgram.Start("nsenter", $"--net=/run/netns/{Beyond}", "--", "busybox", "httpd", "-f", "-p", "80", "-h", _home["www"]);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        if (File.Exists(Path.Combine(Data, "cluster.json"))) await KeelsonAsync("down", "--data-dir", Data, "--delete");
        foreach (var name in new[] { Host, Beyond }.Where(name => File.Exists($"/run/netns/{name}"))) await DoAsync("ip", "netns", "delete", name);
        _home.Dispose();
    }

    [Fact]
    public async Task Pods_reach_the_outside_and_the_host_is_afterwards_as_it_was()
    {
        var before = await HostAsync();
        await File.WriteAllBytesAsync(_home["busybox.tar"], await TestImages.BusyboxAsync("docker.io/library/busybox:1"));
        await KeelsonAsync("up", "--data-dir", Data, "--api-port", "0");
        await KeelsonAsync("image", "load", "--data-dir", Data, _home["busybox.tar"]);

        await KubectlAsync("run", "visitor", "--image=busybox:1", "--restart=Never", "--", "sh", "-c", $"wget -qO- http://{World}/; sleep 1");
        await KubectlAsync("wait", "--for=jsonpath={.status.phase}=Succeeded", "pod/visitor", "--timeout=50s");
        Assert.Equal("beyond\n", await KubectlAsync("logs", "visitor"));
        Assert.NotEqual(before, await HostAsync());

        await KeelsonAsync("down", "--data-dir", Data, "--delete");
        Assert.Equal(before, await HostAsync());
    }

    // Its links, addresses, routes, rules and forwarding.
    private async Task<string> HostAsync() =>
        await InAsync(Host, "sh", "-c", "ip -o link | sed 's/@.*: </: </'; ip -o -4 addr; ip route; nft list ruleset; cat /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv4/conf/*/forwarding /proc/sys/net/ipv4/conf/*/accept_redirects");

    private Task<string> KeelsonAsync(params string[] arguments) => InAsync(Host, ["dotnet", Path.Combine(AppContext.BaseDirectory, "keelson.dll"), .. arguments]);

    private Task<string> KubectlAsync(params string[] arguments) => InAsync(Host, [ApiServer.Kubectl.Installed[^1], $"--kubeconfig={Data}/kubeconfig", .. arguments]);

    private static Task<string> InAsync(string place, params string[] command) => DoAsync("nsenter", [$"--net=/run/netns/{place}", "--", .. command]);

    private static async Task<string> DoAsync(string program, params string[] arguments)
    {
        await using var running = RunningProgram.Start(program, arguments);
        Assert.True(await running.WaitForExitAsync() == 0, $"{program} {string.Join(' ', arguments)}\n{running.Output}");
        return running.Output;
    }
}
