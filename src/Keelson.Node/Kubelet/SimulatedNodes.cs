using System.Globalization;
using Keelson.Api.Core.V1;
using Keelson.Api.Selectors;
using Keelson.Client;
using Keelson.Client.Informers;
using Keelson.Client.Resources;
using Keelson.Node.Kubelet.Serving.Simulated;
using Keelson.Node.Runtime;
using Keelson.Node.Runtime.Simulated;

namespace Keelson.Node.Kubelet;

/// <summary>Many kubelets with simulated runtimes in one process, which share one watch of the pods.</summary>
public sealed class SimulatedNodes : IAsyncDisposable
{
    private readonly ApiClient _client;
    private readonly KubeletOptions _template;
    private readonly SimulatedEndpoint? _endpoint;
    private readonly List<KubeletOptions> _nodes = [];

    /// <param name="names">The nodes' names.</param>
    /// <param name="endpoint">Where the API server finds the nodes' kubelets, for logs and commands; nowhere when null. It stays the caller's.</param>
    public SimulatedNodes(ApiClient client, IReadOnlyList<string> names, TimeProvider time, Func<KubeletOptions, KubeletOptions>? configure = null, SimulatedEndpoint? endpoint = null)
    {
        _endpoint = endpoint;
        _client = client;
        for (var index = 0; index < names.Count; index++)
        {
            var number = index + 1;
            var options = new KubeletOptions
            {
                NodeName = names[index],
                Time = time,
                Runtime = new SimulatedRuntime(new SimulatedOptions { Time = time, IdPrefix = number.ToString("x8", CultureInfo.InvariantCulture) }),
                // A /24 a node, as long as the node object names none.
                PodSubnet = $"10.{128 + ((number >> 8) & 0x7f)}.{number & 0xff}.0/24",
                Port = endpoint is null ? 0 : SimulatedEndpoint.Port,
            };
            _nodes.Add(configure?.Invoke(options) ?? options);
        }

        _template = _nodes[0];
    }

    /// <summary>The nodes' runtimes, in the order of their names.</summary>
    public IReadOnlyList<IContainerRuntime> Runtimes => [.. _nodes.Select(node => node.Runtime)];

    /// <summary>Runs all nodes until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        var informers = new InformerFactory(_client, new InformerOptions { OnError = _template.OnError });
        var pods = informers.For<Pod>(selection: new Selection { Fields = FieldQuery.Parse("spec.nodeName!=") });
        var services = informers.For<Service>();
        var runtimes = _nodes.ToDictionary(node => node.NodeName, node => node.Runtime, StringComparer.Ordinal);
        if (_endpoint is not null) _endpoint.Find = (space, name) => pods.Snapshot.Get(space, name) is { } pod && runtimes.TryGetValue(pod.Spec.NodeName, out var runtime) ? (pod, runtime) : null;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        await Group.RunAsync(stop, [informers.RunAsync(stop.Token), .. _nodes.Select(node => new NodeAgent(_client, node).RunAsync(pods, services, stop.Token))]).ConfigureAwait(false);
    }

    /// <summary>Ends the runtimes, once the nodes do not run any more.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await node.Runtime.DisposeAsync().ConfigureAwait(false);
    }
}
