using System.Threading.Channels;
using Keelson.Api;
using Keelson.Api.Meta.V1;
using Keelson.Api.Values;
using Keelson.Client.Resources;

namespace Keelson.Client.Informers;

/// <summary>Informers that a process shares: one for each resource, namespace and selection, however many ask for it.</summary>
public sealed class InformerFactory
{
    private readonly ApiClient _client;
    private readonly InformerOptions _options;
    private readonly Lock _lock = new();
    private readonly Dictionary<Key, IInformer> _informers = [];
    private readonly Channel<IInformer> _new = Channel.CreateUnbounded<IInformer>();
    private int _seed;

    public InformerFactory(ApiClient client, InformerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        _client = client;
        _options = options ?? new InformerOptions();
        _seed = _options.Seed;
    }

    /// <summary>The informer of a declared kind.</summary>
    public Informer<T> For<T>(string? inNamespace = null, Selection? selection = null)
        where T : class, IResource<T> => Get(_client.Resource<T>(), inNamespace, selection);

    /// <summary>The informer of any kind, as values.</summary>
    public Informer<MapValue> Dynamic(ApiResource resource, string? inNamespace = null, Selection? selection = null) =>
        Get(_client.Dynamic(resource), inNamespace, selection);

    /// <summary>The informer of any kind's metadata.</summary>
    public Informer<PartialObjectMetadata> Metadata(ApiResource resource, string? inNamespace = null, Selection? selection = null) =>
        Get(_client.Metadata(resource), inNamespace, selection);

    /// <summary>Runs all informers, also those that are asked for later, until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var running = new List<Task>();
        try
        {
            while (true)
            {
                var next = _new.Reader.WaitToReadAsync(stop.Token).AsTask();
                var ended = await Task.WhenAny([next, .. running]).ConfigureAwait(false);
                await ended.ConfigureAwait(false);
                running.RemoveAll(static task => task.IsCompletedSuccessfully);
                while (_new.Reader.TryRead(out var informer)) running.Add(informer.RunAsync(stop.Token));
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // That is how it ends.
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(running).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until every informer that was asked for so far has had everything once.</summary>
    public Task WaitForSyncAsync(CancellationToken cancel)
    {
        lock (_lock) return Task.WhenAll(_informers.Values.Select(informer => informer.WaitForSyncAsync(cancel)));
    }

    private Informer<T> Get<T>(ResourceClient<T> client, string? inNamespace, Selection? selection)
        where T : class
    {
        var key = new Key(typeof(T), client.Resource, inNamespace ?? "", selection?.Labels?.ToString() ?? "", selection?.Fields?.ToString() ?? "");
        lock (_lock)
        {
            if (_informers.TryGetValue(key, out var found)) return (Informer<T>)found;
            var informer = new Informer<T>(client.In(inNamespace), _options with { Selection = selection, Seed = _seed++ });
            _informers[key] = informer;
            _new.Writer.TryWrite(informer);
            return informer;
        }
    }

    private sealed record Key(Type Form, ApiResource Resource, string Namespace, string Labels, string Fields);
}
