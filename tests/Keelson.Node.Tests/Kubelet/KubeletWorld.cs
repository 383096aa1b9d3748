using System.Collections.Concurrent;
using System.Text;
using Keelson.Api;
using Keelson.Api.Authentication.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Client;
using Keelson.Client.Resources;
using Keelson.Node.Kubelet;
using Keelson.Node.Runtime.Simulated;
using Keelson.Server.Serving;
using Keelson.Storage.Memory;
using Keelson.Testing;

namespace Keelson.Node.Tests.Kubelet;

/// <summary>An API server in this process, kubelets with simulated runtimes, and the clock of all of them.</summary>
internal sealed class KubeletWorld : IAsyncDisposable
{
    /// <summary>In real time, as a busy machine needs it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly MemoryStore _store;
    private readonly ApiServer _server;
    private readonly RequestCounter _counter;

    // The kubelet may do no more than that of node-1.
    private readonly RequestCounter _kubeletCounter;
    private readonly ApiClient _kubeletClient;
    private CancellationTokenSource? _stop;
    private Task? _running;

    private KubeletWorld(VirtualClock clock, MemoryStore store, ApiServer server)
    {
        Clock = clock;
        _store = store;
        _server = server;
        _counter = new RequestCounter(server.CreateHandler());
        Client = new ApiClient(new ApiClientOptions { Handler = _counter, Time = clock });
        _kubeletCounter = new RequestCounter(server.CreateHandler(new UserInfo { Username = "system:node:node-1", Groups = ["system:nodes", "system:authenticated"] }));
        _kubeletClient = new ApiClient(new ApiClientOptions { Handler = _kubeletCounter, Time = clock });
        Runtime = new SimulatedRuntime(new SimulatedOptions { Time = clock, WritesLogs = true, ImageExists = name => !name.Contains("missing", StringComparison.Ordinal) });
    }

    public VirtualClock Clock { get; }

    public ApiClient Client { get; }

    public SimulatedRuntime Runtime { get; }

    public ConcurrentQueue<Exception> Errors { get; } = [];

    public string? RootDirectory { get; init; }

    public ResourceClient<Pod> Pods => Client.Resource<Pod>().In("default");

    public static async Task<KubeletWorld> StartAsync(bool withKubelet = true, string? root = null)
    {
        var clock = new VirtualClock();
        var store = new MemoryStore(clock);
        var server = new ApiServer(new ApiServerOptions { DisabledAdmissionPlugins = ApiServerOptions.PluginsThatNeedControllers, Store = store, Time = clock, Random = new Random(1) });
        await server.StartAsync();
        var world = new KubeletWorld(clock, store, server) { RootDirectory = root };
        if (await world.Client.Resource<Namespace>().FindAsync("kube-node-lease") is null)
        {
            await world.Client.Resource<Namespace>().CreateAsync(new Namespace { Metadata = new ObjectMeta { Name = "kube-node-lease" } });
        }

        if (withKubelet) world.StartKubelet();
        return world;
    }

    public KubeletOptions Options => new() { NodeName = "node-1", Runtime = Runtime, Time = Clock, RootDirectory = RootDirectory, NodeAddress = "192.0.2.1", OnError = Errors.Enqueue };

    public void StartKubelet(KubeletOptions? options = null) => Run(cancel => new NodeAgent(_kubeletClient, options ?? Options).RunAsync(cancel));

    public void Run(Func<CancellationToken, Task> work)
    {
        var stop = _stop = new CancellationTokenSource();
        _running = Task.Run(() => work(stop.Token));
    }

    /// <summary>Ends the kubelet and leaves what runs as it is.</summary>
    public async Task StopKubeletAsync()
    {
        if (_stop is null) return;
        await _stop.CancelAsync();
        try
        {
            await _running!.WaitAsync(TimeSpan.FromSeconds(20));
        }
        catch (OperationCanceledException)
        {
            // That is how it ends.
        }

        _stop.Dispose();
        _stop = null;
    }

