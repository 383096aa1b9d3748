using System.Collections.Immutable;
using Keelson.Client.Resources;

namespace Keelson.Client.Informers;

/// <summary>A cache of a resource's objects that follows the server, and tells handlers of every change.</summary>
public interface IInformer
{
    ApiResource Resource { get; }

    /// <summary>Whether the cache has had everything once.</summary>
    bool HasSynced { get; }

    Task WaitForSyncAsync(CancellationToken cancel);

    /// <summary>Follows the server until it is cancelled. To be called once.</summary>
    Task RunAsync(CancellationToken cancel);
}

/// <inheritdoc cref="IInformer"/>
/// <remarks>
/// Objects are decoded once and shared. The cache never goes back in time: while the server is away it shows what was
/// last known. An object whose version is the same after the cache was filled anew is not told of again.
/// </remarks>
public sealed partial class Informer<T> : IInformer
    where T : class
{
    private readonly ResourceClient<T> _client;
    private readonly InformerOptions _options;
    private readonly ObjectForm<T> _form;
    private readonly ObjectCache<T> _cache;
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Registration[] _handlers = [];
    private CancellationToken _running;
    private bool _isRunning;

    public Informer(ResourceClient<T> client, InformerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        _client = client;
        _options = options ?? new InformerOptions();
        _form = client.Form;
        _cache = new ObjectCache<T>(_form);
        if (client.Resource.IsNamespaced) _cache.AddIndex(ObjectIndexes.ByNamespace(_form));
    }

    public ApiResource Resource => _client.Resource;

    /// <summary>All objects as they are known now.</summary>
    public ObjectSnapshot<T> Snapshot => _cache.Snapshot;

    public bool HasSynced => _synced.Task.IsCompletedSuccessfully;

    /// <summary>How often everything was read from the server.</summary>
    public long Lists { get; private set; }

    /// <summary>How often a watch was begun, those that began with a list not counted.</summary>
    public long Watches { get; private set; }

    public T? Get(ObjectKey key) => _cache.Snapshot.Get(key);

    public Task WaitForSyncAsync(CancellationToken cancel) => _synced.Task.WaitAsync(cancel);

    /// <summary>Adds an index; best before the informer runs, as it goes through all objects.</summary>
    public Informer<T> AddIndex(ObjectIndex<T> index)
    {
        lock (_gate) _cache.AddIndex(index);
        return this;
    }

    /// <summary>Lets objects be found by the uid of any owner (<see cref="ObjectIndexes.Owner"/>).</summary>
    public Informer<T> AddOwnerIndex() => AddIndex(ObjectIndexes.ByOwner(_form));

    /// <summary>Lets objects be found by the uid of their controller (<see cref="ObjectSnapshot{T}.ControlledBy"/>).</summary>
    public Informer<T> AddControllerIndex() => AddIndex(ObjectIndexes.ByController(_form));

    /// <summary>Lets objects be found by a label's value, in an index named "label:" and the label.</summary>
    public Informer<T> AddLabelIndex(string label) => AddIndex(ObjectIndexes.ByLabel(_form, label));

    /// <summary>Adds a handler, which is told of what is there and then of every change, until the result is disposed.</summary>
    /// <param name="resyncPeriod">How often the handler is told of all objects again; never when null.</param>
    public IDisposable AddHandler(IInformerHandler<T> handler, TimeSpan? resyncPeriod = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        var registration = new Registration(this, handler);
        lock (_gate)
        {
            _handlers = [.. _handlers, registration];
            foreach (var value in _cache.Snapshot.All) registration.Add(value, isInitial: true);
            if (resyncPeriod is { } period) registration.ResyncEvery(period, _client.Options.Time);
        }

        return registration;
    }

    /// <summary>Adds a handler that takes the key of whatever changed.</summary>
    public IDisposable AddHandler(Action<ObjectKey> changed, TimeSpan? resyncPeriod = null) => AddHandler(
        new InformerHandler<T> { Added = value => changed(_form.Key(value)), Updated = (_, after) => changed(_form.Key(after)), Deleted = last => changed(_form.Key(last)) },
        resyncPeriod);

    public async Task RunAsync(CancellationToken cancel)
    {
        lock (_gate)
        {
            if (_isRunning) throw new InvalidOperationException("The informer runs already, or has run.");
            _isRunning = true;
            _running = cancel;
        }

        try
        {
            await new Reflector<T>(_client, _options, new Target(this)).RunAsync(cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // That is how it ends.
        }
        finally
        {
            lock (_gate)
            {
                foreach (var handler in _handlers) handler.Dispose();
            }

            _synced.TrySetCanceled(CancellationToken.None);
        }
    }

    private void Replace(ImmutableDictionary<ObjectKey, T> objects, string resourceVersion)
    {
        lock (_gate)
        {
            var before = _cache.Snapshot.Objects;
            var isInitial = !HasSynced;
            // The object that was there stays where it is the same version: whoever holds it keeps sharing it.
            var shared = objects.ToBuilder();
            foreach (var (key, value) in objects)
            {
                if (before.TryGetValue(key, out var old) && _form.ResourceVersion(old) == _form.ResourceVersion(value)) shared[key] = old;
            }

            objects = shared.ToImmutable();
            _cache.Replace(objects, resourceVersion);
            Lists++;
            foreach (var (key, last) in before)
            {
                if (!objects.TryGetValue(key, out var now)) TellDeleted(last, isLastStateUnknown: true);
                else if (_form.Uid(now) != _form.Uid(last)) TellDeleted(last, isLastStateUnknown: true);
            }

            foreach (var (key, value) in objects)
            {
                if (!before.TryGetValue(key, out var old) || _form.Uid(old) != _form.Uid(value)) TellAdded(value, isInitial);
                else if (!ReferenceEquals(old, value)) TellUpdated(old, value);
            }
        }

        _synced.TrySetResult();
    }

    private void Apply(WatchEvent<T> change)
    {
        var version = _form.ResourceVersion(change.Object);
        lock (_gate)
        {
            if (change.Type == WatchEventType.Bookmark)
            {
                _cache.Advance(version);
            }
            else if (change.Type == WatchEventType.Deleted)
            {
                if (_cache.Remove(_form.Key(change.Object), version) is not null) TellDeleted(change.Object, isLastStateUnknown: false);
            }
            else if (_cache.Set(change.Object, version) is { } before)
            {
                TellUpdated(before, change.Object);
            }
            else
            {
                TellAdded(change.Object, isInitial: false);
            }
        }
    }

    private void TellAdded(T value, bool isInitial)
    {
        foreach (var handler in _handlers) handler.Add(value, isInitial);
    }

    private void TellUpdated(T before, T after)
    {
        foreach (var handler in _handlers) handler.Update(before, after);
    }

    private void TellDeleted(T last, bool isLastStateUnknown)
    {
        foreach (var handler in _handlers) handler.Delete(last, isLastStateUnknown);
    }

    private void Report(Exception failure) => _options.OnError?.Invoke(failure);

    /// <summary>What the reflector sees of the informer.</summary>
    private sealed class Target(Informer<T> informer) : IReflectorTarget<T>
    {
        public string ResourceVersion => informer._cache.Snapshot.ResourceVersion;

        public void Replace(ImmutableDictionary<ObjectKey, T> objects, string resourceVersion) => informer.Replace(objects, resourceVersion);

        public void Apply(WatchEvent<T> change) => informer.Apply(change);

        public void WatchBegins() => informer.Watches++;

        public void Report(Exception failure) => informer.Report(failure);
    }
}
