using System.Collections.Concurrent;
using Keelson.Api.Authentication.V1;
using Keelson.Client;
using Keelson.Control;
using Keelson.Control.Scheduler;
using Keelson.Node.Kubelet;
using Keelson.Node.Kubelet.Serving.Simulated;
using Keelson.Node.Runtime;
using Keelson.Server.Nodes;
using Keelson.Server.Registry;
using Keelson.Server.Serving;
using Keelson.Storage;
using Keelson.Storage.Memory;
using Keelson.Testing.Faults;

namespace Keelson.Testing;

/// <summary>
/// A cluster inside the test's process: API server, controllers, scheduler and simulated nodes, its state in memory, its
/// clock turned by the test, no socket and no file.
/// </summary>
/// <remarks>Whatever is in it gets the cluster's clock, chance and store from here, and from nowhere else.</remarks>
public sealed class TestCluster : IAsyncDisposable
{
    /// <summary>How long a condition may take to hold, in real time; a busy machine needs it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly TestClusterOptions _options;
    private readonly MemoryStore _memory;
    private readonly FaultyStore _store;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<Exception> _failures = new();
    private readonly SimulatedEndpoint _endpoint;
    private readonly List<Task> _running = [];
    private ApiServer? _server;
    private RequestCounter? _counter;
    private ApiClient? _client;
    private ApiClient? _partsClient;
    private SimulatedNodes? _nodes;

    private TestCluster(TestClusterOptions options, MemoryStore memory, VirtualClock clock, RandomSource random)
    {
        _options = options;
        _memory = memory;
        _store = new FaultyStore(memory);
        Clock = clock;
        _endpoint = new SimulatedEndpoint(clock);
        Random = random;
    }

    /// <summary>The only clock that the cluster knows.</summary>
    public VirtualClock Clock { get; }

    /// <summary>The only chance that the cluster knows.</summary>
    public RandomSource Random { get; }

    /// <summary>The state, as the cluster's own parts see it, faults included.</summary>
    public IStore Store => _store;

    /// <summary>What goes wrong with the store.</summary>
    public StoreFaults Faults => _store.Faults;

    /// <summary>The test's own client, which may do everything and lives in real time.</summary>
    public ApiClient Client => _client ?? throw NoServer();

    /// <summary>What went wrong inside of the cluster's parts, which went on by themselves.</summary>
    public IReadOnlyCollection<Exception> Failures => _failures;

    /// <summary>The containers of the nodes, in the order of their names.</summary>
    public IReadOnlyList<IContainerRuntime> Runtimes => _nodes?.Runtimes ?? [];

    /// <summary>Starts a cluster; when this returns its API server and its nodes are ready.</summary>
    public static async ValueTask<TestCluster> StartAsync(TestClusterOptions? options = null, CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        options ??= new TestClusterOptions();
        var clock = new VirtualClock(options.StartTime);
        return await StartAsync(options, new MemoryStore(clock, options.Store), clock, new RandomSource(options.Seed), cancel).ConfigureAwait(false);
    }

    /// <summary>
    /// A second cluster that begins with everything this one has at this moment, and from there on goes its
    /// own way: its own clock that shows the same time, its own chance, no faults.
    /// </summary>
    /// <remarks>The state costs the same however much it is. Watches stay with the original, and so do containers: the nodes of the fork start those of their pods anew.</remarks>
    public ValueTask<TestCluster> ForkAsync(CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        var clock = new VirtualClock(Clock.GetUtcNow());
        return StartAsync(_options, _memory.Fork(clock), clock, Random.Fork(), cancel);
    }

    /// <summary>A client for the code under test: it may do everything, and its waits are the cluster's time.</summary>
    public ApiClient CreateClient() => new(new ApiClientOptions { Handler = _counter ?? throw NoServer(), Time = Clock, RequestTimeout = Timeout.InfiniteTimeSpan });

    /// <summary>Leads requests to the API server, as a user.</summary>
    public HttpMessageHandler CreateHandler(UserInfo? user = null) => new RequestCounter((_server ?? throw NoServer()).CreateHandler(user));

