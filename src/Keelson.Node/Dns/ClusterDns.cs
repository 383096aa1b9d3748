using System.Net;
using Keelson.Client;
using Keelson.Client.Informers;
using Keelson.Node.Dns.Serving;
using Keelson.Node.Dns.Upstream;
using Keelson.Node.Dns.Zone;

namespace Keelson.Node.Dns;

/// <summary>The cluster's DNS server: names of services, endpoints and pods from the API; everything else from other servers.</summary>
public sealed class ClusterDns : IDisposable
{
    private readonly ClusterDnsOptions _options;
    private readonly InformerFactory? _ownInformers;
    private readonly DnsServer _server;
    private readonly Forwarder _forwarder;
    private readonly ZoneFollower _follower;
    private readonly Responder _responder;

    /// <summary>Opens the sockets; answers begin with <see cref="RunAsync"/>.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">An address cannot be listened on.</exception>
    public ClusterDns(ApiClient client, ClusterDnsOptions options)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(options);
        var zone = new ZoneNames(options.ClusterDomain, (uint)options.TimeToLive.TotalSeconds);
        _server = new DnsServer(options);
        var own = _server.Endpoints;
        _options = options with { Upstreams = [.. options.Upstreams.Where(upstream => !own.Any(endpoint => IsSame(endpoint, upstream)))] };
        _ownInformers = options.Informers is null ? new InformerFactory(client, new InformerOptions { OnError = options.OnError }) : null;
        _forwarder = new Forwarder(_options);
        var addresses = options.ServerAddresses.Count > 0 ? options.ServerAddresses : [.. own.Select(endpoint => endpoint.Address).Distinct()];
        _follower = new ZoneFollower(zone, options.Informers ?? _ownInformers!, addresses, options.Time);
        _responder = new Responder(zone, () => _follower.Current, _forwarder, new AnswerCache(options.CacheEntries, options.TimeToLive, options.Time), Counters);
    }

    /// <summary>Where it listens, ports that the system chose included.</summary>
    public IReadOnlyList<IPEndPoint> Endpoints => _server.Endpoints;

    /// <summary>What it has done so far.</summary>
    public DnsCounters Counters { get; } = new();

    /// <summary>Whether it knows the cluster's names; before that it answers questions about them with a failure.</summary>
    public bool IsReady => _follower.Current is not null;

    /// <summary>Answers until it is cancelled; returns when nothing is under way any more.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        List<Task> loops = [_server.RunAsync(_responder, Counters, stop.Token), FollowAsync(stop.Token), ProbeAsync(stop.Token)];
        if (_ownInformers is not null) loops.Add(_ownInformers.RunAsync(stop.Token));
        await Kubelet.Group.RunAsync(stop, [.. loops]).ConfigureAwait(false);
    }

    public void Dispose() => _server.Dispose();

    private async Task FollowAsync(CancellationToken cancel)
    {
        try
        {
            await _follower.RunAsync(cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // That is how it ends.
        }
    }

    private async Task ProbeAsync(CancellationToken cancel)
    {
        try
        {
            await _forwarder.RemoveLoopsAsync(cancel).ConfigureAwait(false);
            await Task.Delay(Timeout.Infinite, cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // That is how it ends.
        }
    }

    private static bool IsSame(IPEndPoint own, IPEndPoint upstream) =>
        own.Port == upstream.Port && (own.Address.Equals(upstream.Address) || (own.Address.Equals(IPAddress.Any) && IPAddress.IsLoopback(upstream.Address)));
}
