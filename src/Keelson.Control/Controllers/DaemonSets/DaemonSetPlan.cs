using Keelson.Api;
using Keelson.Api.Apps.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Selectors;
using Keelson.Control.Workloads;

namespace Keelson.Control.Controllers.DaemonSets;

/// <summary>On which nodes a set's pods are started, and which pods are ended.</summary>
/// <param name="Create">The names of nodes.</param>
/// <param name="Ended">Pods that ended by themselves and are replaced, with a pause.</param>
internal sealed record DaemonSetPlan(IReadOnlyList<string> Create, IReadOnlyList<Pod> Delete, IReadOnlyList<Pod> Ended, DaemonSetStatus Status)
{
    public static DaemonSetPlan Compute(DaemonSet set, string hash, IReadOnlyList<Node> nodes, IReadOnlyList<Pod> pods, Time now)
    {
        var perNode = pods.GroupBy(DaemonPods.NodeOf).ToDictionary(group => group.Key, group => group.ToList());
        var create = new List<string>();
        var delete = new List<Pod>();
        var ended = new List<Pod>();
        var current = new Dictionary<string, Pod?>();
        var misscheduled = 0;
        foreach (var node in nodes.OrderBy(node => node.Metadata.Name, StringComparer.Ordinal))
        {
            var here = perNode.GetValueOrDefault(node.Metadata.Name, []);
            var (shouldRun, mayStay) = Eligibility(set, node);
            if (!shouldRun && here.Any(pod => !PodFacts.IsTerminating(pod))) misscheduled++;
            if (!mayStay)
            {
                delete.AddRange(here.Where(pod => !PodFacts.IsTerminating(pod)));
                continue;
            }

            ended.AddRange(here.Where(pod => PodFacts.HasEnded(pod) && !PodFacts.IsTerminating(pod)));
            var living = here.Where(PodFacts.IsActive).OrderBy(pod => pod.Metadata.CreationTimestamp).ThenBy(pod => pod.Metadata.Name, StringComparer.Ordinal).ToList();
            delete.AddRange(living.Skip(1));
            if (shouldRun) current[node.Metadata.Name] = living.FirstOrDefault();
            // Two of the same daemon on a node would get in each other's way: the new one comes when the old one is gone.
            if (shouldRun && here.Count == 0) create.Add(node.Metadata.Name);
        }

        var names = nodes.Select(node => node.Metadata.Name).ToHashSet();
        // Pods of nodes that are no more have nobody to end them.
        delete.AddRange(pods.Where(pod => !names.Contains(DaemonPods.NodeOf(pod)) && !PodFacts.IsTerminating(pod)));
        if (IsRolling(set)) delete.AddRange(Outdated(set, hash, current, now).Except(delete));
        return new DaemonSetPlan([.. create.Take(PodControl.Burst)], [.. delete.Take(PodControl.Burst)], ended, StatusOf(set, hash, current, misscheduled, now));
    }

    public static bool IsRolling(DaemonSet set) => set.Spec.UpdateStrategy.Type is DaemonSetUpdateStrategyType.RollingUpdate or "";

    /// <summary>Whether a pod should be started on the node, and whether one that is there may stay.</summary>
    public static (bool ShouldRun, bool MayStay) Eligibility(DaemonSet set, Node node)
    {
        var spec = set.Spec.Template.Spec;
        if (spec.NodeName.Length > 0 && spec.NodeName != node.Metadata.Name) return (false, false);
        if (!NodeSelection.IsSelected(spec, node)) return (false, false);
        var tolerations = DaemonPods.Tolerations(spec);
        var mayStay = TaintTolerance.ToleratesAll(tolerations, node.Spec.Taints, TaintEffect.NoExecute);
        return (mayStay && TaintTolerance.ToleratesAll(tolerations, node.Spec.Taints, TaintEffect.NoSchedule), mayStay);
    }

    // Old pods that do not work go at once; of those that do only as many as may be missing.
    private static List<Pod> Outdated(DaemonSet set, string hash, Dictionary<string, Pod?> current, Time now)
    {
        var allowed = Math.Max(Share(set.Spec.UpdateStrategy.RollingUpdate?.MaxUnavailable ?? 1, current.Count), 1);
        var old = current.Values.OfType<Pod>().Where(pod => !IsUpdated(pod, hash)).ToList();
        var broken = old.Where(pod => !PodFacts.IsAvailable(pod, set.Spec.MinReadySeconds, now)).ToList();
        var missing = current.Values.Count(pod => pod is null || !PodFacts.IsAvailable(pod, set.Spec.MinReadySeconds, now));
        return [.. broken, .. old.Except(broken).Take(Math.Max(allowed - missing, 0))];
    }

    private static int Share(IntOrString share, int total) => share.TryScale(total, roundUp: true, out var value, out _) ? value : 0;

    private static bool IsUpdated(Pod pod, string hash) => pod.Metadata.Labels.GetValueOrDefault(TemplateHistory.HashLabel) == hash;

    private static DaemonSetStatus StatusOf(DaemonSet set, string hash, Dictionary<string, Pod?> current, int misscheduled, Time now)
    {
        var running = current.Values.OfType<Pod>().ToList();
        var available = running.Count(pod => PodFacts.IsAvailable(pod, set.Spec.MinReadySeconds, now));
        return set.Status with
        {
            ObservedGeneration = set.Metadata.Generation,
            DesiredNumberScheduled = current.Count,
            CurrentNumberScheduled = running.Count,
            NumberMisscheduled = misscheduled,
            NumberReady = running.Count(PodFacts.IsReady),
            NumberAvailable = available,
            NumberUnavailable = current.Count - available,
            UpdatedNumberScheduled = running.Count(pod => IsUpdated(pod, hash)),
        };
    }
}
