using Keelson.Api.Core.V1;
using Keelson.Api.Policy.V1;
using Keelson.Control.Scheduler.Cache;
using Keelson.Control.Scheduler.Framework;

namespace Keelson.Control.Scheduler.Plugins.DefaultPreemption;

/// <summary>Makes room for a pod that fits nowhere, at the cost of less important ones: as few, as unimportant and as little against budgets as can be.</summary>
/// <param name="budgets">The disruption budgets as they are now.</param>
internal sealed class DefaultPreemptionPlugin(Func<IEnumerable<PodDisruptionBudget>> budgets, Random random) : IPostFilter
{
    /// <summary>Nodes that are looked at: a tenth of those that may help, or this many.</summary>
    public const int FewestCandidates = 100;

    private const int CandidatesInPercent = 10;
    private const string Unhelpful = "Preemption is not helpful for scheduling";

    public string Name => "DefaultPreemption";

    public ClusterEvents WakesOn => ClusterEvents.PodRemoved;

    public PostFilterAnswer PostFilter(Cycle cycle)
    {
        if (WhyNot(cycle) is { } reason) return new PostFilterAnswer(null, [], "preemption: " + reason);
        var nodes = cycle.Rejecting.Where(node => cycle.RejectionBy(node)!.IsResolvable).ToList();
        var (candidates, rejections) = Search(cycle, nodes);
        if (candidates.Count == 0) return new PostFilterAnswer("", [], "preemption: " + Explain(cycle, rejections));
        var best = Candidate.Best(candidates);
        return new PostFilterAnswer(best.Node.Name, best.Victims, "");
    }

    /// <summary>Why a pod may not push others aside; null where it may.</summary>
    private static string? WhyNot(Cycle cycle)
    {
        var pod = cycle.Pod;
        if (pod.Pod.Spec.PreemptionPolicy == PreemptionPolicy.Never) return "not eligible due to preemptionPolicy=Never.";
        if (pod.NominatedNode.Length == 0 || cycle.Cluster.Node(pod.NominatedNode) is not { } node) return null;
        // Where the node cannot help any more, another may be looked for although the victims are not gone yet.
        if (cycle.RejectionBy(node) is { IsResolvable: false }) return null;
        return node.Pods.Values.Any(other => other.Priority < pod.Priority && IsPreempted(other))
            ? "not eligible due to a terminating pod on the nominated node."
            : null;
    }

    private static bool IsPreempted(PodInfo pod) => pod.IsTerminating && pod.Pod.Status.Conditions.Any(
        condition => condition is { Type: "DisruptionTarget", Status: "True", Reason: "PreemptionByScheduler" });

    private (List<Candidate> Candidates, List<Rejection> Rejections) Search(Cycle cycle, List<NodeState> nodes)
    {
        var candidates = new List<Candidate>();
        var rejections = new List<Rejection>();
        if (nodes.Count == 0) return (candidates, rejections);
        var allowances = budgets().Select(budget => new Allowance(budget)).ToList();
        var enough = Math.Min(nodes.Count, Math.Max(FewestCandidates, nodes.Count * CandidatesInPercent / 100));
        var offset = random.Next(nodes.Count);
        for (var i = 0; i < nodes.Count; i++)
        {
            var search = new VictimSearch(cycle, nodes[(offset + i) % nodes.Count], allowances);
            if (search.Run() is { } candidate) candidates.Add(candidate);
            else rejections.Add(search.Rejection!);
            // One that breaks no budget has to be among them, if there is one.
            if (candidates.Count >= enough && candidates.Exists(found => found.Violations == 0)) break;
        }

        return (candidates, rejections);
    }

    private static string Explain(Cycle cycle, List<Rejection> rejections)
    {
        var nodes = cycle.Cluster.Nodes.Length;
        var reasons = new Dictionary<string, int>();
        foreach (var rejection in rejections) Diagnosis.Count(reasons, rejection.Reasons);
        if (nodes > rejections.Count) Diagnosis.Count(reasons, [Unhelpful], nodes - rejections.Count);
        return Diagnosis.Describe(nodes, reasons);
    }
}
