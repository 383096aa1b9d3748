using System.Text;
using Keelson.Api;
using Keelson.Api.Apps.V1;
using Keelson.Api.Batch.V1;
using Keelson.Api.Core.V1;
using Keelson.Client.Resources;

namespace Keelson.Testing.Tests;

/// <summary>What a user of the kit does with a whole cluster: deployments, jobs and scheduling on a clock that the test turns.</summary>
[Collection(nameof(ThreadPool))]
public sealed class WholeClusterTests
{
    private static readonly TestClusterOptions ThreeNodes = new() { Nodes = 3 };

    [Fact]
    public async Task A_deployment_becomes_ready_and_spreads_over_the_nodes()
    {
        await using var cluster = await TestCluster.StartAsync(ThreeNodes);
        await cluster.Client.Resource<Deployment>().CreateAsync(Deployment("web", 6));

        await cluster.WaitForAsync(async () => (await DeploymentAsync(cluster, "web")).Status.ReadyReplicas == 6);

        var pods = (await cluster.Client.Resource<Pod>().In("default").ListAsync()).Items;
        Assert.Equal(["node-1", "node-2", "node-3"], pods.Select(pod => pod.Spec.NodeName).Distinct().Order());
        Assert.All(pods.GroupBy(pod => pod.Spec.NodeName), group => Assert.Equal(2, group.Count()));
    }

    [Fact]
    public async Task A_rolling_update_replaces_every_pod_and_keeps_enough_of_them_available()
    {
        await using var cluster = await TestCluster.StartAsync(ThreeNodes);
        var deployments = cluster.Client.Resource<Deployment>().In("default");
        await deployments.CreateAsync(Deployment("web", 4));
        await cluster.WaitForAsync(async () => (await DeploymentAsync(cluster, "web")).Status.AvailableReplicas == 4);
        var least = 4;

        await deployments.PatchAsync("web", PatchBody.Strategic(Bytes("""{"spec":{"template":{"spec":{"containers":[{"name":"main","image":"two"}]}}}}""")));
        await cluster.WaitForAsync(async () =>
        {
            var status = (await DeploymentAsync(cluster, "web")).Status;
            least = Math.Min(least, status.AvailableReplicas);
            return status is { UpdatedReplicas: 4, Replicas: 4, AvailableReplicas: 4, ObservedGeneration: 2 };
        });

        Assert.InRange(least, 3, 4);
        await cluster.WaitForAsync(async () => (await cluster.Client.Resource<Pod>().In("default").ListAsync()).Items is { Count: 4 } pods && pods.All(pod => pod.Spec.Containers[0].Image == "two"));
    }

    [Fact]
    public async Task A_pods_log_is_what_it_declares()
    {
        await using var cluster = await TestCluster.StartAsync();
        var pods = cluster.Client.Resource<Pod>();
        await pods.CreateAsync(Read<Pod>("""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"plain","namespace":"default"},"spec":{"containers":[{"name":"main","image":"one"}]}}"""));
        await pods.CreateAsync(Read<Pod>("""
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"talks","namespace":"default","annotations":{"keelson.dev/log":"one\ntwo\nthree"}},"spec":{"containers":[{"name":"main","image":"one"}]}}
            """));
        await cluster.WaitForAsync(async () => (await pods.In("default").ListAsync()).Items.All(pod => pod.Status.Phase == PodPhase.Running));

        Assert.Equal("main started\n", await LogAsync("plain", ""));
        Assert.Equal("one\ntwo\nthree\n", await LogAsync("talks", ""));
        Assert.Equal("two\nthree\n", await LogAsync("talks", "?tailLines=2"));

        async Task<string> LogAsync(string pod, string query) => Encoding.UTF8.GetString(await cluster.Client.GetRawAsync($"/api/v1/namespaces/default/pods/{pod}/log{query}"));
    }

    [Fact]
    public async Task A_job_of_ten_minutes_is_over_at_once()
    {
        await using var cluster = await TestCluster.StartAsync();
        var started = cluster.Clock.GetUtcNow();
        await cluster.Client.Resource<Job>().CreateAsync(Read<Job>("""
            {"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"long","namespace":"default"},"spec":{"template":{
              "metadata":{"annotations":{"keelson.dev/exit-after":"10m"}},
              "spec":{"restartPolicy":"Never","containers":[{"name":"main","image":"one"}]}}}}
            """));

        await cluster.WaitForAsync(async () => (await cluster.Client.Resource<Job>().In("default").GetAsync("long")).Status.Succeeded == 1);

        Assert.True(cluster.Clock.GetUtcNow() - started >= TimeSpan.FromMinutes(10));
    }

