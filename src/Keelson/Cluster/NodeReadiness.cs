using Keelson.Api.Coordination.V1;
using Keelson.Client;

namespace Keelson.Cluster;

/// <summary>Waits until all nodes say that they are ready, and have said something since a moment: what they said before it tells nothing.</summary>
internal sealed class NodeReadiness(IReadOnlyList<string> names, DateTimeOffset since)
{
    private const string LeaseNamespace = "kube-node-lease";

    private readonly Lock _lock = new();
    private readonly HashSet<string> _ready = new(StringComparer.Ordinal);
    private readonly HashSet<string> _heard = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The nodes that are not ready yet.</summary>
    public IReadOnlyList<string> Missing
    {
        get
        {
            lock (_lock) return [.. names.Where(name => !_ready.Contains(name) || !_heard.Contains(name))];
        }
    }

    public async Task WaitAsync(ApiClient client, CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var watching = Task.WhenAll(WatchNodesAsync(client, stop.Token), WatchLeasesAsync(client, stop.Token));
        await Task.WhenAny(_all.Task, watching);
        await stop.CancelAsync();
        try
        {
            await watching;
        }
        catch (OperationCanceledException) when (_all.Task.IsCompleted)
        {
            // Nothing more is waited for.
        }
    }

    private async Task WatchNodesAsync(ApiClient client, CancellationToken cancel)
    {
        await foreach (var change in client.Resource<Api.Core.V1.Node>().WatchAsync(cancel: cancel))
        {
            if (change.Object is not { Metadata.Name: { } name } node) continue;
            if (node.Status.Conditions.FirstOrDefault(condition => condition.Type == "Ready") is not { } ready) continue;
            // Its times have no fractions of a second.
            Note(name, ready.Status == "True", ready.LastHeartbeatTime.UnixSeconds >= since.ToUnixTimeSeconds());
        }
    }

    // A node whose status has not changed writes it seldom, but it renews its lease.
    private async Task WatchLeasesAsync(ApiClient client, CancellationToken cancel)
    {
        await foreach (var change in client.Resource<Lease>().In(LeaseNamespace).WatchAsync(cancel: cancel))
        {
            if (change.Object is { Metadata.Name: { } name, Spec.RenewTime: { } renewed } && renewed.ToDateTimeOffset() >= since) Note(name, isReady: null, isHeard: true);
        }
    }

    private void Note(string name, bool? isReady, bool isHeard)
    {
        lock (_lock)
        {
            if (isReady == true) _ready.Add(name);
            else if (isReady == false) _ready.Remove(name);
            if (isHeard) _heard.Add(name);
            if (names.All(node => _ready.Contains(node) && _heard.Contains(node))) _all.TrySetResult();
        }
    }
}
