using System.Net;
using System.Security.Cryptography.X509Certificates;
using Keelson.Api.Authentication.V1;
using Keelson.Server.Access;
using Keelson.Server.Access.Nodes;
using Keelson.Server.Access.Rbac;
using Keelson.Server.Access.Rbac.Policy;
using Keelson.Server.Admission;
using Keelson.Server.Admission.Policies;
using Keelson.Server.Aggregation;
using Keelson.Server.Allocation;
using Keelson.Server.Audit;
using Keelson.Server.Cache;
using Keelson.Server.CustomResources;
using Keelson.Server.Fairness;
using Keelson.Server.Http;
using Keelson.Server.Nodes;
using Keelson.Server.Pages;
using Keelson.Server.Registry;
using Keelson.Server.Storing;
using Keelson.Server.Tokens;
using Keelson.Server.Verbs;
using Keelson.Server.Webhooks;
using Microsoft.AspNetCore.Http;

namespace Keelson.Server.Serving;

/// <summary>A Kubernetes API server over a store: served over HTTPS, or to callers in the same process without a socket, or both.</summary>
public sealed class ApiServer : IAsyncDisposable
{
    private readonly ApiServerOptions _options;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ResourceRegistry _registry;
    private readonly StateFeed _feed;
    private readonly RequestMetrics _metrics = new();
    private readonly WebhookMetrics _webhookMetrics = new();
    private readonly Auditor? _auditor;
    private WebhookClient? _webhooks;
    private CertificateAuthority? _own;
    private CertificateAuthority? _ownFrontProxy;
    private ApiAggregation? _aggregation;
    private ServiceAccountKey? _ownAccountKey;
    private RequestDelegate? _pipeline;
    private DefinitionLoop? _definitions;
    private AddressLoop? _addresses;
    private PolicyStatusLoop? _policies;
    private HttpsListener? _listener;
    private NodeConnections? _nodes;
    private ServerContext? _context;
    private ServerEndpoints? _endpoints;
    private FlowSchemaLoop? _flowSchemas;
    private readonly StartSteps _steps = new();
    private bool _isEnding;
    private bool _isDisposed;

    public ApiServer(ApiServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _auditor = options.Audit is { } audit ? new Auditor(audit, options.Time) : null;
        _registry = ResourceRegistry.WithBuiltIn(options.Apis);
        _feed = new StateFeed(options.Store, _registry, options.Time);
    }

    /// <summary>Where clients reach the server, once it has started; null without a socket.</summary>
    public Uri? Address => _listener?.Address;

    /// <summary>The authority that signed the server's certificate and signs those of its clients; there once it has started with a socket.</summary>
    public CertificateAuthority? Authority => _options.Authority ?? _own;

    /// <summary>Reads the state, creates what every cluster has, and begins to listen. When this returns, the server is ready.</summary>
    public async Task StartAsync(CancellationToken cancel = default)
    {
        await _feed.StartAsync(cancel).ConfigureAwait(false);
        if (_options.Listen is not null && _options.Authority is null) _own = CertificateAuthority.Create(_options.Time);
        if (Authority is not null && _options.FrontProxyAuthority is null) _ownFrontProxy = CertificateAuthority.CreateFrontProxy(_options.Time);
        _auditor?.Start();
        _pipeline = BuildPipeline();
        using (var handler = CreateHandler(KnownUsers.Itself)) await BootstrapAsync(handler, cancel).ConfigureAwait(false);
        foreach (var step in new[] { StartSteps.Namespaces, StartSteps.AuthenticationInfo, StartSteps.PriorityClasses, StartSteps.Flows }) _steps.Done(step);
        if (_options.Authorizer is null) await new PolicyWriter(_context!, _options.Store).RunAsync(cancel).ConfigureAwait(false);
        await _addresses!.StartAsync(cancel).ConfigureAwait(false);
        _steps.Done(StartSteps.Roles);
        await _definitions!.StartAsync(cancel).ConfigureAwait(false);
        _steps.Done(StartSteps.DefinitionsRead);
        _steps.Done(StartSteps.DefinitionsFollowed, () => _definitions.Running);
        _policies!.Start();
        await _aggregation!.StartAsync(cancel).ConfigureAwait(false);
        _flowSchemas = new FlowSchemaLoop(_context!, CreateHandler(KnownUsers.Itself));
        await _flowSchemas.StartAsync(cancel).ConfigureAwait(false);
        _steps.Done(StartSteps.ServicesRegistered);
        _steps.Done(StartSteps.Registration);
        _steps.Done(StartSteps.ServicesWatched, () => _aggregation.Running);
        if (_options.BeforeListening is { } prepare)
        {
            using var handler = CreateHandler(KnownUsers.Itself);
            await prepare(handler, cancel).ConfigureAwait(false);
        }

        if (_options.Listen is not null)
        {
            _listener = new HttpsListener(_options, Authority!);
            await _listener.StartAsync(_pipeline, cancel).ConfigureAwait(false);
            await StartEndpointsAsync(cancel).ConfigureAwait(false);
        }

        _steps.Done(StartSteps.Endpoints, _endpoints is { } kept ? () => kept.Running : null);
    }

