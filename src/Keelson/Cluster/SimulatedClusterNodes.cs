using System.Net.Sockets;
using Keelson.Client;
using Keelson.Node.Kubelet;
using Keelson.Node.Kubelet.Serving.Simulated;
using Keelson.Server.Nodes;
using Keelson.Server.Serving;

namespace Keelson.Cluster;

/// <summary>Nodes without containers, inside the cluster's own process. They need no rights and no other program.</summary>
internal sealed class SimulatedClusterNodes(ClusterSettings settings, TimeProvider time, ClusterLog log) : IClusterNodes
{
    private readonly SimulatedEndpoint _endpoint = new(time);

    public string Description => "simulated";

    public IReadOnlyList<Socket> Sockets => [];

    public ApiServerOptions Configure(ApiServerOptions options) => options with
    {
        // They are in this very process.
        Nodes = new NodeAccess { Dial = _endpoint.DialAsync, VerifiesKubelets = false },
    };

    public Task PrepareAsync(CancellationToken cancel) => Task.CompletedTask;

    public async Task RunAsync(ApiServer server, ApiClient client, CancellationToken cancel)
    {
        await using var nodes = new SimulatedNodes(client, settings.NodeNames, time, options => options with { OnError = failure => log.Report("kubelet", failure) }, _endpoint);
        await nodes.RunAsync(cancel);
    }

    public ValueTask DisposeAsync() => _endpoint.DisposeAsync();
}
