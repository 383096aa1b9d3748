using System.Collections.Concurrent;
using Keelson.Api;
using Keelson.Api.Apps.V1;
using Keelson.Api.Batch.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Discovery.V1;
using Keelson.Api.Meta.V1;
using Keelson.Client;
using Keelson.Client.Informers;
using Keelson.Server.Registry;
using Keelson.Server.Serving;
using Keelson.Storage.Memory;
using Keelson.Testing;

namespace Keelson.Control.Tests.Cluster;

/// <summary>An API server, the controllers and a played kubelet in this process, on a clock that the test turns.</summary>
internal sealed class ControlCluster : IAsyncDisposable
{
    private readonly MemoryStore _store;
    private readonly ApiServer _server;
    private readonly RequestCounter _counter;
    private readonly ApiClient _controlled;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<ControllerFailure> _failures = new();
    private readonly List<Task> _running = [];

    /// <summary>In real time, as a busy machine needs it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private ControlCluster(VirtualClock clock)
    {
        Clock = clock;
        _store = new MemoryStore(clock);
        _server = new ApiServer(new ApiServerOptions { DisabledAdmissionPlugins = ApiServerOptions.PluginsThatNeedControllers, Store = _store, Time = clock, Random = new Random(1), Apis = ServedApis.Parse("storagemigration.k8s.io/v1beta1=true") });
        _server.StartAsync().GetAwaiter().GetResult();
        _counter = new RequestCounter(_server.CreateHandler());
        // A request takes no time on this clock, however often it is turned meanwhile.
        _controlled = new ApiClient(new ApiClientOptions { Handler = _counter, Time = clock, RequestTimeout = TimeSpan.FromDays(30) });
        Client = new ApiClient(_counter);
        Informers = new InformerFactory(Client);
        Kubelet = new PlayedKubelet(Client, Informers, clock);
    }

    public VirtualClock Clock { get; }

    /// <summary>Where the server keeps everything.</summary>
    public MemoryStore Store => _store;

    /// <summary>The test's own client, which lives in real time.</summary>
    public ApiClient Client { get; }

    /// <summary>The test's own view of the cluster.</summary>
    public InformerFactory Informers { get; }

    public PlayedKubelet Kubelet { get; }

    public Time Now => Time.FromDateTimeOffset(Clock.GetUtcNow());

    public IReadOnlyCollection<ControllerFailure> Failures => _failures;

    public static Task<ControlCluster> StartAsync(params string[] controllers) => StartAsync(new ControlPlaneOptions { Names = controllers });

    public static async Task<ControlCluster> StartAsync(ControlPlaneOptions options)
    {
        var cluster = new ControlCluster(new VirtualClock());
        // What tests look at is followed from the start, so that a look never comes before the first list.
        cluster.Follow<Pod>().Follow<Event>().Follow<Deployment>().Follow<ReplicaSet>().Follow<DaemonSet>().Follow<StatefulSet>().Follow<Job>().Follow<Namespace>()
            .Follow<Node>().Follow<Service>().Follow<Endpoints>().Follow<EndpointSlice>().Follow<ServiceAccount>().Follow<ConfigMap>();
        cluster._running.Add(cluster.Informers.RunAsync(cluster._stop.Token));
        await cluster.Informers.WaitForSyncAsync(CancellationToken.None);
        cluster._running.Add(cluster.Kubelet.RunAsync(cluster._stop.Token));
        cluster._running.Add(ControlPlane.RunAsync(cluster._controlled, options with { OnError = cluster._failures.Enqueue }, cluster._stop.Token));
        return cluster;
    }

    private ControlCluster Follow<T>()
        where T : class, IResource<T>
    {
        Informers.For<T>();
        return this;
    }

    public Task<T> CreateAsync<T>(T value)
        where T : class, IResource<T> => Client.Resource<T>().CreateAsync(value);

    /// <summary>Reads, changes and writes an object, again where another was faster.</summary>
    public async Task<T> ChangeAsync<T>(string name, Func<T, T> change, string inNamespace = "default")
        where T : class, IResource<T>
    {
        var resource = Client.Resource<T>().In(inNamespace);
        for (; ; )
        {
            try
            {
                return await resource.UpdateAsync(change(await resource.GetAsync(name)));
            }
            catch (ApiException overtaken) when (overtaken.IsConflict)
            {
                // Once more.
            }
        }
    }

    public IReadOnlyList<T> All<T>()
        where T : class, IResource<T> => [.. Informers.For<T>().Snapshot.All];

    public T? Find<T>(string name, string inNamespace = "default")
        where T : class, IResource<T> => Informers.For<T>().Get(new ObjectKey(ApiResource.Of<T>().IsNamespaced ? inNamespace : "", name));

    public IReadOnlyList<Pod> LivingPods => [.. All<Pod>().Where(pod => pod.Metadata.DeletionTimestamp is null && pod.Status.Phase is not (PodPhase.Failed or PodPhase.Succeeded))];

    /// <summary>Turns the clock from timer to timer, each time once the work that the last one set off has come to rest, until the condition holds.</summary>
    public async Task WaitForAsync(Func<bool> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            await _counter.WaitForRestAsync();
            if (condition()) return;
            if (TimeProvider.System.GetElapsedTime(started) > Patience) throw Explain(new TimeoutException($"The condition did not come to hold. {Clock}"));
            Clock.AdvanceToNextTimer();
        }
    }

    private TimeoutException Explain(TimeoutException late)
    {
        var pods = string.Join(", ", All<Pod>().Select(pod => $"{pod.Metadata.Name}={pod.Status.Phase}{(pod.Metadata.DeletionTimestamp is null ? "" : " going")}"));
        return new TimeoutException($"{late.Message}\npods: {pods}\nfailures: {string.Join("\n", _failures.Select(failure => $"{failure.Controller} {failure.Key}: {failure.Failure}"))}", late);
    }

    /// <summary>The events about an object, as "reason: message".</summary>
    public IReadOnlyList<string> EventsOf(string name) =>
        [.. All<Event>().Where(value => value.InvolvedObject.Name == name).OrderBy(value => value.Metadata.Name, StringComparer.Ordinal).Select(value => $"{value.Reason}: {value.Message}")];

    public static PodTemplateSpec Template(string image = "one", string app = "web") => new()
    {
        Metadata = new ObjectMeta { Labels = ApiMap<string>.From(("app", app)) },
        Spec = new PodSpec { Containers = [new Container { Name = "main", Image = image }] },
    };

    public static LabelSelector Selector(string app = "web") => new() { MatchLabels = ApiMap<string>.From(("app", app)) };

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running);
        _controlled.Dispose();
        Client.Dispose();
        _counter.Dispose();
        await _server.DisposeAsync();
        await _store.DisposeAsync();
        _stop.Dispose();
    }
}