    /// <summary>Enters the server's pipeline without a socket, as a user who needs no further proof.</summary>
    /// <remarks>Dispose it before the server: that ends what it still has open.</remarks>
    public HttpMessageHandler CreateHandler(UserInfo? user = null) =>
        new InProcessHandler(_pipeline ?? throw new InvalidOperationException("the server has not started"), user ?? KnownUsers.Loopback);

    /// <summary>A kubeconfig for a superuser.</summary>
    public string CreateAdminKubeconfig()
    {
        var address = Address ?? throw new InvalidOperationException("the server does not listen");
        using var client = Authority!.IssueClient("kubernetes-admin", [KnownUsers.Superusers], _options.Time);
        return Kubeconfig.Write(address, Authority.CertificatePem, client);
    }

    /// <summary>
    /// Says that the server is not ready, and goes on for the time that it takes to get around; then ends watches, lets other requests
    /// finish, and stops listening. The token cuts all that short.
    /// </summary>
    public async Task StopAsync(CancellationToken cancel = default)
    {
        var isFirst = !Interlocked.Exchange(ref _isEnding, true);
        if (isFirst && _listener is not null && _options.ShutdownDelay > TimeSpan.Zero)
        {
            await Task.Delay(_options.ShutdownDelay, _options.Time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        if (_listener is not null) await _listener.StopAsync(cancel).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        if (_endpoints is not null) await _endpoints.DisposeAsync().ConfigureAwait(false);
        if (_flowSchemas is not null) await _flowSchemas.DisposeAsync().ConfigureAwait(false);
        if (_addresses is not null) await _addresses.DisposeAsync().ConfigureAwait(false);
        await StopAsync().ConfigureAwait(false);
        if (_listener is not null) await _listener.DisposeAsync().ConfigureAwait(false);
        if (_aggregation is not null) await _aggregation.DisposeAsync().ConfigureAwait(false);
        if (_policies is not null) await _policies.DisposeAsync().ConfigureAwait(false);
        if (_definitions is not null) await _definitions.DisposeAsync().ConfigureAwait(false);
        await _feed.DisposeAsync().ConfigureAwait(false);
        _nodes?.Dispose();
        _webhooks?.Dispose();
        if (_auditor is not null) await _auditor.DisposeAsync().ConfigureAwait(false);
        _own?.Dispose();
        _ownFrontProxy?.Dispose();
        _ownAccountKey?.Dispose();
        _stopping.Dispose();
    }

    private CertificateAuthority? FrontProxyAuthority => _options.FrontProxyAuthority ?? _ownFrontProxy;

    private Task BootstrapAsync(HttpMessageHandler handler, CancellationToken cancel)
    {
        var port = Authority is null ? 443 : _options.AdvertisePort ?? _options.Listen?.Port ?? 443;
        var authorities = Authority is { } clients && FrontProxyAuthority is { } proxy ? (clients.CertificatePem, proxy.CertificatePem) : ((string, string)?)null;
        return Bootstrap.RunAsync(handler, _options.ServiceRanges, _options.Time, port, authorities, cancel);
    }

    // An address that means another place on every machine is none to tell pods of.
    private async Task StartEndpointsAsync(CancellationToken cancel)
    {
        var socket = _options.Sockets.Select(bound => bound.LocalEndPoint).OfType<IPEndPoint>().FirstOrDefault();
        var address = _options.AdvertiseAddress ?? socket?.Address ?? _options.Listen!.Address;
        var port = _options.AdvertisePort ?? (_options.AdvertiseAddress is null ? socket?.Port : null) ?? Address!.Port;
        if (IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)) return;
        _endpoints = new ServerEndpoints(_options.Store, _options.IsStoreShared, CreateHandler(KnownUsers.Itself), _options.Time, address, port);
        await _endpoints.StartAsync(cancel).ConfigureAwait(false);
    }

    private RegisteredResource Known(string group, string plural) => _registry.Find(group, "v1", plural) ?? throw new InvalidOperationException($"{plural} are not registered");

    private AddressRecords MakeRecords() =>
        new(Known("", "services"), Known("networking.k8s.io", "ipaddresses"), _feed, _options.Time, () => _context!.NewUid());

    private ServiceAllocator MakeAllocator(ObjectStore objects, AddressRecords records, PortRecords ports)
    {
        _options.ServiceRanges.Check();
        var (services, ranges) = (Known("", "services"), _feed.CacheOf(Known("networking.k8s.io", "servicecidrs")));
        var repair = new AddressRepair(services, records, new ServiceRangeSet(ranges), _feed, _options.Time);
        _addresses = new AddressLoop(repair, new PortRepair(services, ports, _options.ServiceRanges, _feed), records, ranges, objects, _options.ServiceRanges, () => CreateHandler(KnownUsers.Loopback), _options.Time);

        // Its own source of chance, as it draws under its own lock.
        return new ServiceAllocator(objects, services, records, ports, new ServiceRangeSet(ranges), _options.ServiceRanges, _options.Time, new Random(_options.Random.Next()));
    }

    private AdmissionChain MakeAdmission(AdmissionLookup lookup, ServiceResolver resolver, IAuthorizer authorizer, RbacAuthorizer? rbac)
    {
        _webhooks = new WebhookClient(_options.Nodes.Dial, resolver, _options.Time);
        var caller = new WebhookCaller(_webhooks, lookup, authorizer, () => _context!.NewUid(), _webhookMetrics, _options.Time);
        var setup = new AdmissionSetup(lookup, authorizer, _options.Time, prefix => _context!.NewName(prefix), caller);
        var plugins = AdmissionPlugins.Chosen(setup, _options.EnabledAdmissionPlugins, _options.DisabledAdmissionPlugins);
        return new AdmissionChain(rbac is null ? plugins : [.. plugins, new EscalationGuard(rbac)]);
    }

    private RequestDelegate BuildPipeline()
    {
        var records = MakeRecords();
        var ports = new PortRecords(Known("", "services"), _feed);
        var objects = new ObjectStore(_options.Store, _feed, _options.IsStoreShared, new AllCompanions(records, ports));
        var rbac = _options.Authorizer is null ? new RbacAuthorizer(objects, _registry) : null;
        var authorizer = rbac is null ? _options.Authorizer! : new UnionAuthorizer([new NodeAuthorizer(objects, _registry), rbac]);
        var tokens = new ServiceAccountTokens(_options.AccountKey ?? (_ownAccountKey = ServiceAccountKey.Create()), objects, _registry, _options.Time, _options.Tokens);
        var lookup = new AdmissionLookup(objects, _registry);
        var resolver = new ServiceResolver(lookup, () => _context!.Chance());
        var admission = MakeAdmission(lookup, resolver, authorizer, rbac);
        var server = new ServerContext(_registry, objects, _feed, admission, _options.Time, _options.Random, _stopping.Token)
        {
            Metrics = _metrics,
            Services = MakeAllocator(objects, records, ports),
            Tokens = tokens,
            Webhooks = _webhooks!,
            StalledWatch = _options.Limits.StalledWatch,
            Nodes = _nodes = new NodeConnections(_options.Nodes, Authority, _options.Time),
        };
        _context = server;
        _definitions = new DefinitionLoop(server);
        _policies = new PolicyStatusLoop(server);
        var aggregation = _aggregation = new ApiAggregation(server, _options.Nodes, resolver, lookup, FrontProxyAuthority);
        var limits = _options.Limits;
        var flows = limits.PriorityAndFairness ? new FlowControl(_feed, _registry, limits.Reading + limits.Writing, _options.Time) : null;
        var health = new HealthPage(server, _steps, () => Volatile.Read(ref _isEnding));
        IPage[] pages =
        [
            new DiscoveryPages(server, aggregation.Aggregator, aggregation.Proxy),
            new VersionPage(),
            new IssuerPages(tokens.Key),
            health,
            new MetricsPage(server, _metrics, _webhookMetrics, _auditor?.Metrics, flows),
            .. flows is null ? Array.Empty<IPage>() : [new FlowPage(flows)],
            new RootPage(server, aggregation.Aggregator, [.. health.Paths]),
        ];
        return Pipeline.Build(server, MakeAuthenticators(tokens), authorizer, limits, _metrics, pages, aggregation.Proxy, _auditor, flows);
    }

    private IAuthenticator[] MakeAuthenticators(ServiceAccountTokens tokens)
    {
        IAuthenticator[] byCertificate = Authority is { } authority
            ? [new RequestHeaderAuthenticator(WithoutKey(FrontProxyAuthority!), _options.Time), new ClientCertificateAuthenticator(WithoutKey(authority), _options.Time)]
            : [];
        return [new InProcessAuthenticator(), .. byCertificate, new ServiceAccountAuthenticator(tokens), new BearerTokenAuthenticator(_options.Tokens)];
    }

    private static X509Certificate2 WithoutKey(CertificateAuthority authority) => X509CertificateLoader.LoadCertificate(authority.Certificate.RawData);
}
