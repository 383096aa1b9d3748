using Keelson.Api.Networking.V1;
using Keelson.Server.Cache;
using Keelson.Server.Storing;
using Keelson.Storage;

namespace Keelson.Server.Allocation;

/// <summary>Keeps the server's own ServiceCIDR, and puts right what differs between services and the records of their addresses and ports.</summary>
/// <remarks>It sleeps on the event logs of all of them and of the ranges; at idle nothing runs.</remarks>
internal sealed class AddressLoop(AddressRepair repair, PortRepair ports, AddressRecords records, ResourceCache ranges, ObjectStore objects, ServiceRanges options, Func<HttpMessageHandler> handler, TimeProvider time) : IAsyncDisposable
{
    /// <summary>How long it waits when the store does not answer; default a second.</summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<string, DateTimeOffset> _early = new(StringComparer.Ordinal);
    private readonly HashSet<string> _sharing = new(StringComparer.Ordinal);
    private HttpClient? _client;
    private FindingWriter? _addressWriter;
    private FindingWriter? _portWriter;
    private DefaultRange? _default;
    private Task _running = Task.CompletedTask;
    private long _servicesAt;
    private long _recordsAt;
    private long _portsAt;
    private long _rangesAt;

    /// <summary>
    /// Looks at everything, then follows what changes until the loop is disposed. The look is waited for only where the cluster is of a
    /// time before there were records; otherwise nearly all is in order, and nobody has to wait for that to be seen.
    /// </summary>
    public async Task StartAsync(CancellationToken cancel)
    {
        _client = new HttpClient(handler()) { BaseAddress = new Uri("https://localhost") };
        _addressWriter = new FindingWriter(objects, new AddressEvents(_client, time, "ipallocator-repair-controller"));
        _portWriter = new FindingWriter(objects, new AddressEvents(_client, time, "portallocator-repair-controller"));
        _default = new DefaultRange(_client, options, time);
        if (records.Cache.State.Index.Count == 0 || ports.IsOfOldTime()) await LookAtAllAsync(cancel).ConfigureAwait(false);
        _running = FollowAsync(_stopping.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _client?.Dispose();
        _stopping.Dispose();
    }

    private async Task FollowAsync(CancellationToken cancel)
    {
        var isBehind = true;
        try
        {
            await Task.Yield();
            while (true)
            {
                try
                {
                    if (isBehind) await LookAtAllAsync(cancel).ConfigureAwait(false);
                    isBehind = false;
                    await WaitAsync(cancel).ConfigureAwait(false);
                    await LookAtChangesAsync(cancel).ConfigureAwait(false);
                }
                catch (Exception failure) when (failure is StoreException or HttpRequestException)
                {
                    isBehind = true;
                    await Task.Delay(RetryAfter, time, cancel).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private async Task WaitAsync(CancellationToken cancel)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var wakes = new List<Task> { repair.Services.Log.WaitAsync(_servicesAt), records.Cache.Log.WaitAsync(_recordsAt), ports.Records.Cache.Log.WaitAsync(_portsAt), ranges.Log.WaitAsync(_rangesAt) };
        if (_early.Count > 0)
        {
            var pause = _early.Values.Min() - time.GetUtcNow();
            wakes.Add(Task.Delay(pause > TimeSpan.Zero ? pause : TimeSpan.Zero, time, done.Token));
        }

        await Task.WhenAny(wakes).WaitAsync(cancel).ConfigureAwait(false);
        await done.CancelAsync().ConfigureAwait(false);
    }

    private async Task LookAtChangesAsync(CancellationToken cancel)
    {
        var (services, addresses) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        var numbers = new HashSet<int>();
        var revision = 0L;
        var areAllThere = Read(repair.Services.Log, ref _servicesAt, change =>
        {
            revision = Math.Max(revision, change.Revision);
            services.Add(change.Object.Name.Path);
            foreach (var state in (CachedObject?[])[change.Previous, change.Object])
            {
                if (state is null || ServiceHoldings.Read(state) is not { } service) continue;
                addresses.UnionWith(AddressRecords.AddressesOf(service));
                numbers.UnionWith(ServiceHoldings.PortsOf(service));
            }
        });
        areAllThere &= Read(records.Cache.Log, ref _recordsAt, change =>
        {
            revision = Math.Max(revision, change.Revision);
            addresses.Add(change.Object.Name.Name);
            foreach (var record in (IPAddress?[])[AddressRecords.Read(change.Previous), AddressRecords.Read(change.Object)])
            {
                if (record?.Spec.ParentRef is { Group: "", Resource: "services" } parent) services.Add($"{parent.Namespace}/{parent.Name}");
            }
        });
        areAllThere &= Read(ports.Records.Cache.Log, ref _portsAt, change =>
        {
            revision = Math.Max(revision, change.Revision);
            if (!PortRecords.TryParse(change.Object.Name.Name, out var port)) return;
            numbers.Add(port);
            foreach (var state in (CachedObject?[])[change.Previous, change.Object])
            {
                if (state is not null && PortRecords.OwnerOf(state) is { Length: > 0 } owner) services.Add(owner);
            }
        });
        if (ranges.Log.Next > _rangesAt)
        {
            _rangesAt = ranges.Log.Next;
            await _default!.KeepAsync(cancel).ConfigureAwait(false);
        }

        if (!areAllThere)
        {
            await LookAtAllAsync(cancel).ConfigureAwait(false);
            return;
        }

        foreach (var address in _early.Where(pair => pair.Value <= time.GetUtcNow()).Select(pair => pair.Key).ToList()) addresses.Add(address);

        // A service and its records change in one revision; only now both caches are known to have it.
        await objects.Feed.WaitForAsync(revision, cancel).ConfigureAwait(false);
        await _addressWriter!.SettleAsync([.. services.SelectMany(repair.OfOneService), .. addresses.Select(LookAtRecord).OfType<AddressFinding>()], cancel).ConfigureAwait(false);

        // Who shares another's port gets it when that one gives it back.
        services.UnionWith(_sharing);
        _sharing.Clear();
        await _portWriter!.SettleAsync([.. LookAtPorts(services), .. numbers.Select(ports.OfOneRecord).OfType<AddressFinding>()], cancel).ConfigureAwait(false);
    }

    private async Task LookAtAllAsync(CancellationToken cancel)
    {
        (_servicesAt, _recordsAt, _portsAt, _rangesAt) = (repair.Services.Log.Next, records.Cache.Log.Next, ports.Records.Cache.Log.Next, ranges.Log.Next);
        await objects.CatchUpAsync(cancel).ConfigureAwait(false);
        await _default!.KeepAsync(cancel).ConfigureAwait(false);
        string[] services = [.. repair.Services.State.Index.All.Select(item => item.Name.Path)];
        await _addressWriter!.SettleAsync([.. services.SelectMany(repair.OfOneService)], cancel).ConfigureAwait(false);
        _sharing.Clear();
        var found = LookAtPorts(services);
        await _portWriter!.SettleAsync(found, cancel).ConfigureAwait(false);
        await objects.CatchUpWithOwnAsync(cancel).ConfigureAwait(false);

        // Of several services with one port the first got it just now; that is to be told to the others.
        if (found.Count > 0) await _portWriter.SettleAsync(LookAtPorts(services), cancel).ConfigureAwait(false);
        await _addressWriter.SettleAsync([.. records.Cache.State.Index.All.Select(item => LookAtRecord(item.Name.Name)).OfType<AddressFinding>()], cancel).ConfigureAwait(false);
        await _portWriter.SettleAsync([.. ports.Records.All().Select(ports.OfOneRecord).OfType<AddressFinding>()], cancel).ConfigureAwait(false);
    }

    private List<AddressFinding> LookAtPorts(IEnumerable<string> services)
    {
        var found = services.SelectMany(ports.OfOneService).ToList();
        _sharing.UnionWith(found.Where(finding => finding.Reason == PortRepair.Shared).Select(finding => $"{finding.About.Namespace}/{finding.About.Name}"));
        return found;
    }

    private AddressFinding? LookAtRecord(string address)
    {
        var finding = repair.OfOneRecord(address, out var dueIn);
        if (dueIn is { } pause) _early[address] = time.GetUtcNow() + pause;
        else _early.Remove(address);
        return finding;
    }

    private static bool Read(EventLog log, ref long sequence, Action<ObjectEvent> take)
    {
        while (sequence < log.Next)
        {
            if (log.Read(sequence) is not { } change) return false;
            sequence++;
            take(change);
        }

        return true;
    }
}
