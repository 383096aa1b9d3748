using Keelson.Control.Scheduler.Cache;
using Keelson.Control.Scheduler.Framework;
using Added = Keelson.Api.Core.V1.NodeAffinity;

namespace Keelson.Control.Scheduler.Plugins.NodeAffinity;

/// <summary>Node selectors and node affinity, required and preferred, of the pod and of the profile.</summary>
/// <param name="added">What the profile adds for all its pods; null for nothing.</param>
internal sealed class NodeAffinityPlugin(Added? added = null) : IPreFilter, IFilter, IPreScore, IScore
{
    private static readonly Verdict Mismatch = Verdict.Never("NodeAffinity", "node(s) didn't match Pod's node affinity/selector");
    private static readonly Verdict Enforced = Verdict.Never("NodeAffinity", "node(s) didn't match scheduler-enforced node affinity");
    private static readonly Verdict Conflict = Verdict.Never("NodeAffinity", "pod affinity terms conflict");

    public string Name => "NodeAffinity";

    public ClusterEvents WakesOn => ClusterEvents.NodeAdded | ClusterEvents.NodeLabels | ClusterEvents.PodChangedItself;

    bool IFilter.IsLocal => true;

    bool IScore.IsLocal => true;

    public Normalization Normalization => Normalization.Highest;

    public bool MayHelp(PodInfo pod, in ClusterChange change) => change.Node is not { } node || Accepts(pod.Shape, node);

    public PreFilterAnswer PreFilter(Cycle cycle)
    {
        var shape = cycle.Pod.Shape;
        var required = shape.NodeAffinity?.RequiredDuringSchedulingIgnoredDuringExecution;
        if (NodeMatcher.Named(required) is { } names) return names.Count == 0 ? PreFilterAnswer.Reject(Conflict) : PreFilterAnswer.Only(names);
        return PreFilterAnswer.Go;
    }

    public Verdict Filter(Cycle cycle, NodeState node)
    {
        if (added?.RequiredDuringSchedulingIgnoredDuringExecution is { } enforced && !NodeMatcher.Matches(enforced, node)) return Enforced;
        return cycle.Pod.Shape.Selects(node) ? Verdict.Fits : Mismatch;
    }

    public bool PreScore(Cycle cycle, ReadOnlySpan<NodeState> nodes) => Prefers(cycle.Pod.Shape.NodeAffinity) || Prefers(added);

    public long Score(Cycle cycle, NodeState node) => Weight(added, node) + Weight(cycle.Pod.Shape.NodeAffinity, node);

    private bool Accepts(PodShape shape, NodeState node) =>
        shape.Selects(node) && (added?.RequiredDuringSchedulingIgnoredDuringExecution is not { } enforced || NodeMatcher.Matches(enforced, node));

    private static bool Prefers(Added? affinity) => affinity is not null && !affinity.PreferredDuringSchedulingIgnoredDuringExecution.IsEmpty;

    private static long Weight(Added? affinity, NodeState node)
    {
        if (affinity is null) return 0;
        var weight = 0L;
        foreach (var term in affinity.PreferredDuringSchedulingIgnoredDuringExecution)
        {
            if (term.Weight != 0 && NodeMatcher.Matches(term.Preference, node)) weight += term.Weight;
        }

        return weight;
    }
}
