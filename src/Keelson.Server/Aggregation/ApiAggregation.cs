using Keelson.Server.Admission;
using Keelson.Server.Nodes;
using Keelson.Server.Serving;
using Keelson.Server.Verbs;
using Keelson.Server.Webhooks;

namespace Keelson.Server.Aggregation;

/// <summary>The parts of the aggregation, put together: what is known of other servers, the way to them, and what keeps that true.</summary>
internal sealed class ApiAggregation : IAsyncDisposable
{
    private readonly FrontProxy _identity;
    private readonly BackendConnections _connections;
    private readonly AggregationLoop _loop;

    public ApiAggregation(ServerContext server, NodeAccess access, ServiceResolver resolver, AdmissionLookup lookup, CertificateAuthority? authority)
    {
        _identity = new FrontProxy(authority, server.Time);
        _connections = new BackendConnections(access, resolver, _identity, server.Time);
        Aggregator = new Aggregator(server.Feed, server.Registry);
        Proxy = new AggregationProxy(Aggregator, server.Objects, _connections, new Relay(access, server.Stopping));
        _loop = new AggregationLoop(server, Aggregator, new ServiceCheck(new BackendClient(_connections, access, server.Time), lookup, server.Time));
    }

    public Aggregator Aggregator { get; }

    public AggregationProxy Proxy { get; }

    /// <summary>The work that goes on until this is disposed.</summary>
    public Task Running => _loop.Running;

    public Task StartAsync(CancellationToken cancel) => _loop.StartAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        await _loop.DisposeAsync().ConfigureAwait(false);
        _connections.Dispose();
        _identity.Dispose();
    }
}
