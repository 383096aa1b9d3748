using System.Diagnostics;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Client;
using Keelson.Client.Configuration;

namespace Keelson.EndToEnd.FirstLight;

/// <summary>What a cluster survives, and what it leaves when it is taken away.</summary>
[Collection(nameof(FirstLightCluster))]
public sealed class SurvivalTests(FirstLightCluster cluster) : IAsyncLifetime
{
    private readonly string _space = $"survival-{Guid.NewGuid():n}"[..15];

    public async ValueTask InitializeAsync()
    {
        await cluster.StartAsync();
        await cluster.Kubectl.DoAsync($"create namespace {_space}");
    }

    public async ValueTask DisposeAsync()
    {
        if (FirstLightCluster.WhyNot is null) await cluster.Kubectl.RunAsync($"delete namespace {_space} --wait=false");
    }

    [Fact]
    public async Task A_killed_server_comes_back_with_all_it_acknowledged_and_disturbs_no_container()
    {
        await StartPodsAsync();
        var before = await ContainersAsync();
        var acknowledged = new List<string>();
        using (var client = Connect())
        {
            var writing = WriteAsync(client, acknowledged);
            await Wait.ForAsync(() =>
            {
                lock (acknowledged) return acknowledged.Count >= 200;
            });
            await KillAsync(cluster.ServerProcess());
            await writing;
        }

        await cluster.UpAsync();

        using var again = Connect();
        var there = (await again.Resource<ConfigMap>().In(_space).ListAsync()).Items.Select(map => map.Metadata.Name).ToHashSet(StringComparer.Ordinal);
        Assert.All(acknowledged, name => Assert.Contains(name, there));
        Assert.Equal(before, await ContainersAsync());
        await DoAsync("scale deployment web --replicas=8");
        await DoAsync("rollout status deployment/web --timeout=50s");
    }

    [Fact]
    public async Task A_killed_node_agent_is_started_again_and_finds_its_containers()
    {
        await StartPodsAsync();
        var before = await ContainersAsync();
        var killed = cluster.NodeProcess("node-2");

        await KillAsync(killed);

        await Wait.ForAsync(() => cluster.NodeProcess("node-2") != killed);
        await DoAsync("""run after --image=busybox --restart=Never --overrides={"spec":{"nodeName":"node-2"}} -- sleep 3600""");
        await DoAsync("wait --for=condition=Ready pod/after --timeout=55s");
        Assert.Equal(before, await ContainersAsync());
        Assert.Equal("hello\n", await DoAsync("exec after -- echo hello"));
    }

    [Fact]
    public async Task A_cluster_that_was_stopped_goes_on_with_its_pods()
    {
        await StartPodsAsync();

        await cluster.RestartAsync();

        await cluster.UntilAsync($"-n {_space} get pods -l app=web -o jsonpath={{.items[*].status.containerStatuses[0].restartCount}}:{{.items[*].status.containerStatuses[0].ready}}", text => text == "1 1 1 1 1 1:true true true true true true");
        await DoAsync("rollout status deployment/web --timeout=50s");
    }

    [Fact]
    public async Task Down_and_delete_leaves_the_machine_as_it_was()
    {
        await StartPodsAsync();
        await cluster.DeleteAsync();
        var before = await MachineState.ReadAsync();
        await cluster.StartAsync();
        await cluster.Kubectl.DoAsync($"create namespace {_space}");
        await StartPodsAsync();
        await DoAsync("expose deployment web --port=80 --type=NodePort");
        Assert.NotEqual(before, await MachineState.ReadAsync());

        await cluster.DeleteAsync();

        var after = await MachineState.ReadAsync();
        Assert.Empty(after.Except(before));
        Assert.Empty(before.Except(after));
        Assert.False(Directory.Exists(cluster.Data));
        await cluster.StartAsync();
    }

    private async Task StartPodsAsync()
    {
        await DoAsync("create deployment web --image=nginx --replicas=6");
        await DoAsync("rollout status deployment/web --timeout=55s");
    }

    private async Task<string> ContainersAsync()
    {
        var lines = await DoAsync("get pods -l app=web -o jsonpath={range.items[*]}{.metadata.name}:{.status.containerStatuses[0].containerID}:{.status.containerStatuses[0].restartCount}{\"\\n\"}{end}");
        return string.Join('\n', lines.Split('\n').Order(StringComparer.Ordinal));
    }

    private ApiClient Connect() => new(new ApiClientOptions { Configuration = new ConfigurationLoader { Path = Path.Combine(cluster.Data, "kubeconfig") }.Load(), RetryLimit = 0 });

    // Until the server is gone.
    private async Task WriteAsync(ApiClient client, List<string> acknowledged)
    {
        try
        {
            for (var number = 0; number < 100_000; number++)
            {
                var name = $"written-{number}";
                await client.Resource<ConfigMap>().CreateAsync(new ConfigMap { Metadata = new ObjectMeta { Name = name, Namespace = _space } });
                lock (acknowledged) acknowledged.Add(name);
            }
        }
        catch (Exception failure) when (failure is HttpRequestException or ApiException or IOException)
        {
            // The power is out.
        }
    }

    private static async Task KillAsync(int id)
    {
        using var process = Process.GetProcessById(id);
        process.Kill();
        await process.WaitForExitAsync();
    }

    private Task<string> DoAsync(string commandLine) => cluster.Kubectl.DoAsync($"-n {_space} {commandLine}");
}
