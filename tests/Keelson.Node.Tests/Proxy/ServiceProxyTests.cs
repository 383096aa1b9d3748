using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Discovery.V1;
using Keelson.Api.Meta.V1;
using Keelson.Client;
using Keelson.Client.Informers;
using Keelson.Node.Proxy;
using Keelson.Server.Serving;
using Keelson.Storage.Memory;
using CoreNode = Keelson.Api.Core.V1.Node;

namespace Keelson.Node.Tests.Proxy;

/// <summary>An API server, the whole proxy, and packets.</summary>
public sealed class ServiceProxyTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task What_the_api_server_says_is_what_packets_find()
    {
        await using var network = await SmallNetwork.StartAsync(PodLinks.Unseen);
        for (var pod = 0; pod < SmallNetwork.PodCount; pod++) network.ServeTcp(SmallNetwork.Pod(pod), IPAddress.Any, 8080);
        await using var world = await World.StartAsync(network);
        var service = await world.CreateAsync("web", "NodePort");
        await world.EndpointsAsync(service, 0, 1);
        await using (world.RunProxy())
        {
            await UntilAsync(async () => await ServersAsync(network, service, "pod2") is ["pod0", "pod1"]);
            await world.EndpointsAsync(service, 2);
            // Pods on one bridge: the proxy has turned on what lets answers find their way back.
            await UntilAsync(async () => await ServersAsync(network, service, "pod0") is ["pod2"]);
            await world.EndpointsAsync(service);
            await UntilAsync(async () => await network.FailureAsync("pod0", service.Spec.ClusterIP, 80) == SocketError.ConnectionRefused);
        }

        // It ended: the rules are still there, and the next one finds what changed in between.
        await world.EndpointsAsync(service, 1);
        Assert.Contains(service.Spec.ClusterIP, await network.RulesAsync(), StringComparison.Ordinal);
        await using (world.RunProxy())
        {
            await UntilAsync(async () => await ServersAsync(network, service, "pod0") is ["pod1"]);
            await world.Client.Resource<Service>().In("default").DeleteAsync("web");
            await UntilAsync(async () => !(await network.RulesAsync()).Contains(service.Spec.ClusterIP, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Services_of_other_proxies_and_headless_ones_are_left_alone(bool isShared)
    {
        await using var network = await SmallNetwork.StartAsync();
        await using var world = await World.StartAsync(network);
        var other = await world.CreateAsync("other", "ClusterIP", "service.kubernetes.io/service-proxy-name", "someone");
        var labelled = await world.CreateAsync("labelled", "ClusterIP", "service.kubernetes.io/headless", "");
        var mine = await world.CreateAsync("mine", "ClusterIP");
        // Informers that others use as well have all services.
        var informers = isShared ? new InformerFactory(world.Client) : null;
        using var stop = new CancellationTokenSource();
        var informing = informers?.RunAsync(stop.Token) ?? Task.CompletedTask;
        var running = world.RunProxy(options => options with { Informers = informers });
        await UntilAsync(async () => (await network.RulesAsync()).Contains(mine.Spec.ClusterIP, StringComparison.Ordinal));
        var rules = await network.RulesAsync();
        Assert.DoesNotContain($"{other.Spec.ClusterIP} .", rules, StringComparison.Ordinal);
        Assert.DoesNotContain($"{labelled.Spec.ClusterIP} .", rules, StringComparison.Ordinal);
        await running.DisposeAsync();
        await stop.CancelAsync();
        await informing;
    }

    [Fact]
    public async Task Rules_that_somebody_took_away_come_back()
    {
        await using var network = await SmallNetwork.StartAsync();
        await using var world = await World.StartAsync(network);
        var service = await world.CreateAsync("web", "ClusterIP");
        await using var running = world.RunProxy(options => options with { CheckPeriod = TimeSpan.FromMilliseconds(200) });
        await UntilAsync(async () => (await network.RulesAsync()).Contains(service.Spec.ClusterIP, StringComparison.Ordinal));
        await network.RunInAsync(SmallNetwork.Node, "nft", "flush", "ruleset");
        await UntilAsync(async () => (await network.RulesAsync()).Contains(service.Spec.ClusterIP, StringComparison.Ordinal));

        // And a change that meets rules that are not what they were is no failure for long.
        await network.RunInAsync(SmallNetwork.Node, "nft", "delete", "table", "ip", "keelson-proxy");
        await world.EndpointsAsync(service, 1);
        await UntilAsync(async () => (await network.RulesAsync()).Contains(SmallNetwork.PodAddress(1), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Endpoints_of_the_nodes_zone_are_preferred_as_soon_as_the_node_has_one()
    {
        await using var network = await SmallNetwork.StartAsync();
        await using var world = await World.StartAsync(network);
        var service = await world.CreateAsync("web", "ClusterIP");
        await world.EndpointsAsync(service, endpoint => endpoint with { Hints = new EndpointHints { ForZones = [new ForZone { Name = endpoint.Addresses[0] == SmallNetwork.PodAddress(0) ? "zone-a" : "zone-b" }] } }, 0, 1);
        await using var running = world.RunProxy();
        await UntilAsync(async () => Both(await network.RulesAsync()));
        await world.Client.Resource<CoreNode>().CreateAsync(new CoreNode { Metadata = new ObjectMeta { Name = "node-1", Labels = ApiMap<string>.From(("topology.kubernetes.io/zone", "zone-b")) } });
        await UntilAsync(async () => !Both(await network.RulesAsync()));

        static bool Both(string rules) => rules.Contains($"{SmallNetwork.PodAddress(0)} . 8080", StringComparison.Ordinal) && rules.Contains($"{SmallNetwork.PodAddress(1)} . 8080", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_and_numbers_are_answered_as_upstream_answers_them()
    {
        await using var network = await SmallNetwork.StartAsync();
        await using var world = await World.StartAsync(network);
        var service = await world.CreateAsync("web", "LoadBalancer", isLocal: true);
        Assert.InRange(service.Spec.HealthCheckNodePort, 30000, 32767);
        await world.EndpointsAsync(service, 0, 1);
        await using var running = world.RunProxy(options => options with { HealthEndpoint = new IPEndPoint(IPAddress.Any, 10256), MetricsEndpoint = new IPEndPoint(IPAddress.Loopback, 10249) });

        await UntilAsync(async () => (await GetAsync(network, SmallNetwork.NodeAddress, service.Spec.HealthCheckNodePort, "/"))?.Contains("\"localEndpoints\":2", StringComparison.Ordinal) == true);
        var answer = await GetAsync(network, SmallNetwork.NodeAddress, service.Spec.HealthCheckNodePort, "/");
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("X-Load-Balancing-Endpoint-Weight: 2\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("{\"service\":{\"namespace\":\"default\",\"name\":\"web\"},\"localEndpoints\":2,\"serviceProxyHealthy\":true}", answer, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200", await GetAsync(network, SmallNetwork.NodeAddress, 10256, "/healthz"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 404", await GetAsync(network, SmallNetwork.NodeAddress, 10256, "/other"), StringComparison.Ordinal);
        Assert.Contains("kubeproxy_sync_proxy_rules_duration_seconds_count", await GetAsync(network, "127.0.0.1", 10249, "/metrics"), StringComparison.Ordinal);

        await world.EndpointsAsync(service);
        await UntilAsync(async () => (await GetAsync(network, SmallNetwork.NodeAddress, service.Spec.HealthCheckNodePort, "/"))?.StartsWith("HTTP/1.1 503", StringComparison.Ordinal) == true);
        await world.Client.Resource<Service>().In("default").DeleteAsync("web");
        await UntilAsync(async () => await GetAsync(network, SmallNetwork.NodeAddress, service.Spec.HealthCheckNodePort, "/") is null);
    }

    private static async Task<List<string>> ServersAsync(SmallNetwork network, Service service, string from)
    {
        var servers = new HashSet<string>();
        for (var time = 0; time < 20; time++)
        {
            if (await network.FailureAsync(from, service.Spec.ClusterIP, 80) != SocketError.Success) return [];
            servers.Add((await network.AskAsync(from, service.Spec.ClusterIP, 80)).Server);
        }

        return [.. servers.Order()];
    }

    private static async Task<string?> GetAsync(SmallNetwork network, string address, int port, string path)
    {
        using var socket = network.Connectable("node", address);
        try
        {
            using var limit = new CancellationTokenSource(Patience);
            await socket.ConnectAsync(IPAddress.Parse(address), port, limit.Token);
            await socket.SendAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: node\r\n\r\n"), limit.Token);
            var text = new StringBuilder();
            var buffer = new byte[4096];
            while (await socket.ReceiveAsync(buffer, limit.Token) is > 0 and var count) text.Append(Encoding.UTF8.GetString(buffer, 0, count));
            return text.ToString();
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!await condition())
        {
            Assert.False(limit.IsCancellationRequested, "not in time");
            await Task.Delay(20);
        }
    }

    private sealed class World(SmallNetwork network, MemoryStore store, ApiServer server, HttpMessageHandler handler) : IAsyncDisposable
    {
        private readonly ConcurrentQueue<Exception> _errors = [];

        public ApiClient Client { get; } = new(new ApiClientOptions { Handler = handler });

        public static async Task<World> StartAsync(SmallNetwork network)
        {
            var store = new MemoryStore(TimeProvider.System);
            var server = new ApiServer(new ApiServerOptions { DisabledAdmissionPlugins = ApiServerOptions.PluginsThatNeedControllers, Store = store, Time = TimeProvider.System, Random = new Random(1) });
            await server.StartAsync();
            return new World(network, store, server, server.CreateHandler());
        }

        public Task<Service> CreateAsync(string name, string type, string? label = null, string value = "", bool isLocal = false) => Client.Resource<Service>().In("default").CreateAsync(new Service
        {
            Metadata = new ObjectMeta { Name = name, Namespace = "default", Labels = label is null ? default : ApiMap<string>.From((label, value)) },
            Spec = new ServiceSpec { Type = type, ExternalTrafficPolicy = isLocal ? "Local" : "", Ports = [new ServicePort { Name = "main", Port = 80, Protocol = "TCP" }] },
        });

        public Task EndpointsAsync(Service service, params int[] pods) => EndpointsAsync(service, static endpoint => endpoint, pods);

        public async Task EndpointsAsync(Service service, Func<Endpoint, Endpoint> change, params int[] pods)
        {
            var slices = Client.Resource<EndpointSlice>().In("default");
            var slice = Samples.Slice(service, 8080, [.. pods.Select(pod => change(Samples.Pod(pod)))]);
            if (await slices.FindAsync(slice.Metadata.Name) is { } found) await slices.UpdateAsync(slice with { Metadata = found.Metadata });
            else await slices.CreateAsync(slice);
        }

        public RunningProxy RunProxy(Func<ProxyOptions, ProxyOptions>? configure = null)
        {
            var options = new ProxyOptions
            {
                NodeName = Samples.NodeName,
                Time = TimeProvider.System,
                ClusterNetworks = [IPNetwork.Parse("10.244.0.0/16")],
                Namespace = network.NodeNamespace,
                BridgedPackets = BridgedPackets.Enabled,
                OnError = _errors.Enqueue,
            };
            return new RunningProxy(new ServiceProxy(Client, configure?.Invoke(options) ?? options));
        }

        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            handler.Dispose();
            await server.DisposeAsync();
            await store.DisposeAsync();
        }
    }

    private sealed class RunningProxy : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _running;

        public RunningProxy(ServiceProxy proxy) => _running = Task.Run(() => proxy.RunAsync(_stop.Token));

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _running.WaitAsync(Patience);
            _stop.Dispose();
        }
    }
}
