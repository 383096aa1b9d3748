using Keelson.Client;
using Keelson.Node.Proxy.Conntrack;
using Keelson.Node.Proxy.Health;

namespace Keelson.Node.Proxy;

/// <summary>Takes up what changed, a burst at once, and brings it into the kernel; after a failure everything, until it works.</summary>
internal sealed class SyncLoop(
    IProxyBackend backend,
    CtNetlink conntrack,
    Func<IEnumerable<ObjectKey>> services,
    Func<ObjectKey, ServicePicture?> picture,
    ProxyOptions options,
    ProxyMetrics metrics,
    ProxyHealth health)
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _signal = new(0, 1);
    private readonly Dictionary<ObjectKey, ServicePicture> _known = [];
    private readonly Dictionary<ObjectKey, ServicePicture?> _unfinished = [];
    private HashSet<ObjectKey> _queued = [];
    private bool _isAllQueued = true;

    /// <summary>Notes that a service, or what it leads to, has changed.</summary>
    public void Queue(ObjectKey service, bool isService)
    {
        metrics.Queued(isService, options.Time.GetUtcNow());
        health.Queued();
        lock (_gate) _queued.Add(service);
        Signal();
    }

    /// <summary>Notes that every service may look different.</summary>
    public void QueueAll()
    {
        health.Queued();
        lock (_gate) _isAllQueued = true;
        Signal();
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        var time = options.Time;
        var isFull = true;
        var failures = 0;
        await using var ports = new HealthCheckPorts(options, () => health.IsHealthy);
        while (true)
        {
            var began = time.GetUtcNow();
            try
            {
                await SyncAsync(isFull, ports, cancel).ConfigureAwait(false);
                (isFull, failures) = (false, 0);
            }
            catch (Exception failure) when (failure is ProxyException or IOException)
            {
                metrics.Failed();
                options.OnError?.Invoke(failure);
                isFull = true;
                await Task.Delay(Pause(failures++), time, cancel).ConfigureAwait(false);
                continue;
            }

            // A single change goes on at once; what comes in quick succession is put together.
            if (!await WaitAsync(cancel).ConfigureAwait(false)) isFull = !await backend.IsThereAsync(cancel).ConfigureAwait(false);
            var rest = options.MinimumSyncPeriod - (time.GetUtcNow() - began);
            if (rest > TimeSpan.Zero) await Task.Delay(rest, time, cancel).ConfigureAwait(false);
        }
    }

    private static TimeSpan Pause(int failures) => TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, ShortestPause.Ticks << Math.Min(failures, 16)));

    private async Task SyncAsync(bool isFull, HealthCheckPorts ports, CancellationToken cancel)
    {
        var began = options.Time.GetUtcNow();
        var stamp = options.Time.GetTimestamp();
        var changes = Take(isFull);
        foreach (var (key, now) in changes)
        {
            // Kept until the kernel has it: what depends on a change is done once, also where it took several attempts.
            _unfinished.TryAdd(key, _known.GetValueOrDefault(key));
            if (now is null) _known.Remove(key);
            else _known[key] = now;
        }

        if (isFull || changes.Count > 0)
        {
            if (isFull) await backend.FillAsync(_known.Values, cancel).ConfigureAwait(false);
            else await backend.ChangeAsync(changes, cancel).ConfigureAwait(false);
            metrics.Synced(options.Time.GetElapsedTime(stamp), isFull, options.Time.GetUtcNow());
            await FinishAsync(isFull, ports).ConfigureAwait(false);
        }

        health.Updated(began);
        options.OnSynced?.Invoke(changes.Count);
    }

    // Only after the rules are right: a flow that is deleted comes back as they say.
    private async Task FinishAsync(bool isFull, HealthCheckPorts ports)
    {
        var finished = _unfinished.Select(entry => (entry.Key, Before: entry.Value, After: _known.GetValueOrDefault(entry.Key))).ToList();
        _unfinished.Clear();
        // After a fill nobody knows what the kernel had, so every flow of what there is now is looked at.
        ForgetFlows(finished.Select(change => (isFull && change.After is not null ? null : change.Before, change.After)));
        foreach (var (key, _, after) in finished) await ports.ChangeAsync(key, after).ConfigureAwait(false);
    }

    // Everything that may be different, as it is now; nothing for a service that is gone.
    private Dictionary<ObjectKey, ServicePicture?> Take(bool isFull)
    {
        HashSet<ObjectKey> queued;
        bool isAll;
        lock (_gate)
        {
            (queued, isAll) = (_queued, _isAllQueued || isFull);
            _queued = [];
            _isAllQueued = false;
        }

        metrics.Taken();
        if (isAll)
        {
            queued.UnionWith(_known.Keys);
            queued.UnionWith(services());
        }

        return queued.Select(key => KeyValuePair.Create(key, picture(key))).Where(entry => entry.Value is not null || _known.ContainsKey(entry.Key)).ToDictionary();
    }

    private void ForgetFlows(IEnumerable<(ServicePicture? Before, ServicePicture? After)> changes)
    {
        var stale = new StaleFlows(changes.Where(static change => StaleFlows.MayMatter(change.Before, change.After)));
        if (stale.IsEmpty) return;
        try
        {
            metrics.DeletedFlows(conntrack.DeleteWhere(stale.IsStale));
        }
        catch (ProxyException failure)
        {
            // The rules are right all the same; only flows that never rest stay where they were.
            options.OnError?.Invoke(failure);
        }
    }

    // False when it is time to look whether the rules are still there.
    private async Task<bool> WaitAsync(CancellationToken cancel)
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var signal = _signal.WaitAsync(wait.Token);
        var check = Task.Delay(options.CheckPeriod, options.Time, wait.Token);
        var first = await Task.WhenAny(signal, check).ConfigureAwait(false);
        await wait.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(signal, check).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancel.ThrowIfCancellationRequested();
        return first == signal || signal.IsCompletedSuccessfully;
    }

    private void Signal()
    {
        lock (_gate)
        {
            if (_signal.CurrentCount == 0) _signal.Release();
        }
    }
}
