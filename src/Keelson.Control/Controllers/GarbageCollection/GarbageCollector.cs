using Keelson.Api.Meta.V1;
using Keelson.Client;
using Keelson.Client.Informers;
using Keelson.Client.Queues;

namespace Keelson.Control.Controllers.GarbageCollection;

/// <summary>Deletes what has lost all its owners, in the order in which owners wish to go.</summary>
internal sealed class GarbageCollector(ControllerContext context) : IController
{
    private const string Name = "garbage-collector";

    /// <summary>How long it waits at most for all caches before it begins; what it does not know it asks the server.</summary>
    private static readonly TimeSpan SyncLimit = TimeSpan.FromSeconds(30);

    private readonly OwnerGraph _graph = new();
    private readonly CollectionWriter _writer = new(context.Client);

    public async Task RunAsync(CancellationToken cancel)
    {
        using var queue = new WorkQueue<string>(new WorkQueueOptions<string> { Time = context.Time });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var monitors = new Monitors(context, resource => Watcher(resource, queue), resource => Forget(resource, queue));
        var workers = new List<Task>();
        try
        {
            await RefreshAsync(monitors, cancel).ConfigureAwait(false);
            await SyncAsync(monitors, cancel).ConfigureAwait(false);
            for (var i = 0; i < context.Options.Workers; i++) workers.Add(WorkAsync(monitors, queue, stop.Token));
            while (true)
            {
                await Task.Delay(context.Options.DiscoveryPeriod, context.Time, cancel).ConfigureAwait(false);
                await RefreshAsync(monitors, cancel).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // That is how it ends.
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(workers).ConfigureAwait(false);
            await monitors.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task RefreshAsync(Monitors monitors, CancellationToken cancel)
    {
        try
        {
            await monitors.RefreshAsync(cancel).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is ApiException or HttpRequestException or TimeoutException or IOException)
        {
            context.Report(Name, default, 0, failure);
        }
    }

    private async Task SyncAsync(Monitors monitors, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(SyncLimit, context.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            await monitors.WaitForSyncAsync(both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            context.Report(Name, default, 0, new TimeoutException($"Not all kinds could be listed in {SyncLimit.TotalSeconds} s; the others are collected meanwhile."));
        }
    }

    private InformerHandler<PartialObjectMetadata> Watcher(ApiResource resource, WorkQueue<string> queue) => new()
    {
        Added = value => Observe(new GraphNode(resource, value.Metadata), queue),
        Updated = (_, value) => Observe(new GraphNode(resource, value.Metadata), queue),
        Deleted = value => Lose(new GraphNode(resource, value.Metadata), queue),
    };

    private void Observe(GraphNode node, WorkQueue<string> queue)
    {
        _graph.Set(node);
        if (node.IsDeleting || !node.Metadata.OwnerReferences.IsEmpty) queue.Add(node.Uid);
        foreach (var owner in node.Metadata.OwnerReferences)
        {
            if (_graph.Find(owner.Uid) is { WaitsForDependents: true }) queue.Add(owner.Uid);
        }
    }

    private void Lose(GraphNode node, WorkQueue<string> queue)
    {
        _graph.Remove(node.Uid);
        foreach (var dependent in _graph.Dependents(node.Uid)) queue.Add(dependent.Uid);
        foreach (var owner in node.Metadata.OwnerReferences) queue.Add(owner.Uid);
    }

    private void Forget(ApiResource resource, WorkQueue<string> queue)
    {
        foreach (var node in _graph.RemoveAll(resource)) Lose(node, queue);
    }

    private async Task WorkAsync(Monitors monitors, WorkQueue<string> queue, CancellationToken cancel)
    {
        try
        {
            while (await queue.TakeAsync(cancel).ConfigureAwait(false) is (true, var uid))
            {
                try
                {
                    if (_graph.Find(uid) is { } node) await CollectAsync(node, monitors, queue, cancel).ConfigureAwait(false);
                    queue.Forget(uid);
                }
                catch (Exception failure) when (failure is not OperationCanceledException || !cancel.IsCancellationRequested)
                {
                    // Whatever it is, the object must not be lost.
                    queue.AddRateLimited(uid);
                    context.Report(Name, _graph.Find(uid)?.Key ?? default, queue.Failures(uid), failure);
                }
                finally
                {
                    queue.Done(uid);
                }
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // That is how it ends.
        }
    }

    private async Task CollectAsync(GraphNode node, Monitors monitors, WorkQueue<string> queue, CancellationToken cancel)
    {
        if (node.OrphansDependents)
        {
            foreach (var dependent in _graph.Dependents(node.Uid)) await _writer.StrikeAsync(dependent, node.Uid, cancel).ConfigureAwait(false);
            await _writer.RemoveFinalizerAsync(node, Collection.OrphanFinalizer, cancel).ConfigureAwait(false);
        }
        else if (node.WaitsForDependents)
        {
            var dependents = _graph.Dependents(node.Uid);
            if (dependents.Any(dependent => dependent.Metadata.OwnerReferences.Any(owner => owner.Uid == node.Uid && owner.BlockOwnerDeletion == true)))
            {
                foreach (var dependent in dependents.Where(dependent => !dependent.IsDeleting)) queue.Add(dependent.Uid);
            }
            else
            {
                await _writer.RemoveFinalizerAsync(node, Collection.ForegroundFinalizer, cancel).ConfigureAwait(false);
                foreach (var dependent in dependents) queue.Add(dependent.Uid);
            }
        }
        else if (!node.IsDeleting && node.Metadata.OwnerReferences.Any(owner => _graph.Find(owner.Uid) is null or { WaitsForDependents: true }))
        {
            await JudgeAsync(node, monitors, cancel).ConfigureAwait(false);
        }
    }

    private async Task JudgeAsync(GraphNode node, Monitors monitors, CancellationToken cancel)
    {
        // What the cache says of the object may be old; it dies only by what the server says now.
        if (await _writer.FindAsync(node.Resource, node.Key, cancel).ConfigureAwait(false) is not { } latest || latest.Uid != node.Uid) return;
        var owners = new List<(OwnerReference, OwnerState)>();
        foreach (var owner in latest.OwnerReferences)
        {
            if (await StateAsync(node, owner, monitors, cancel).ConfigureAwait(false) is not { } state) return;
            owners.Add((owner, state));
        }

        var verdict = Collection.Decide(latest, owners, _graph.Dependents(node.Uid).Count > 0);
        if (verdict.Owners is { } solid) await _writer.SetOwnersAsync(node.Resource, latest, solid, cancel).ConfigureAwait(false);
        else if (verdict.Propagation is { } propagation) await _writer.DeleteAsync(node.Resource, latest, propagation, cancel).ConfigureAwait(false);
    }

    // Null where the owner can't be what it claims to be: then nothing is done.
    private async Task<OwnerState?> StateAsync(GraphNode node, OwnerReference owner, Monitors monitors, CancellationToken cancel)
    {
        if (_graph.Find(owner.Uid) is { } known)
        {
            var isReachable = known.Metadata.Namespace.Length == 0 || known.Metadata.Namespace == node.Metadata.Namespace;
            if (isReachable && known.Metadata.Name == owner.Name && known.Resource.Kind == owner.Kind) return known.WaitsForDependents ? OwnerState.Waiting : OwnerState.Solid;
        }

        var group = Api.GroupVersionKind.Parse(owner.ApiVersion, owner.Kind)?.Group ?? "";
        var resource = monitors.Mapper?.Find(group, owner.Kind) ?? throw new InvalidOperationException($"Nothing is known of the owner's kind {owner.Kind} in {owner.ApiVersion}.");
        if (resource.IsNamespaced && node.Metadata.Namespace.Length == 0) return null;
        var key = new ObjectKey(resource.IsNamespaced ? node.Metadata.Namespace : "", owner.Name);
        var found = await _writer.FindAsync(resource, key, cancel).ConfigureAwait(false);
        if (found is null || found.Uid != owner.Uid) return OwnerState.Absent;
        return new GraphNode(resource, found).WaitsForDependents ? OwnerState.Waiting : OwnerState.Solid;
    }
}
