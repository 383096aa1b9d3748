using System.Collections.Immutable;
using System.Net;
using Keelson.Client.Informers;

namespace Keelson.Node.Network;

/// <summary>Lets the cluster's own namespace, in which the API server dials, reach every pod.</summary>
public sealed class ClusterRoutes(Informer<ApiNode> nodes, ClusterNetwork network)
{
    private static readonly TimeSpan BatchWindow = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan RepairPeriod = TimeSpan.FromMinutes(1);

    private ImmutableSortedDictionary<string, string> _routes = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Takes what went wrong; it is tried again.</summary>
    public Action<Exception>? OnError { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Follows the nodes until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            await new NodeFollower(nodes, Time, BatchWindow, RepairPeriod, OnError).RunAsync(ConvergeAsync, cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // That is how it ends.
        }
    }

    private async Task ConvergeAsync(bool isRepair, CancellationToken cancel)
    {
        // Only ways through this cluster's own bridge: a node elsewhere has no place in this namespace.
        var routes = PodRoutes.Wanted(nodes.Snapshot.All, null, network.Options.PodRange)
            .Where(route => network.Options.Subnet.Contains(IPAddress.Parse(route.Value)))
            .ToImmutableSortedDictionary(StringComparer.Ordinal);
        if (!isRepair && routes.SequenceEqual(_routes)) return;
        await PodRoutes.ApplyAsync(network.Namespace, routes, cancel).ConfigureAwait(false);
        _routes = routes;
    }
}
