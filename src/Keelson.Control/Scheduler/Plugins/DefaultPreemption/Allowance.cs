using Keelson.Api.Policy.V1;
using Keelson.Api.Selectors;
using Keelson.Control.Scheduler.Cache;

namespace Keelson.Control.Scheduler.Plugins.DefaultPreemption;

/// <summary>What a disruption budget still allows, for one look at one node.</summary>
internal sealed class Allowance(PodDisruptionBudget budget)
{
    private readonly LabelQuery _query = PodMatcher.Query(budget.Spec.Selector);

    public int Allowed => budget.Status.DisruptionsAllowed;

    /// <summary>Whether the budget speaks of the pod. One that is on its way out already costs nothing more.</summary>
    public bool Covers(PodInfo pod) =>
        pod.Key.Namespace == budget.Metadata.Namespace && !_query.IsEverything && _query.Matches(pod.Pod.Metadata.Labels)
        && !budget.Status.DisruptedPods.ContainsKey(pod.Key.Name);
}
