using System.Collections.Concurrent;
using Keelson.Api;
using Keelson.Api.Coordination.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Client;
using Keelson.Client.Informers;
using Keelson.Client.Reconciling;
using Keelson.Client.Recording;
using Keelson.Control.Workloads;

namespace Keelson.Control.Controllers.Nodes;

/// <summary>Notices nodes that fall silent, says so in their conditions and taints, and marks their pods as not ready.</summary>
internal sealed class NodeLifecycleController : IController, IReconciler<Node>
{
    private const string LeaseNamespace = "kube-node-lease";

    private readonly ControllerContext _context;
    private readonly EventRecorder _recorder;
    private readonly Informer<Node> _nodes;
    private readonly Informer<Lease> _leases;
    private readonly Informer<Pod> _pods;

    // By this process's own clock, as nodes may have another one. One entry a node.
    private readonly ConcurrentDictionary<string, Sign> _signs = new(StringComparer.Ordinal);

    public NodeLifecycleController(ControllerContext context)
    {
        _context = context;
        _recorder = context.Recorder("node-controller");
        _nodes = context.Informers.For<Node>();
        _leases = context.Informers.For<Lease>(LeaseNamespace);
        _pods = context.Informers.For<Pod>();
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        using var loop = _context.Loop("node-lifecycle-controller", this).Watch(_nodes).Watch(_leases, _ => []);
        await loop.RunAsync(cancel).ConfigureAwait(false);
    }

    public async Task<Outcome> ReconcileAsync(ObjectKey key, CancellationToken cancel)
    {
        if (_nodes.Get(key) is not { } node)
        {
            _signs.TryRemove(key.Name, out _);
            return Outcome.Done;
        }

        var silence = Silence(node);
        if (silence > _context.Options.NodeMonitorGracePeriod)
        {
            var status = NodeHealth.Silent(node, _context.Now);
            if (status != node.Status)
            {
                node = await _context.Client.Resource<Node>().UpdateStatusAsync(node with { Status = status }, cancel: cancel).ConfigureAwait(false);
                _recorder.Record(node, "NodeNotReady", $"Node {node.Metadata.Name} status is now: NodeNotReady");
            }
        }

        var taints = NodeHealth.Taints(node, _context.Now);
        if (taints != node.Spec.Taints) node = await _context.Client.Resource<Node>().UpdateAsync(node with { Spec = node.Spec with { Taints = taints } }, cancel: cancel).ConfigureAwait(false);
        if (NodeHealth.Status(node, NodeConditionType.Ready) is ConditionStatus.False or ConditionStatus.Unknown) await MarkPodsAsync(node, cancel).ConfigureAwait(false);
        return Outcome.After(_context.Options.NodeMonitorPeriod);
    }

    private TimeSpan Silence(Node node)
    {
        var lease = _leases.Get(new ObjectKey(LeaseNamespace, node.Metadata.Name))?.Spec.RenewTime ?? default;
        var ready = node.Status.Conditions.FirstOrDefault(condition => condition.Type == NodeConditionType.Ready);
        // What this controller wrote itself is no sign of life.
        var heartbeat = ready?.LastHeartbeatTime ?? default;
        var now = _context.Time.GetUtcNow();
        var sign = _signs.AddOrUpdate(
            node.Metadata.Name,
            _ => new Sign(node.Metadata.Uid, lease, heartbeat, now),
            (_, last) => last.Uid == node.Metadata.Uid && last.Lease == lease && last.Heartbeat == heartbeat ? last : new Sign(node.Metadata.Uid, lease, heartbeat, now));
        return now - sign.Seen;
    }

    // Nobody else tells services that these pods can't be reached.
    private async Task MarkPodsAsync(Node node, CancellationToken cancel)
    {
        foreach (var pod in _pods.Snapshot.All.Where(pod => pod.Spec.NodeName == node.Metadata.Name && PodFacts.IsReady(pod)))
        {
            var index = pod.Status.Conditions.FindIndex(condition => condition.Type == PodConditionType.Ready);
            var condition = pod.Status.Conditions[index] with { Status = ConditionStatus.False, LastTransitionTime = _context.Now };
            try
            {
                await _context.Client.Resource<Pod>().UpdateStatusAsync(pod with { Status = pod.Status with { Conditions = pod.Status.Conditions.With(index, condition) } }, cancel: cancel).ConfigureAwait(false);
                _recorder.Warn(pod, "NodeNotReady", "Node is not ready");
            }
            catch (ApiException overtaken) when (overtaken.IsConflict || overtaken.IsNotFound)
            {
                // The next look sees what it is now.
            }
        }
    }

    private sealed record Sign(string Uid, MicroTime Lease, Time Heartbeat, DateTimeOffset Seen);
}
