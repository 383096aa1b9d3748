using Keelson.Api.Core.V1;
using Keelson.Client;
using Keelson.Client.Informers;
using Keelson.Client.Reconciling;
using Keelson.Client.Recording;

namespace Keelson.Control.Controllers.NodeIpam;

/// <summary>Gives every node the range of addresses that its pods get theirs from.</summary>
/// <remarks>
/// What is taken follows from the nodes alone, so a restart knows it again. Nothing is given before all nodes are known.
/// </remarks>
internal sealed class NodeIpamController : IController, IReconciler<Node>
{
    private readonly ControllerContext _context;
    private readonly EventRecorder _recorder;
    private readonly Informer<Node> _nodes;
    private readonly RangePool _pool;
    private readonly Lock _lock = new();

    // What was given to nodes that do not show it yet; and who waits for a range.
    private readonly Dictionary<string, string> _given = new(StringComparer.Ordinal);
    private readonly HashSet<string> _waiting = new(StringComparer.Ordinal);
    private ReconcileLoop<Node>? _loop;

    public NodeIpamController(ControllerContext context)
    {
        _context = context;
        _recorder = context.Recorder("cidrAllocator");
        _nodes = context.Informers.For<Node>();
        _pool = new RangePool(context.Options.PodRange, context.Options.NodeRangePrefix);
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            await _nodes.WaitForSyncAsync(cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return;
        }

        // Before the first node gets one: all that have one hold theirs.
        foreach (var node in _nodes.Snapshot.All) Occupy(node);
        using var loop = _loop = _context.Loop("node-ipam-controller", this).Watch(_nodes);
        await loop.RunAsync(cancel).ConfigureAwait(false);
    }

    public async Task<Outcome> ReconcileAsync(ObjectKey key, CancellationToken cancel)
    {
        if (_nodes.Get(key) is not { } node)
        {
            Release(key.Name);
            return Outcome.Done;
        }

        if (Ranges(node).Any())
        {
            Occupy(node);
            return Outcome.Done;
        }

        if (Take(node) is not { } range)
        {
            _recorder.Record(node, "CIDRNotAvailable", $"Node {node.Metadata.Name} status is now: CIDRNotAvailable");
            return Outcome.Done;
        }

        await AssignAsync(node, range, cancel).ConfigureAwait(false);
        return Outcome.Done;
    }

    private async Task AssignAsync(Node node, string range, CancellationToken cancel)
    {
        try
        {
            var changed = node with { Spec = node.Spec with { PodCIDR = range, PodCIDRs = [range] } };
            await _context.Client.Resource<Node>().UpdateAsync(changed, cancel: cancel).ConfigureAwait(false);
        }
        catch (ApiException gone) when (gone.IsNotFound)
        {
            Release(node.Metadata.Name);
        }
        catch (ApiException refused) when (refused.Status.Code is >= 400 and < 500 && !refused.IsConflict)
        {
            // Only where the server surely wrote nothing is the range free again; else the node keeps it for the next attempt.
            Release(node.Metadata.Name);
            _recorder.Record(node, "CIDRAssignmentFailed", $"Node {node.Metadata.Name} status is now: CIDRAssignmentFailed");
            throw;
        }
    }

    private string? Take(Node node)
    {
        var name = node.Metadata.Name;
        lock (_lock)
        {
            // An earlier attempt may have been written without our knowing: a second range must not come into the world.
            if (_given.TryGetValue(name, out var given)) return given;
            if (_pool.TakeNext(name) is not { } range)
            {
                _waiting.Add(name);
                return null;
            }

            _given[name] = range;
            return range;
        }
    }

    private void Occupy(Node node)
    {
        var name = node.Metadata.Name;
        lock (_lock)
        {
            var before = _pool.Taken;
            _waiting.Remove(name);
            _given.Remove(name);
            _pool.Release(name);
            foreach (var range in Ranges(node)) _pool.Occupy(name, range);
            if (_pool.Taken < before) WakeWaiting();
        }
    }

    private void Release(string name)
    {
        lock (_lock)
        {
            _waiting.Remove(name);
            _given.Remove(name);
            if (_pool.Release(name)) WakeWaiting();
        }
    }

    private void WakeWaiting()
    {
        foreach (var waiting in _waiting) _loop?.Queue.Add(new ObjectKey("", waiting));
        _waiting.Clear();
    }

    private static IEnumerable<string> Ranges(Node node) => node.Spec.PodCIDRs.IsEmpty ? node.Spec.PodCIDR.Length > 0 ? [node.Spec.PodCIDR] : [] : node.Spec.PodCIDRs;
}
