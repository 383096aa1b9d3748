using Keelson.Api.Core.V1;
using Keelson.Api.Discovery.V1;
using Keelson.Api.Meta.V1;
using Keelson.Api.Selectors;
using Keelson.Client;
using Keelson.Client.Informers;
using Keelson.Client.Resources;
using Keelson.Node.Kubelet;
using Keelson.Node.Proxy.Conntrack;
using Keelson.Node.Proxy.Health;
using Keelson.Node.Proxy.Nftables;
using CoreNode = Keelson.Api.Core.V1.Node;

namespace Keelson.Node.Proxy;

/// <summary>The service proxy of one node: follows services and their endpoints, and keeps the kernel's rules as they want.</summary>
public sealed class ServiceProxy(ApiClient client, ProxyOptions options)
{
    /// <summary>Services that another proxy looks after, and those that need none.</summary>
    private const string Ours = "!" + OtherProxyLabel + ",!" + HeadlessLabel;

    private const string OtherProxyLabel = "service.kubernetes.io/service-proxy-name";
    private const string HeadlessLabel = "service.kubernetes.io/headless";

    private const string ServiceNameLabel = "kubernetes.io/service-name";
    private const string ZoneLabel = "topology.kubernetes.io/zone";
    private const string ByService = "proxy-service";

    /// <summary>Runs until it is cancelled. The rules stay, so that connections and services outlive a restart.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        BridgeFiltering.Ensure(options);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var own = options.Informers is null ? new InformerFactory(client, new InformerOptions { OnError = options.OnError, DropManagedFields = true, Seed = options.NodeName.GetHashCode(StringComparison.Ordinal) }) : null;
        var informers = options.Informers ?? own!;
        // Shared informers know everything, for the others.
        var selection = own is null ? null : new Selection { Labels = LabelQuery.Parse(Ours) };
        var services = informers.For<Service>(selection: selection);
        var slices = informers.For<EndpointSlice>(selection: selection).AddIndex(new ObjectIndex<EndpointSlice>(ByService, static slice => ServiceOf(slice) is { } service ? [service.ToString()] : []));
        var nodes = informers.For<CoreNode>(selection: own is null ? null : new Selection { Fields = FieldQuery.Where("metadata.name", options.NodeName) });

        var metrics = new ProxyMetrics();
        var health = new ProxyHealth(options.Time, options.HealthPatience);
        var place = new NodePlace(options.NodeName, "");
        var loop = new SyncLoop(
            new NftablesBackend(options.Rules, options.Namespace),
            new CtNetlink(options.Namespace),
            () => services.Snapshot.All.Where(IsOurs).Select(static service => new ObjectKey(service.Metadata.Namespace, service.Metadata.Name)),
            key => PictureMaking.Of(services.Get(key) is { } service && IsOurs(service) ? service : null, slices.Snapshot.ByIndex(ByService, key.ToString()).Where(IsOurs), Volatile.Read(ref place)),
            options,
            metrics,
            health);

        using var toServices = services.AddHandler(key => loop.Queue(key, isService: true));
        using var toSlices = slices.AddHandler(new InformerHandler<EndpointSlice>
        {
            Added = QueueServiceOf,
            Updated = (before, after) =>
            {
                QueueServiceOf(before);
                QueueServiceOf(after);
            },
            Deleted = QueueServiceOf,
        });
        using var toNodes = nodes.AddHandler(new InformerHandler<CoreNode> { Added = Move, Updated = (_, node) => Move(node) });

        await using var servers = new ProxyServers(options, metrics, health);
        servers.Start();
        await Group.RunAsync(stop, own?.RunAsync(stop.Token) ?? Task.Delay(Timeout.Infinite, stop.Token), RunWhenSyncedAsync()).ConfigureAwait(false);

        async Task RunWhenSyncedAsync()
        {
            try
            {
                // The node may not exist yet, but whether it does must be known: else the first rules would lead to the wrong zone.
                await Task.WhenAll(services.WaitForSyncAsync(stop.Token), slices.WaitForSyncAsync(stop.Token), nodes.WaitForSyncAsync(stop.Token)).ConfigureAwait(false);
                await loop.RunAsync(stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // That is how it ends.
            }
        }

        void QueueServiceOf(EndpointSlice slice)
        {
            if (ServiceOf(slice) is { } key) loop.Queue(key, isService: false);
        }

        void Move(CoreNode node)
        {
            if (node.Metadata.Name != options.NodeName) return;
            var zone = node.Metadata.Labels.TryGetValue(ZoneLabel, out var label) ? label : "";
            if (zone == place.Zone) return;
            Volatile.Write(ref place, new NodePlace(options.NodeName, zone));
            loop.QueueAll();
        }
    }

    /// <summary>Takes away all rules that any run left in the kernel. Connections that exist go on.</summary>
    public static Task CleanUpAsync(ProxyOptions options, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new NftablesBackend(options.Rules, options.Namespace).CleanUpAsync(cancel);
    }

    private static bool IsOurs(Service service) => IsOurs(service.Metadata);

    private static bool IsOurs(EndpointSlice slice) => IsOurs(slice.Metadata);

    private static bool IsOurs(ObjectMeta metadata) => !metadata.Labels.ContainsKey(OtherProxyLabel) && !metadata.Labels.ContainsKey(HeadlessLabel);

    private static ObjectKey? ServiceOf(EndpointSlice slice) =>
        slice.Metadata.Labels.TryGetValue(ServiceNameLabel, out var name) && name.Length > 0 ? new ObjectKey(slice.Metadata.Namespace, name) : null;
}
