using Keelson.Api.Meta.V1;
using Keelson.Client;
using Keelson.Client.Discovery;
using Keelson.Client.Informers;

namespace Keelson.Control.Controllers.GarbageCollection;

/// <summary>Follows the metadata of every kind of object that the server has, as kinds come and go.</summary>
internal sealed class Monitors(ControllerContext context, Func<ApiResource, IInformerHandler<PartialObjectMetadata>> handler, Action<ApiResource> removed) : IAsyncDisposable
{
    private readonly Dictionary<ApiResource, Monitor> _running = [];

    /// <summary>Which kinds there are as far as is known.</summary>
    public ResourceMapper? Mapper { get; private set; }

    /// <summary>Asks the server what it serves and follows it from now on.</summary>
    public async Task RefreshAsync(CancellationToken cancel)
    {
        var mapper = await context.Client.Discovery.GetMapperAsync(cancel).ConfigureAwait(false);
        Mapper = mapper;
        var wanted = Collectable(mapper.Served);
        foreach (var resource in wanted)
        {
            if (_running.ContainsKey(resource)) continue;
            var options = new InformerOptions { Seed = context.Options.Seed, OnError = failure => context.Report("garbage-collector", new ObjectKey("", resource.ToString()), 0, failure) };
            var informer = new Informer<PartialObjectMetadata>(context.Client.Metadata(resource), options);
            var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            _running[resource] = new Monitor(informer, informer.AddHandler(handler(resource)), stop, informer.RunAsync(stop.Token));
        }

        // A group whose server does not answer is not gone.
        if (mapper.Served.Failures.Count > 0) return;
        foreach (var (resource, monitor) in _running.ToList())
        {
            if (wanted.Contains(resource)) continue;
            _running.Remove(resource);
            await monitor.StopAsync().ConfigureAwait(false);
            removed(resource);
        }
    }

    public Task WaitForSyncAsync(CancellationToken cancel) => Task.WhenAll(_running.Values.Select(monitor => monitor.Informer.WaitForSyncAsync(cancel)));

    public async ValueTask DisposeAsync()
    {
        foreach (var monitor in _running.Values) await monitor.StopAsync().ConfigureAwait(false);
        _running.Clear();
    }

    // Each resource once, in the version that its group prefers. Events own nothing and come in masses.
    private static HashSet<ApiResource> Collectable(ServedResources served) =>
    [
        .. served.Resources
            .Where(entry => entry.Can("list") && entry.Can("watch") && entry.Can("delete") && entry.Resource is not { Plural: "events", Group: "" or "events.k8s.io" })
            .DistinctBy(entry => (entry.Resource.Group, entry.Resource.Plural))
            .Select(entry => entry.Resource),
    ];

    private sealed record Monitor(Informer<PartialObjectMetadata> Informer, IDisposable Registration, CancellationTokenSource Stop, Task Running)
    {
        public async Task StopAsync()
        {
            await Stop.CancelAsync().ConfigureAwait(false);
            await Running.ConfigureAwait(false);
            Registration.Dispose();
            Stop.Dispose();
        }
    }
}