    [Fact]
    public async Task A_pod_that_asks_for_too_much_stays_pending_and_an_event_says_why()
    {
        await using var cluster = await TestCluster.StartAsync(ThreeNodes);
        await cluster.Client.Resource<Pod>().CreateAsync(Read<Pod>("""
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"huge","namespace":"default"},"spec":{"containers":[{"name":"main","image":"one","resources":{"requests":{"cpu":"64"}}}]}}
            """));

        IReadOnlyList<Event> events = [];
        await cluster.WaitForAsync(async () => (events = (await cluster.Client.Resource<Event>().In("default").ListAsync()).Items).Any(seen => seen.Reason == "FailedScheduling"));

        Assert.StartsWith("0/3 nodes are available: 3 Insufficient cpu.", events.First(seen => seen.Reason == "FailedScheduling").Message, StringComparison.Ordinal);
        Assert.Equal(PodPhase.Pending, (await cluster.Client.Resource<Pod>().In("default").GetAsync("huge")).Status.Phase);
    }

    [Fact]
    public async Task A_node_that_falls_silent_loses_its_pods_to_the_others()
    {
        await using var cluster = await TestCluster.StartAsync(new TestClusterOptions { Parts = ClusterParts.All & ~ClusterParts.Nodes });
        // Nobody runs this node, so it never speaks again.
        await cluster.Client.Resource<Api.Core.V1.Node>().CreateAsync(Read<Api.Core.V1.Node>("""{"apiVersion":"v1","kind":"Node","metadata":{"name":"silent"}}"""));
        await cluster.WaitForAsync(async () => (await cluster.Client.Resource<Api.Core.V1.Node>().GetAsync("silent")).Spec.Taints.Any(taint => taint.Key == "node.kubernetes.io/unreachable"));
    }

    [Fact]
    public async Task A_fork_of_a_running_cluster_goes_on_by_itself()
    {
        await using var original = await TestCluster.StartAsync(ThreeNodes);
        await original.Client.Resource<Deployment>().CreateAsync(Deployment("web", 3));
        await original.WaitForAsync(async () => (await DeploymentAsync(original, "web")).Status.ReadyReplicas == 3);

        await using var fork = await original.ForkAsync();
        await fork.Client.Resource<Deployment>().In("default").PatchAsync("web", PatchBody.Merge(Bytes("""{"spec":{"replicas":5}}""")));

        await fork.WaitForAsync(async () => (await DeploymentAsync(fork, "web")).Status.ReadyReplicas == 5);
        Assert.Equal(3, (await DeploymentAsync(original, "web")).Status.ReadyReplicas);
    }

    [Fact]
    public async Task A_store_that_fails_for_a_while_delays_a_deployment_and_loses_nothing()
    {
        await using var cluster = await TestCluster.StartAsync(ThreeNodes);
        await cluster.Client.Resource<Deployment>().CreateAsync(Deployment("web", 3));
        cluster.Faults.FailNext(10, Keelson.Testing.Faults.StoreCalls.Commit);

        await cluster.WaitForAsync(async () => (await DeploymentAsync(cluster, "web")).Status.ReadyReplicas == 3);

        Assert.Equal(3, (await cluster.Client.Resource<Pod>().In("default").ListAsync()).Items.Count);
    }

    private static Task<Deployment> DeploymentAsync(TestCluster cluster, string name) => cluster.Client.Resource<Deployment>().In("default").GetAsync(name);

    private static Deployment Deployment(string name, int replicas) => Read<Deployment>($$$"""
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"{{{name}}}","namespace":"default"},"spec":{"replicas":{{{replicas}}},"selector":{"matchLabels":{"app":"{{{name}}}"}},
         "template":{"metadata":{"labels":{"app":"{{{name}}}"}},"spec":{"containers":[{"name":"main","image":"one"}]} } } }
        """);

    private static T Read<T>(string json)
        where T : class, IKind<T> => ApiJson.Decode<T>(Bytes(json));

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