    /// <summary>Turns the clock from timer to timer, each time once the work that the last one set off has come to rest, until the condition holds.</summary>
    public Task WaitForAsync(Func<bool> condition) => WaitForAsync(() => Task.FromResult(condition()));

    /// <summary>As <see cref="WaitForAsync(Func{bool})"/>, for a condition that asks the server.</summary>
    public async Task WaitForAsync(Func<Task<bool>> condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            await (_counter ?? throw NoServer()).WaitForRestAsync().ConfigureAwait(false);
            if (await condition().ConfigureAwait(false)) return;
            if (TimeProvider.System.GetElapsedTime(started) > Patience)
                throw new TimeoutException($"The condition did not come to hold in {Patience.TotalSeconds:0} s of real time. {Clock}\n{string.Join('\n', _failures.Take(5))}");
            Clock.AdvanceToNextTimer();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        foreach (var part in _running)
        {
            try
            {
                await part.ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // That is how it ends.
            }
        }

        if (_nodes is not null) await _nodes.DisposeAsync().ConfigureAwait(false);
        _partsClient?.Dispose();
        _client?.Dispose();
        _counter?.Dispose();
        if (_server is not null) await _server.DisposeAsync().ConfigureAwait(false);
        await _endpoint.DisposeAsync().ConfigureAwait(false);
        await _store.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private static async ValueTask<TestCluster> StartAsync(TestClusterOptions options, MemoryStore memory, VirtualClock clock, RandomSource random, CancellationToken cancel)
    {
        var cluster = new TestCluster(options, memory, clock, random);
        try
        {
            if (options.Parts != ClusterParts.None) await cluster.StartPartsAsync(cancel).ConfigureAwait(false);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task StartPartsAsync(CancellationToken cancel)
    {
        var hasControllers = _options.Parts.HasFlag(ClusterParts.Controllers) && _options.Controllers is null;
        _server = new ApiServer(new ApiServerOptions
        {
            Store = _store,
            Time = Clock,
            Random = Random.Stream("api-server"),
            Apis = ServedApis.Parse(_options.RuntimeConfig),
            ServiceRanges = _options.ServiceRanges,
            Nodes = new NodeAccess { Dial = _endpoint.DialAsync, VerifiesKubelets = false },
            DisabledAdmissionPlugins = hasControllers ? [] : ApiServerOptions.PluginsThatNeedControllers,
        });
        await _server.StartAsync(cancel).ConfigureAwait(false);
        _counter = new RequestCounter(_server.CreateHandler());
        _client = new ApiClient(_counter);
        _partsClient = CreateClient();
        if (_options.Parts.HasFlag(ClusterParts.Controllers)) Run(token => ControlPlane.RunAsync(_partsClient, ControllerOptions(), token));
        if (_options.Parts.HasFlag(ClusterParts.Scheduler)) Run(token => new PodScheduler(_partsClient, new SchedulerOptions { Seed = Random.Stream("scheduler").Next(), OnError = _failures.Enqueue }).RunAsync(token));
        if (!_options.Parts.HasFlag(ClusterParts.Nodes)) return;
        var names = Enumerable.Range(1, _options.Nodes).Select(number => $"node-{number}").ToList();
        _nodes = new SimulatedNodes(_partsClient, names, Clock, node => node with { OnError = _failures.Enqueue }, _endpoint);
        Run(_nodes.RunAsync);
        await WaitForAsync(async () => (await _client.Resource<Api.Core.V1.Node>().ListAsync(cancel: cancel).ConfigureAwait(false)).Items is { } ready
            && names.TrueForAll(name => ready.Any(node => node.Metadata.Name == name && node.Status.Conditions.Any(condition => condition is { Type: "Ready", Status: "True" })))).ConfigureAwait(false);
    }

    private void Run(Func<CancellationToken, Task> part) => _running.Add(Task.Run(() => part(_stop.Token)));

    private ControlPlaneOptions ControllerOptions() => new()
    {
        Names = _options.Controllers,
        Seed = Random.Stream("controllers").Next(),
        OnError = failure => _failures.Enqueue(failure.Failure),
    };

    private static InvalidOperationException NoServer() => new("the cluster consists of its store; give it an API server in TestClusterOptions.Parts");
}