    /// <summary>Creates a pod on the node; the text is the inside of its spec in JSON, after its containers.</summary>
    public Task<Pod> CreateAsync(string name, string spec = """ "containers":[{"name":"c","image":"nginx"}] """, string annotations = "{}", string node = "node-1")
    {
        var json = $$"""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"{{name}}","namespace":"default","annotations":{{annotations}}},"spec":{"nodeName":"{{node}}",{{spec}} } }""";
        return Pods.CreateAsync(ApiJson.Decode<Pod>(Encoding.UTF8.GetBytes(json)));
    }

    /// <summary>Turns the clock until the pod is as wanted.</summary>
    public async Task<Pod> UntilAsync(string name, Func<Pod, bool> condition, TimeSpan? within = null)
    {
        Pod? last = null;
        try
        {
            await UntilAsync(async () => (last = await Pods.FindAsync(name)) is { } pod && condition(pod), within);
        }
        catch (TimeoutException timeout)
        {
            throw new TimeoutException($"{timeout.Message}\n{(last is null ? "no pod" : Encoding.UTF8.GetString(ApiJson.Encode(last)))}\n{string.Join('\n', Errors.Take(5))}", timeout);
        }

        return last!;
    }

    public Task UntilGoneAsync(string name, TimeSpan? within = null) => UntilAsync(async () => await Pods.FindAsync(name) is null, within);

    public async Task UntilAsync(Func<Task<bool>> condition, TimeSpan? within = null)
    {
        var latest = Clock.GetUtcNow() + (within ?? TimeSpan.FromMinutes(10));
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            // Work that no timer drives comes to rest before the clock is turned.
            await _counter.WaitForRestAsync();
            await _kubeletCounter.WaitForRestAsync();
            if (await condition()) return;
            if (TimeProvider.System.GetElapsedTime(started) > Patience) throw new TimeoutException($"not within {Patience} of real time. {Clock}");
            if (Clock.GetUtcNow() >= latest) throw new TimeoutException($"not within the time. {Clock}");
            if (Clock.NextTimerAt is { } next && next <= latest) Clock.AdvanceToNextTimer();
            else Clock.AdvanceTo(latest);
        }
    }

    /// <summary>Events are written after what they tell of, so they are waited for.</summary>
    public async Task UntilEventAsync(string name, string text)
    {
        List<string> events = [];
        try
        {
            await UntilAsync(async () => (events = await EventsAsync(name)).Contains(text), TimeSpan.FromMinutes(1));
        }
        catch (TimeoutException)
        {
            Assert.Contains(text, events);
        }
    }

    public async Task<List<string>> EventsAsync(string name) =>
        [.. (await Client.Resource<Event>().In("default").ListAsync()).Items.Where(item => item.InvolvedObject.Name == name).Select(item => $"{item.Type} {item.Reason} {item.Message}")];

    public async ValueTask DisposeAsync()
    {
        await StopKubeletAsync();
        Client.Dispose();
        _kubeletClient.Dispose();
        _counter.Dispose();
        _kubeletCounter.Dispose();
        await Runtime.DisposeAsync();
        await _server.DisposeAsync();
        await _store.DisposeAsync();
    }
}

/// <summary>Short questions to a pod.</summary>
internal static class PodQuestions
{
    public static bool IsReady(this Pod pod) => pod.Status.Conditions.Any(condition => condition is { Type: "Ready", Status: "True" });

    public static PodCondition Condition(this Pod pod, string type) => pod.Status.Conditions.First(condition => condition.Type == type);

    /// <summary>What is known of a container; nothing before the kubelet has told of it.</summary>
    public static Api.Core.V1.ContainerStatus Container(this Pod pod, string name = "c") =>
        pod.Status.ContainerStatuses.Concat(pod.Status.InitContainerStatuses).FirstOrDefault(status => status.Name == name) ?? new();
}
