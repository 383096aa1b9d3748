using System.Net;
using System.Text;
using Keelson.Api;
using Keelson.Api.Authentication.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Api.Rbac.V1;
using Keelson.Client.Resources;
using Keelson.Node.Kubelet.Serving;
using Keelson.Node.Tests.Runtime;

namespace Keelson.Node.Tests.Kubelet.Serving;

/// <summary>A kubelet's server over simulated containers, whose clients have tokens.</summary>
public sealed class KubeletServerTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private KubeletWorld _world = null!;
    private HttpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _world = await KubeletWorld.StartAsync(withKubelet: false);
        _world.StartKubelet(_world.Options with
        {
            NodeAddress = "127.0.0.1",
            LogDirectory = _directory.File("logs"),
            Server = new KubeletServerOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0) },
        });
        var port = 0;
        await _world.UntilAsync(async () => (port = (await _world.Client.Resource<Api.Core.V1.Node>().FindAsync("node-1"))?.Status.DaemonEndpoints.KubeletEndpoint.Port ?? 0) > 0);
        _client = new HttpClient(new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true }) { BaseAddress = new Uri($"https://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(60) };
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _world.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Nobody_is_let_in_who_is_unknown_or_has_no_right()
    {
        Assert.Equal((401, "Unauthorized"), await GetAsync("/healthz"));
        Assert.Equal((401, "Unauthorized"), await GetAsync("/healthz", "made-up"));
        var token = await TokenAsync("stranger");
        Assert.Equal(
            (403, "Forbidden (user=system:serviceaccount:default:stranger, verb=get, resource=nodes, subresource(s)=[pods proxy])\n"),
            await GetAsync("/pods", token));
        Assert.Equal(403, (await GetAsync("/exec/default/p/c?output=1&command=id", token)).Code);
    }

    [Fact]
    public async Task Who_has_one_right_has_no_other()
    {
        var token = await TokenAsync("watcher", "nodes/metrics", "nodes/healthz");
        Assert.Equal((200, "ok"), await GetAsync("/healthz", token));
        Assert.Contains("kubelet_running_pods", (await GetAsync("/metrics", token)).Text, StringComparison.Ordinal);
        Assert.Equal(403, (await GetAsync("/stats/summary", token)).Code);
        Assert.Equal(403, (await GetAsync("/containerLogs/default/p/c", token)).Code);
    }

    [Fact]
    public async Task A_read_does_not_run_commands()
    {
        var token = await TokenAsync("reader", "nodes/proxy");
        Assert.Equal(404, (await GetAsync("/containerLogs/default/p/c", token)).Code);
        Assert.Contains("verb=create", (await GetAsync("/exec/default/p/c?output=1&command=id", token)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logs_are_shown_and_where_there_are_none_it_says_why()
    {
        var token = await TokenAsync("reader", "nodes/proxy");
        await _world.CreateAsync("p");
        await _world.UntilAsync("p", pod => pod.IsReady());
        Assert.Equal((200, "c started\n"), await GetAsync("/containerLogs/default/p/c", token));
        Assert.Equal((200, ""), await GetAsync("/containerLogs/default/p/c?tailLines=0", token));
        Assert.Equal((404, "pod \"q\" does not exist\n"), await GetAsync("/containerLogs/default/q/c", token));
        Assert.Equal((404, "container \"d\" not found in pod \"p\"\n"), await GetAsync("/containerLogs/default/p/d", token));
        Assert.Equal((400, "previous terminated container \"c\" in pod \"p\" not found"), await GetAsync("/containerLogs/default/p/c?previous=true", token));
        Assert.Equal(422, (await GetAsync("/containerLogs/default/p/c?tailLines=-1", token)).Code);
        await _world.CreateAsync("pulling", """ "containers":[{"name":"c","image":"missing"}] """);
        await _world.UntilAsync("pulling", pod => pod.Container().State.Waiting?.Reason == "ImagePullBackOff");
        Assert.Equal((400, "container \"c\" in pod \"pulling\" is waiting to start: trying and failing to pull image"), await GetAsync("/containerLogs/default/pulling/c", token));
    }

    [Fact]
    public async Task Pods_are_listed()
    {
        var token = await TokenAsync("lister", "nodes/pods");
        await _world.CreateAsync("p");
        await _world.CreateAsync("elsewhere", node: "node-2");
        await _world.UntilAsync("p", pod => pod.IsReady());
        var pods = ApiJson.Decode<ResourceList<Pod>>(Encoding.UTF8.GetBytes((await GetAsync("/pods", token)).Text));
        Assert.Equal(["p"], pods.Items.Select(pod => pod.Metadata.Name));
        var running = ApiJson.Decode<ResourceList<Pod>>(Encoding.UTF8.GetBytes((await GetAsync("/runningpods/", token)).Text));
        Assert.Equal(["c"], running.Items.Single().Spec.Containers.Select(container => container.Name));
    }

    private async Task<(int Code, string Text)> GetAsync(string path, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (token is not null) request.Headers.Authorization = new("Bearer", token);
        using var response = await _client.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>The token of a service account that may read these.</summary>
    private async Task<string> TokenAsync(string name, params string[] resources)
    {
        var metadata = new ObjectMeta { Name = name, Namespace = "default" };
        await _world.Client.Resource<ServiceAccount>().In("default").CreateAsync(new ServiceAccount { Metadata = metadata });
        if (resources.Length > 0)
        {
            await _world.Client.Resource<ClusterRole>().CreateAsync(new ClusterRole
            {
                Metadata = new ObjectMeta { Name = name },
                Rules = [new PolicyRule { ApiGroups = [""], Resources = resources.ToApiList(), Verbs = ["get"] }],
            });
            await _world.Client.Resource<ClusterRoleBinding>().CreateAsync(new ClusterRoleBinding
            {
                Metadata = new ObjectMeta { Name = name },
                RoleRef = new RoleRef { ApiGroup = "rbac.authorization.k8s.io", Kind = "ClusterRole", Name = name },
                Subjects = [new Subject { Kind = "ServiceAccount", Name = name, Namespace = "default" }],
            });
        }

        return (await _world.Client.Resource<ServiceAccount>().In("default").CreateTokenAsync(name, new TokenRequestSpec())).Status.Token;
    }
}
