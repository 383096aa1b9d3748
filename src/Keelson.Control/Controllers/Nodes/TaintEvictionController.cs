using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Client;
using Keelson.Client.Informers;
using Keelson.Client.Reconciling;
using Keelson.Client.Recording;
using Keelson.Control.Workloads;

namespace Keelson.Control.Controllers.Nodes;

/// <summary>Deletes pods from nodes whose taints they do not tolerate, or no longer.</summary>
internal sealed class TaintEvictionController : IController, IReconciler<Pod>
{
    private const string NodeIndex = "node";

    private readonly ControllerContext _context;
    private readonly EventRecorder _recorder;
    private readonly Informer<Node> _nodes;
    private readonly Informer<Pod> _pods;

    public TaintEvictionController(ControllerContext context)
    {
        _context = context;
        _recorder = context.Recorder("taint-eviction-controller");
        _nodes = context.Informers.For<Node>();
        _pods = context.Informers.For<Pod>().AddIndex(new ObjectIndex<Pod>(NodeIndex, pod => pod.Spec.NodeName.Length > 0 ? [pod.Spec.NodeName] : []));
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        using var loop = _context.Loop("taint-eviction-controller", this)
            .Watch(_pods)
            .Watch(_nodes, node => _pods.Snapshot.ByIndex(NodeIndex, node.Metadata.Name).Select(pod => new ObjectKey(pod.Metadata.Namespace, pod.Metadata.Name)));
        await loop.RunAsync(cancel).ConfigureAwait(false);
    }

    public async Task<Outcome> ReconcileAsync(ObjectKey key, CancellationToken cancel)
    {
        if (_pods.Get(key) is not { } pod || PodFacts.IsTerminating(pod) || pod.Spec.NodeName.Length == 0 || _nodes.Get(new ObjectKey("", pod.Spec.NodeName)) is not { } node) return Outcome.Done;
        var now = _context.Now;
        if (Eviction.At(pod, node, now) is not { } at) return Outcome.Done;
        if (at > now) return Outcome.After(at - now);
        _recorder.Record(pod, "TaintManagerEviction", $"Marking for deletion Pod {key}");
        var condition = new PodCondition
        {
            Type = PodConditionType.DisruptionTarget,
            Status = ConditionStatus.True,
            Reason = "DeletionByTaintManager",
            Message = "Taint manager: deleting due to NoExecute taint",
            LastTransitionTime = now,
        };
        var conditions = pod.Status.Conditions.RemoveAll(other => other.Type == condition.Type).Add(condition);
        try
        {
            await _context.Client.Resource<Pod>().UpdateStatusAsync(pod with { Status = pod.Status with { Conditions = conditions } }, cancel: cancel).ConfigureAwait(false);
            await _context.Client.Resource<Pod>().DeleteAsync(key, new DeleteOptions { Preconditions = new Api.Meta.V1.Preconditions { Uid = pod.Metadata.Uid } }, cancel).ConfigureAwait(false);
        }
        catch (ApiException gone) when (gone.IsNotFound)
        {
            // That is what was wanted.
        }

        return Outcome.Done;
    }
}
