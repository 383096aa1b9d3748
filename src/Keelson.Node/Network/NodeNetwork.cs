using System.Collections.Immutable;
using System.Net;
using Keelson.Client.Informers;

namespace Keelson.Node.Network;

/// <summary>A node's part of the pods' network: its CNI configuration, its bridge, and the routes to the pods of other nodes.</summary>
public sealed class NodeNetwork(Informer<ApiNode> nodes, NodeNetworkOptions options)
{
    private readonly TaskCompletionSource<IPNetwork> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IPNetwork? _range;
    private ImmutableSortedDictionary<string, string> _routes = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Waits until pods can be connected, and answers with the range that they get their addresses from.</summary>
    public Task<IPNetwork> WaitUntilReadyAsync(CancellationToken cancel) => _ready.Task.WaitAsync(cancel);

    /// <summary>Follows the nodes until it is cancelled; what was made stays, as pods live on.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            await new NodeFollower(nodes, options.Time, options.BatchWindow, options.RepairPeriod, options.OnError).RunAsync(ConvergeAsync, cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // That is how it ends.
        }
        finally
        {
            _ready.TrySetCanceled(CancellationToken.None);
        }
    }

    private async Task ConvergeAsync(bool isRepair, CancellationToken cancel)
    {
        var all = nodes.Snapshot;
        var own = all.Get("", options.NodeName);
        var range = own is null ? null : PodRoutes.RangeOf(own, options.PodRange);
        // A node that is not known for a moment keeps what it has: its pods run on.
        if (range is { } mine && (isRepair || mine != _range))
        {
            await PodBridge.EnsureAsync(options, mine, cancel).ConfigureAwait(false);
            CniConfiguration.Write(options, mine);
            _range = mine;
        }

        var routes = PodRoutes.Wanted(all.All, options.NodeName, options.PodRange);
        if (isRepair || !routes.SequenceEqual(_routes))
        {
            await PodRoutes.ApplyAsync(options.Namespace, routes, cancel).ConfigureAwait(false);
            _routes = routes;
        }

        if (_range is { } made) _ready.TrySetResult(made);
    }
}
