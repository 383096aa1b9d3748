using Keelson.Control.Scheduler.Cache;
using Keelson.Control.Scheduler.Framework;

namespace Keelson.Control.Scheduler.Plugins.DefaultPreemption;

/// <summary>Finds the pods that must go from one node: takes all that may, and puts back each that need not.</summary>
internal sealed class VictimSearch(Cycle cycle, NodeState node, IReadOnlyList<Allowance> allowances)
{
    private static readonly Rejection NoVictims = Verdict.Never("DefaultPreemption", "No preemption victims found for incoming pod").Rejection!;

    /// <summary>Why the node cannot help.</summary>
    public Rejection? Rejection { get; private set; }

    /// <summary>The victims; null where taking pods away does not help. The node is afterwards as it was.</summary>
    public Candidate? Run()
    {
        var lesser = node.Pods.Values.Where(pod => pod.Priority < cycle.Pod.Priority).ToList();
        if (lesser.Count == 0)
        {
            Rejection = NoVictims;
            return null;
        }

        foreach (var pod in lesser) cycle.Cluster.Lift(pod, node);
        var gone = new List<PodInfo>(lesser);
        try
        {
            Rejection = cycle.TryOn(node);
            return Rejection is null ? Reprieve(lesser, gone) : null;
        }
        finally
        {
            foreach (var pod in gone) cycle.Cluster.PutBack(pod, node);
        }
    }

    private Candidate Reprieve(List<PodInfo> lesser, List<PodInfo> gone)
    {
        lesser.Sort(Importance.Compare);
        var (violating, others) = Split(lesser);
        var victims = new List<PodInfo>();
        var violations = 0;
        foreach (var pod in violating)
        {
            if (TryPutBack(pod, gone)) continue;
            victims.Add(pod);
            violations++;
        }

        foreach (var pod in others)
        {
            if (!TryPutBack(pod, gone)) victims.Add(pod);
        }

        victims.Sort(Importance.Compare);
        return new Candidate(node, victims, violations);
    }

    private bool TryPutBack(PodInfo pod, List<PodInfo> gone)
    {
        cycle.Cluster.PutBack(pod, node);
        if (cycle.TryOn(node) is null)
        {
            gone.Remove(pod);
            return true;
        }

        cycle.Cluster.Lift(pod, node);
        return false;
    }

    /// <summary>Which pods cannot go without breaking a budget, if all of them go in this order.</summary>
    private (List<PodInfo> Violating, List<PodInfo> Others) Split(List<PodInfo> pods)
    {
        var allowed = allowances.Select(allowance => allowance.Allowed).ToArray();
        var violating = new List<PodInfo>();
        var others = new List<PodInfo>();
        foreach (var pod in pods)
        {
            var breaks = false;
            for (var i = 0; i < allowed.Length; i++)
            {
                if (allowances[i].Covers(pod) && --allowed[i] < 0) breaks = true;
            }

            (breaks ? violating : others).Add(pod);
        }

        return (violating, others);
    }
}
