using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Keelson.Api.Core.V1;
using Keelson.Client;
using Keelson.Client.Informers;
using Keelson.Node.Network;
using Keelson.Server.Nodes;
using Keelson.Server.Serving;

namespace Keelson.Cluster;

/// <summary>Nodes with containers: each with a network namespace and a process of its own.</summary>
internal sealed class ContainerNodes(ClusterFolder folder, ClusterSettings settings, CertificateAuthority authority, TimeProvider time, ClusterLog log) : IClusterNodes
{
    private readonly List<ClusterNode> _nodes = [];
    private readonly List<NodeProcess> _processes = [];
    private ClusterNetwork? _network;
    private Socket? _socket;

    public string Description => settings.IsIsolated ? "containerd, isolated" : "containerd";

    public IReadOnlyList<Socket> Sockets => _socket is null ? [] : [_socket];

    public ApiServerOptions Configure(ApiServerOptions options) => options with
    {
        Sockets = Sockets,
        AdvertiseAddress = _network!.Address,
        AdvertisePort = NodeCredentials.ApiPort,
        BeforeListening = GiveRightsAsync,
        Nodes = new NodeAccess { Dial = async (host, port, cancel) => await _network.Namespace.DialAsync(host, port, cancel) },
    };

    public async Task PrepareAsync(CancellationToken cancel)
    {
        _network = await ClusterNetwork.CreateAsync(NetworkOptions(folder, settings), cancel);
        foreach (var warning in _network.Warnings) log.Write("network", warning);
        _socket = _network.Namespace.Listen(new IPEndPoint(_network.Address, NodeCredentials.ApiPort));
        var access = new NodeCredentials(authority, _network.Address, time);
        for (var index = 1; index <= settings.Nodes; index++)
        {
            var node = await _network.AddNodeAsync(settings.NodeNames[index - 1], index, cancel);
            _nodes.Add(node);
            access.Write(folder.Node(node.Name), node.Address);
            var process = new NodeProcess(folder, folder.Node(node.Name), node.Namespace, log, time);
            _processes.Add(process);
            // The nodes begin before there is an API server, which they wait for: their containerds take longest.
            process.Ensure();
        }
    }

    public async Task RunAsync(ApiServer server, ApiClient client, CancellationToken cancel)
    {
        await RemoveFormerNodesAsync(client, cancel);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var informers = new InformerFactory(client, new InformerOptions { OnError = failure => log.Report("node ports", failure) });
        var ports = new NodePortListeners(informers.For<Service>(), new NodePortListenersOptions
        {
            NodeAddresses = () => [.. _nodes.Select(node => node.Address)],
            DialIn = _network!.Namespace,
            Time = time,
            OnError = failure => log.Report("node ports", failure),
        });
        var routes = new ClusterRoutes(informers.For<Api.Core.V1.Node>(), _network);
        var resolvers = NameServers.Read(_network, onError: failure => log.Report("name servers", failure));
        try
        {
            await Task.WhenAll([informers.RunAsync(stop.Token), ports.RunAsync(stop.Token), routes.RunAsync(stop.Token), resolvers.RunAsync(_nodes, stop.Token), .. _processes.Select(process => process.SuperviseAsync(stop.Token))]);
        }
        finally
        {
            await stop.CancelAsync();
            // While there is a server still, so that they leave in order.
            if (cancel.IsCancellationRequested) await EndProcessesAsync();
        }
    }

    /// <summary>Ends the nodes and takes the network away; only files stay.</summary>
    public async ValueTask DisposeAsync()
    {
        await EndProcessesAsync();
        _socket?.Dispose();
        if (_network is not null) await _network.RemoveAsync(CancellationToken.None);
    }

    public static ClusterNetworkOptions NetworkOptions(ClusterFolder folder, ClusterSettings settings) => new() { ClusterId = folder.Id, IsIsolated = settings.IsIsolated };

    private Task EndProcessesAsync() => Task.WhenAll(_processes.Select(process => process.EndAsync()));

    // Nodes connect as soon as there is a server, and should not be refused first.
    private async Task GiveRightsAsync(HttpMessageHandler handler, CancellationToken cancel)
    {
        using var client = new ApiClient(new ApiClientOptions { Handler = handler, Time = time });
        await NodeRights.EnsureAsync(client, cancel);
    }

    // The cluster may have had more of them.
    private async Task RemoveFormerNodesAsync(ApiClient client, CancellationToken cancel)
    {
        foreach (var former in folder.ExistingNodes().Where(node => !settings.NodeNames.Contains(node.Name)))
        {
            log.Write("nodes", string.Create(CultureInfo.InvariantCulture, $"{former.Name} belongs to the cluster no more"));
            await ClusterRemoval.RemoveNodeAsync(folder, settings, former, time, cancel);
            if (await client.Resource<Api.Core.V1.Node>().FindAsync(former.Name, cancel) is not null) await client.Resource<Api.Core.V1.Node>().DeleteAsync(former.Name, cancel: cancel);
        }
    }
}
