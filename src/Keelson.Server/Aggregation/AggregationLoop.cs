using Keelson.Api;
using Keelson.Api.ApiRegistration.V1;
using Keelson.Server.Cache;
using Keelson.Server.Objects;
using Keelson.Server.Verbs;
using Keelson.Storage;

namespace Keelson.Server.Aggregation;

/// <summary>Keeps what is known of API services: those of this server, and whether those of others can be reached.</summary>
/// <remarks>
/// Without other servers it sleeps until custom resources or API services change. Each server is asked on its own: one that does
/// not answer keeps nobody else waiting.
/// </remarks>
internal sealed class AggregationLoop(ServerContext server, Aggregator aggregator, ServiceCheck check) : IAsyncDisposable
{
    /// <summary>How often a server that answers is asked again; default 30 seconds, as upstream.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    /// <summary>How soon one that does not is asked again at first; default a second, twice as long each time.</summary>
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);

    /// <summary>How many servers are asked at once; default 32. One that hangs takes a place for as long as a check has patience.</summary>
    private const int MaxChecks = 32;

    /// <summary>How old what a server told of itself may be; default a minute, as upstream.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(1);

    private readonly LocalServices _local = new(server, aggregator);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<string, Watched> _watched = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _places = new(MaxChecks);
    private readonly ResourceCache _services = CacheOf(server, "", "services");
    private readonly ResourceCache _slices = CacheOf(server, "discovery.k8s.io", "endpointslices");
    private Task _running = Task.CompletedTask;
    private long _registered;
    private CacheState? _seenServices;
    private CacheState? _seenSlices;
    private CacheState? _seenObjects;

    /// <summary>The work of the loop; it ends when the loop is disposed, or fails.</summary>
    public Task Running => _running;

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
        await Task.WhenAll(_watched.Values.Select(watched => watched.Checking ?? Task.CompletedTask)).ConfigureAwait(false);
        foreach (var watched in _watched.Values) watched.Dispose();
        _places.Dispose();
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
        wakes.AddRange(_watched.Values.Select(watched => watched.Checking).OfType<Task>());
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
        await TakeAnswersAsync().ConfigureAwait(false);
        var remotes = aggregator.All.ToList();
        foreach (var gone in _watched.Keys.Except(remotes.Select(remote => remote.Name)).ToList()) Forget(gone);
        foreach (var remote in remotes.Where(remote => IsDue(remote, moved))) Ask(remote, cancel);
        var now = server.Now;
        return _watched.Values.Where(watched => watched.Checking is null).Select(watched => watched.NextAt > now ? watched.NextAt - now : TimeSpan.Zero).DefaultIfEmpty(Every).Min();
    }

    private async Task TakeAnswersAsync()
    {
        foreach (var watched in _watched.Values)
        {
            if (watched.Checking is not { IsCompleted: true } done) continue;
            watched.Checking = null;
            (watched.NextAt, watched.Retry) = await done.ConfigureAwait(false);
        }
    }

    // What is being asked is told to stop, and forgotten when it has: what it found out must not come later.
    private void Forget(string gone)
    {
        var watched = _watched[gone];
        if (watched.Checking is not null)
        {
            watched.Cancel();
            return;
        }

        _watched.Remove(gone);
        watched.Dispose();
        aggregator.Describe(gone, null);
    }

    private void Ask(RemoteService remote, CancellationToken cancel)
    {
        var watched = _watched[remote.Name];
        watched.Checking = CheckAsync(remote, watched.Retry, watched.Begin(cancel));
    }

    // Services and slices change all the time in a busy cluster; only those behind one of the servers matter.
    private bool IsDue(RemoteService remote, bool moved)
    {
        var asked = remote with { IsAvailable = null };
        var behind = Behind(remote);
        if (!_watched.TryGetValue(remote.Name, out var known)) known = _watched[remote.Name] = new Watched { NextAt = server.Now };
        if (known.Asked != asked)
        {
            // Who is asked for something that is no longer wanted is asked anew, and not waited for.
            (known.Asked, known.Behind, known.NextAt, known.Retry) = (asked, behind, server.Now, Watched.First);
            known.Cancel();
            return known.Checking is null;
        }

        if (known.Checking is not null) return false;
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

    /// <summary>Asks a server and tells what came of it; says when to ask again, and how long to wait after a failure then.</summary>
    private async Task<(DateTimeOffset NextAt, TimeSpan Retry)> CheckAsync(RemoteService remote, TimeSpan retry, CancellationToken cancel)
    {
        var hasPlace = false;
        try
        {
            await _places.WaitAsync(cancel).ConfigureAwait(false);
            hasPlace = true;
            var condition = await check.RunAsync(remote, cancel).ConfigureAwait(false);
            var isGood = condition.Status == ConditionStatus.True;
            await DescribeAsync(remote, isGood, cancel).ConfigureAwait(false);

            // Told last: who reads that it is available finds it in discovery.
            var isTold = await TellAsync(remote.Name, condition, cancel).ConfigureAwait(false);
            retry = isGood ? Watched.First : TimeSpan.FromTicks(Math.Min(retry.Ticks * 2, Every.Ticks));
            return (isTold ? server.Now + (isGood ? Every : retry) : server.Now, retry);
        }
        catch (StoreException)
        {
            return (server.Now + FirstRetry, retry);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return (server.Now, retry);
        }
        finally
        {
            if (hasPlace) _places.Release();
        }
    }

    private async Task DescribeAsync(RemoteService remote, bool isGood, CancellationToken cancel)
    {
        var before = aggregator.DescribedBy(remote);
        if (!isGood)
        {
            if (before is not { IsStale: true }) aggregator.Describe(remote.Name, check.Stale(remote, before));
        }
        else if (before is null || before.IsStale || server.Time.GetElapsedTime(before.At) >= MaxAge)
        {
            aggregator.Describe(remote.Name, await check.DescribeAsync(remote, before, cancel).ConfigureAwait(false));
        }
    }

    private async Task TellLocalAsync(CancellationToken cancel)
    {
        foreach (var item in aggregator.Cache.State.Index.All.Where(item => item.Labels.GetValueOrDefault(Aggregator.AutomaticLabel) != Aggregator.Following).ToList())
        {
            if (item.Object.Typed is APIService { Spec.Service: null } service && Availability.Of(service)?.Reason != Availability.Local.Reason) await TellAsync(service.Metadata.Name, Availability.Local, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Writes the condition; false where somebody else was faster.</summary>
    private async Task<bool> TellAsync(string name, APIServiceCondition condition, CancellationToken cancel)
    {
        // Whoever is faster has made a change that this loop is woken by, and it looks again.
        if (server.Objects.Peek(aggregator.Resource, new ObjectName("", name)) is not { Object.Typed: APIService service } current) return true;
        var told = Availability.With(service, condition, Time.FromDateTimeOffset(server.Now));
        if (ReferenceEquals(told, service)) return true;
        var result = await server.Objects.ReplaceAsync(aggregator.Resource, current, new TypedObject(told), cancel).ConfigureAwait(false);
        if (result.Succeeded) await server.Feed.WaitForAsync(result.Value!.Revision, cancel).ConfigureAwait(false);
        return result.Succeeded;
    }

    /// <summary>What the loop remembers of another server; only the loop's own thread of work touches it.</summary>
    private sealed class Watched : IDisposable
    {
        public static readonly TimeSpan First = FirstRetry / 2;

        private CancellationTokenSource? _cancel;

        public RemoteService? Asked { get; set; }

        public string Behind { get; set; } = "";

        public DateTimeOffset NextAt { get; set; }

        public TimeSpan Retry { get; set; } = First;

        /// <summary>The check that is under way; it never fails.</summary>
        public Task<(DateTimeOffset NextAt, TimeSpan Retry)>? Checking { get; set; }

        public CancellationToken Begin(CancellationToken cancel)
        {
            _cancel?.Dispose();
            _cancel = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            return _cancel.Token;
        }

        public void Cancel() => _cancel?.Cancel();

        public void Dispose() => _cancel?.Dispose();
    }
}
