using Keelson.Api.Core.V1;
using Keelson.Api.Discovery.V1;
using Keelson.Client;
using Keelson.Client.Informers;

namespace Keelson.Node.Dns.Zone;

/// <summary>Keeps the index as services, their slices and namespaces are.</summary>
internal sealed class ZoneFollower
{
    private const string ServiceLabel = "kubernetes.io/service-name";
    private const string ByService = "dns-service";

    private readonly ZoneNames _zone;
    private readonly TimeProvider _time;
    private readonly Informer<Service> _services;
    private readonly Informer<EndpointSlice> _slices;
    private readonly Informer<Namespace> _namespaces;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _signal = new(0, 1);
    private HashSet<ObjectKey> _changed = [];
    private bool _namespacesChanged;
    private DnsIndex _index;
    private volatile DnsIndex? _published;

    public ZoneFollower(ZoneNames zone, InformerFactory informers, IReadOnlyList<System.Net.IPAddress> servers, TimeProvider time)
    {
        _zone = zone;
        _time = time;
        _services = informers.For<Service>();
        _slices = informers.For<EndpointSlice>().AddIndex(new ObjectIndex<EndpointSlice>(ByService, slice => Key(slice) is { } key ? [key.ToString()] : []));
        _namespaces = informers.For<Namespace>();
        _index = DnsIndex.Create(zone, servers);
    }

    /// <summary>The names as they are now; null before all are known.</summary>
    public DnsIndex? Current => _published;

    public async Task RunAsync(CancellationToken cancel)
    {
        using var services = _services.AddHandler(key => Note(key));
        using var slices = _slices.AddHandler(new InformerHandler<EndpointSlice> { Added = Note, Updated = (before, after) => { Note(before); Note(after); }, Deleted = Note });
        using var namespaces = _namespaces.AddHandler(new InformerHandler<Namespace> { Added = _ => NoteNamespaces(), Deleted = _ => NoteNamespaces() });
        await _services.WaitForSyncAsync(cancel).ConfigureAwait(false);
        await _slices.WaitForSyncAsync(cancel).ConfigureAwait(false);
        await _namespaces.WaitForSyncAsync(cancel).ConfigureAwait(false);
        while (true)
        {
            Update();
            await _signal.WaitAsync(cancel).ConfigureAwait(false);
        }
    }

    // What changes while this works waits for the next round, so a storm of changes costs few rounds.
    private void Update()
    {
        HashSet<ObjectKey> changed;
        lock (_lock)
        {
            (changed, _changed) = (_changed, []);
            if (changed.Count == 0 && !_namespacesChanged && _published is not null) return;
            _namespacesChanged = false;
        }

        var serial = Math.Max(_index.Serial + 1, (uint)_time.GetUtcNow().ToUnixTimeSeconds());
        var names = _namespaces.Snapshot.All.Select(found => found.Metadata.Name).ToList();
        _index = _index.With(serial, names, [.. changed.Select(key => (key, Compute(key)))]);
        _published = _index;
    }

    private ServiceZone? Compute(ObjectKey key) =>
        _services.Get(key) is { } service ? ServiceRecords.Compute(_zone, service, _slices.Snapshot.ByIndex(ByService, key.ToString())) : null;

    private void Note(EndpointSlice slice)
    {
        if (Key(slice) is { } key) Note(key);
    }

    private void Note(ObjectKey key)
    {
        lock (_lock) _changed.Add(key);
        Wake();
    }

    private void NoteNamespaces()
    {
        lock (_lock) _namespacesChanged = true;
        Wake();
    }

    private void Wake()
    {
        lock (_lock)
        {
            if (_signal.CurrentCount == 0) _signal.Release();
        }
    }

    private static ObjectKey? Key(EndpointSlice slice) =>
        slice.Metadata.Labels.TryGetValue(ServiceLabel, out var service) && service.Length > 0 ? new ObjectKey(slice.Metadata.Namespace, service) : null;
}
