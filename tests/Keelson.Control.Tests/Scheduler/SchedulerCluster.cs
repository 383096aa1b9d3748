using Keelson.Api.Core.V1;
using Keelson.Client;
using Keelson.Client.Informers;
using Keelson.Client.Resources;
using Keelson.Control.Scheduler;
using Keelson.Server.Serving;
using Keelson.Storage.Memory;
using Keelson.Testing;

namespace Keelson.Control.Tests.Scheduler;

/// <summary>The real API server in this process with a scheduler, on a clock that the test turns.</summary>
internal sealed class SchedulerCluster : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);

    private readonly CancellationTokenSource _stop = new(Deadline, TimeProvider.System);
    private readonly MemoryStore _store;
    private readonly ApiServer _server;
    private readonly HttpMessageHandler _handler;
    private readonly List<Task> _running = [];

    private SchedulerCluster(MemoryStore store, ApiServer server, VirtualClock clock)
    {
        (_store, _server, _handler) = (store, server, server.CreateHandler());
        Clock = clock;
        Client = new ApiClient(new ApiClientOptions { Handler = _handler, Time = clock, UseProtobuf = true });
        var seen = new InformerFactory(Client);
        Pods = seen.For<Pod>();
        Events = seen.For<Event>();
        _running.Add(seen.RunAsync(_stop.Token));
    }

    public VirtualClock Clock { get; }

    public ApiClient Client { get; }

    public Informer<Pod> Pods { get; }

    public Informer<Event> Events { get; }

    public List<Exception> Failures { get; } = [];

    public ResourceClient<Pod> DefaultPods => Client.Resource<Pod>().In("default");

    public static async Task<SchedulerCluster> StartAsync()
    {
        var clock = new VirtualClock();
        var store = new MemoryStore(clock);
        var server = new ApiServer(new ApiServerOptions { DisabledAdmissionPlugins = [.. ApiServerOptions.PluginsThatNeedControllers, "Priority"], Store = store, Time = clock, Random = new Random(1) });
        await server.StartAsync();
        return new SchedulerCluster(store, server, clock);
    }

    public void Schedule(SchedulerOptions? options = null) =>
        _running.Add(new PodScheduler(Client, (options ?? new SchedulerOptions()) with { OnError = Failures.Add }).RunAsync(_stop.Token));

    public async Task NodesAsync(params Node[] nodes)
    {
        foreach (var node in nodes) await Client.Resource<Node>().CreateAsync(node, cancel: _stop.Token);
    }

    public async Task PodsAsync(params Pod[] pods)
    {
        foreach (var pod in pods) await DefaultPods.CreateAsync(pod with { Metadata = pod.Metadata with { Uid = "" } }, cancel: _stop.Token);
    }

    public Pod? Pod(string name) => Pods.Get(new ObjectKey("default", name));

    public string? NodeOf(string name) => Pod(name)?.Spec.NodeName;

    public bool HasEvent(string about, string reason, string message) =>
        Events.Snapshot.All.Any(found => found.InvolvedObject.Name == about && found.Reason == reason && found.Message == message);

    public async Task UntilAsync(Func<bool> condition)
    {
        try
        {
            await Clock.AdvanceUntilAsync(condition, TimeSpan.FromMinutes(1), cancel: _stop.Token);
        }
        catch (TimeoutException failure)
        {
            throw new TimeoutException($"{failure.Message}\n{string.Join('\n', Describe())}", failure);
        }
    }

    /// <summary>What a failing test wants to know.</summary>
    private IEnumerable<string> Describe() =>
    [
        .. Pods.Snapshot.All.Select(pod => $"{pod.Metadata.Name} on '{pod.Spec.NodeName}' {pod.Spec.SchedulerName} {string.Join(", ", pod.Status.Conditions.Select(condition => condition.Message))}"),
        .. Events.Snapshot.All.Select(found => $"{found.InvolvedObject.Name}: {found.Reason} {found.Message}"),
        .. Failures.Select(failure => failure.ToString()),
    ];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running);
        Client.Dispose();
        _handler.Dispose();
        await _server.DisposeAsync();
        await _store.DisposeAsync();
        _stop.Dispose();
    }
}
