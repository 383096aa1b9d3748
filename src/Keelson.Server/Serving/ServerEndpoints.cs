using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Discovery.V1;
using Keelson.Api.Json;
using Keelson.Api.Meta.V1;
using Keelson.Storage;

namespace Keelson.Server.Serving;

/// <summary>Keeps the endpoints of the kubernetes service: where pods reach the servers of the cluster.</summary>
/// <remarks>
/// Servers that share a store find each other by keys that go with their leases, so the address of one that died is gone soon
/// after it. What somebody else does to the endpoints is put right at the next round.
/// </remarks>
internal sealed class ServerEndpoints(IStore store, bool isShared, HttpMessageHandler handler, TimeProvider time, IPAddress address, int port) : IAsyncDisposable
{
    /// <summary>How often the endpoints are looked after; default ten seconds, as upstream.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    /// <summary>How long a server that is not heard of keeps its place; default 15 seconds, as upstream.</summary>
    private static readonly TimeSpan KeepFor = TimeSpan.FromSeconds(15);

    private const string Prefix = "/masterleases/";
    private const string Folder = "/api/v1/namespaces/default/endpoints";
    private const string SliceFolder = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices";

    private readonly CancellationTokenSource _stopping = new();
    private readonly HttpClient _client = new(handler) { BaseAddress = new Uri("https://localhost") };
    private Task _running = Task.CompletedTask;
    private long _lease;

    /// <summary>The work that goes on until this is disposed.</summary>
    public Task Running => _running;

    /// <summary>Writes the endpoints once, then keeps them until this is disposed.</summary>
    public async Task StartAsync(CancellationToken cancel)
    {
        await ReconcileAsync(cancel).ConfigureAwait(false);
        _running = KeepAsync(_stopping.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _client.Dispose();
        _stopping.Dispose();
    }

    private async Task KeepAsync(CancellationToken cancel)
    {
        try
        {
            using var timer = new PeriodicTimer(Every, time);
            while (await timer.WaitForNextTickAsync(cancel).ConfigureAwait(false))
            {
                try
                {
                    await ReconcileAsync(cancel).ConfigureAwait(false);
                }
                catch (Exception failure) when (failure is StoreException or HttpRequestException)
                {
                    // The next round tries again.
                }
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The server stops; its lease runs out.
        }
    }

    private async Task ReconcileAsync(CancellationToken cancel)
    {
        var addresses = isShared ? await MeetAsync(cancel).ConfigureAwait(false) : [address.ToString()];
        await PutAsync<Endpoints>(Folder, OfCore(addresses), (known, wanted) => known.Subsets == wanted.Subsets, (known, wanted) => wanted with { Metadata = known.Metadata }, cancel).ConfigureAwait(false);
        await PutAsync<EndpointSlice>(
            SliceFolder, Slice(addresses), (known, wanted) => known.Endpoints == wanted.Endpoints && known.Ports == wanted.Ports, (known, wanted) => wanted with { Metadata = known.Metadata }, cancel).ConfigureAwait(false);
    }

    /// <summary>Says that this server is there, and finds who else is.</summary>
    private async Task<string[]> MeetAsync(CancellationToken cancel)
    {
        if (_lease == 0 || await store.KeepLeaseAliveAsync(_lease, cancel).ConfigureAwait(false) is null)
        {
            _lease = (await store.GrantLeaseAsync(KeepFor, 0, cancel).ConfigureAwait(false)).Id;
            var key = Encoding.UTF8.GetBytes(Prefix + address);
            await store.CommitAsync(new Transaction([], [new Operation.Put(key, Encoding.UTF8.GetBytes(address.ToString()), _lease)], []), cancel).ConfigureAwait(false);
        }

        var found = await store.RangeAsync(new RangeRequest(KeyRange.Prefix(Encoding.UTF8.GetBytes(Prefix))), cancel).ConfigureAwait(false);
        return [.. found.Items.Select(item => Encoding.UTF8.GetString(item.Value.Span)).Append(address.ToString()).Distinct().Order(StringComparer.Ordinal)];
    }

    private Endpoints OfCore(string[] addresses) => new()
    {
        ApiVersion = "v1",
        Kind = "Endpoints",
        Metadata = new ObjectMeta { Name = "kubernetes", Namespace = "default", Labels = new Dictionary<string, string> { ["endpointslice.kubernetes.io/skip-mirror"] = "true" } },
        Subsets =
        [
            new EndpointSubset
            {
                Addresses = addresses.Select(ip => new EndpointAddress { Ip = ip }).ToApiList(),
                Ports = [new Api.Core.V1.EndpointPort { Name = "https", Port = port, Protocol = Protocol.TCP }],
            },
        ],
    };

    private EndpointSlice Slice(string[] addresses) => new()
    {
        ApiVersion = "discovery.k8s.io/v1",
        Kind = "EndpointSlice",
        Metadata = new ObjectMeta { Name = "kubernetes", Namespace = "default", Labels = new Dictionary<string, string> { ["kubernetes.io/service-name"] = "kubernetes" } },
        AddressType = address.AddressFamily == AddressFamily.InterNetworkV6 ? "IPv6" : "IPv4",
        Endpoints = addresses.Select(ip => new Endpoint { Addresses = [ip], Conditions = new EndpointConditions { Ready = true } }).ToApiList(),
        Ports = [new Api.Discovery.V1.EndpointPort { Name = "https", Port = port, Protocol = Protocol.TCP }],
    };

    private async Task PutAsync<T>(string folder, T wanted, Func<T, T, bool> isSame, Func<T, T, T> over, CancellationToken cancel)
        where T : class, IKind, IApiType<T>
    {
        using var found = await _client.GetAsync(new Uri(folder + "/kubernetes", UriKind.Relative), cancel).ConfigureAwait(false);
        if (found.StatusCode == HttpStatusCode.NotFound)
        {
            using var created = await _client.PostAsync(new Uri(folder, UriKind.Relative), Content(wanted), cancel).ConfigureAwait(false);
            if (created.StatusCode != HttpStatusCode.Conflict) created.EnsureSuccessStatusCode();
            return;
        }

        found.EnsureSuccessStatusCode();
        var known = ApiJson.Decode<T>(await found.Content.ReadAsByteArrayAsync(cancel).ConfigureAwait(false), new DecodeReport());
        if (isSame(known, wanted)) return;
        using var updated = await _client.PutAsync(new Uri(folder + "/kubernetes", UriKind.Relative), Content(over(known, wanted)), cancel).ConfigureAwait(false);
        if (updated.StatusCode != HttpStatusCode.Conflict) updated.EnsureSuccessStatusCode();
    }

    private static ByteArrayContent Content(IKind value) => new(ApiJson.Encode(value)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
}
