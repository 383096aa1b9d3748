using Keelson.Api;
using Keelson.Api.ApiRegistration.V1;
using Keelson.Server.Cache;
using Keelson.Server.Objects;
using Keelson.Server.Verbs;
using Keelson.Storage;

namespace Keelson.Server.Aggregation;

/// <summary>Keeps what is known of API services: those of this server, and whether those of others can be reached.</summary>
/// <remarks>Without other servers it sleeps until custom resources or API services change.</remarks>
internal sealed class AggregationLoop(ServerContext server, Aggregator aggregator, ServiceCheck check) : IAsyncDisposable
{
    /// <summary>How often a server that answers is asked again; default 30 seconds, as upstream.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    /// <summary>How soon one that does not is asked again at first; default a second, twice as long each time.</summary>
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);

    /// <summary>How old what a server told of itself may be; default a minute, as upstream.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(1);

    private readonly LocalServices _local = new(server, aggregator);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<string, Watched> _watched = new(StringComparer.Ordinal);
    private readonly ResourceCache _services = CacheOf(server, "", "services");
    private readonly ResourceCache _slices = CacheOf(server, "discovery.k8s.io", "endpointslices");
    private Task _running = Task.CompletedTask;
    private long _registered;
    private CacheState? _seenServices;
    private CacheState? _seenSlices;
    private CacheState? _seenObjects;

    /// <summary>Writes what is missing of this server's own, then follows all until it is disposed.</summary>
    public async Task StartAsync(CancellationToken cancel)
    {
        _registered = server.Registry.Version;
        await _local.WriteAsync(isStart: true, cancel).ConfigureAwait(false);
        _running = FollowAsync(_stopping.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private static ResourceCache CacheOf(ServerContext server, string group, string plural) =>
        server.Feed.CacheOf(server.Registry.Find(group, plural) ?? throw new InvalidOperationException($"{plural} are not registered"));

    private async Task FollowAsync(CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                var pause = Every;
                try
                {
                    pause = await RunOnceAsync(cancel).ConfigureAwait(false);
                }
                catch (StoreException)
                {
                    pause = FirstRetry;
                    _seenObjects = null;
                }

                await WaitAsync(pause, cancel).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private async Task WaitAsync(TimeSpan pause, CancellationToken cancel)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var wakes = new List<Task> { server.Registry.WaitForChangeAsync(_registered), Changed(aggregator.Cache, _seenObjects) };
        if (_watched.Count > 0) wakes.AddRange([Changed(_services, _seenServices), Changed(_slices, _seenSlices)]);
        if (_watched.Count > 0 || _seenObjects is null) wakes.Add(Task.Delay(pause, server.Time, done.Token));
        await Task.WhenAny(wakes).WaitAsync(cancel).ConfigureAwait(false);
        await done.CancelAsync().ConfigureAwait(false);
    }

    // The place in the log is taken first: a change between the two is seen as one.
    private static Task Changed(ResourceCache cache, CacheState? seen)
    {
        if (seen is null) return Task.Delay(Timeout.Infinite, CancellationToken.None);
        var next = cache.Log.Next;
        return ReferenceEquals(cache.State, seen) ? cache.Log.WaitAsync(next) : Task.CompletedTask;
    }

    /// <summary>Does what is due, and says how long nothing will be.</summary>
    private async Task<TimeSpan> RunOnceAsync(CancellationToken cancel)
    {
        if (_registered != server.Registry.Version)
        {
            var version = server.Registry.Version;
            await _local.WriteAsync(isStart: false, cancel).ConfigureAwait(false);
            _registered = version;
        }

        var moved = !ReferenceEquals(_seenServices, _services.State) || !ReferenceEquals(_seenSlices, _slices.State);
        (_seenObjects, _seenServices, _seenSlices) = (aggregator.Cache.State, _services.State, _slices.State);
        await TellLocalAsync(cancel).ConfigureAwait(false);
        var remotes = aggregator.All.ToList();
        foreach (var gone in _watched.Keys.Except(remotes.Select(remote => remote.Name)).ToList())
        {
            _watched.Remove(gone);
            aggregator.Describe(gone, null);
        }

        var due = remotes.Where(remote => IsDue(remote, moved)).ToList();
        await Task.WhenAll(due.Select(remote => CheckAsync(remote, cancel))).ConfigureAwait(false);
        var now = server.Now;
        return _watched.Count == 0 ? Every : _watched.Values.Select(watched => watched.NextAt > now ? watched.NextAt - now : TimeSpan.Zero).Min();
    }

    // Services and slices change all the time in a busy cluster; only those behind one of the servers matter.
    private bool IsDue(RemoteService remote, bool moved)
    {
        var asked = remote with { IsAvailable = null };
        var behind = Behind(remote);
        if (!_watched.TryGetValue(remote.Name, out var known) || known.Asked != asked)
        {
            _watched[remote.Name] = new Watched(asked) { Behind = behind, NextAt = server.Now };
            return true;
        }

        if (server.Now >= known.NextAt || remote.IsAvailable is null) return true;
        if (!moved || known.Behind == behind) return false;
        known.Behind = behind;
        return true;
    }

    private string Behind(RemoteService remote)
    {
        var key = System.Text.Encoding.UTF8.GetBytes($"{remote.Service.Namespace}/{remote.Service.Name}");
        var versions = _slices.State.Index.Range(System.Text.Encoding.UTF8.GetBytes(remote.Service.Namespace + "/"), System.Text.Encoding.UTF8.GetBytes(remote.Service.Namespace + "0"))
            .Where(slice => slice.Labels.GetValueOrDefault(ServiceCheck.ServiceLabel) == remote.Service.Name).Select(slice => slice.Revision);
        return $"{_services.State.Index.Find(key)?.Revision}:{string.Join(',', versions)}";
    }

    private async Task CheckAsync(RemoteService remote, CancellationToken cancel)
    {
        var watched = _watched[remote.Name];
        var condition = await check.RunAsync(remote, cancel).ConfigureAwait(false);
        var isGood = condition.Status == ConditionStatus.True;
        watched.Retry = isGood ? FirstRetry : TimeSpan.FromTicks(Math.Min(watched.Retry.Ticks * 2, Every.Ticks));
        watched.NextAt = server.Now + (isGood ? Every : watched.Retry);
        var before = aggregator.DescribedBy(remote);
        if (!isGood)
        {
            if (before is not { IsStale: true }) aggregator.Describe(remote.Name, check.Stale(remote, before));
        }
        else if (before is null || before.IsStale || server.Time.GetElapsedTime(before.At) >= MaxAge)
        {
            aggregator.Describe(remote.Name, await check.DescribeAsync(remote, before, cancel).ConfigureAwait(false));
        }

        // Told last: who reads that it is available finds it in discovery.
        await TellAsync(remote.Name, condition, cancel).ConfigureAwait(false);
    }

    private async Task TellLocalAsync(CancellationToken cancel)
    {
        foreach (var item in aggregator.Cache.State.Index.All.Where(item => item.Labels.GetValueOrDefault(Aggregator.AutomaticLabel) != Aggregator.Following).ToList())
        {
            if (item.Object.Typed is APIService { Spec.Service: null } service && Availability.Of(service)?.Reason != Availability.Local.Reason) await TellAsync(service.Metadata.Name, Availability.Local, cancel).ConfigureAwait(false);
        }
    }

    private async Task TellAsync(string name, APIServiceCondition condition, CancellationToken cancel)
    {
        // Whoever is faster has made a change that this loop is woken by, and it looks again.
        if (server.Objects.Peek(aggregator.Resource, new ObjectName("", name)) is not { Object.Typed: APIService service } current) return;
        var told = Availability.With(service, condition, Time.FromDateTimeOffset(server.Now));
        if (ReferenceEquals(told, service)) return;
        var result = await server.Objects.ReplaceAsync(aggregator.Resource, current, new TypedObject(told), cancel).ConfigureAwait(false);
        if (result.Succeeded) await server.Feed.WaitForAsync(result.Value!.Revision, cancel).ConfigureAwait(false);
        else if (_watched.TryGetValue(name, out var watched)) watched.NextAt = server.Now;
    }

    /// <summary>What the loop remembers of another server.</summary>
    private sealed class Watched(RemoteService asked)
    {
        public RemoteService Asked => asked;

        public string Behind { get; set; } = "";

        public DateTimeOffset NextAt { get; set; }

        public TimeSpan Retry { get; set; } = FirstRetry / 2;
    }
}
