using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Api.Policy.V1;
using Keelson.Client.Reconciling;
using Keelson.Control.Workloads;

namespace Keelson.Control.Controllers.Disruption;

/// <summary>How many of a budget's pods are healthy, must be, and may go.</summary>
/// <param name="Failure">Why nothing can be said; then nothing may go.</param>
/// <param name="Recheck">When an eviction that was not carried out no longer counts.</param>
internal sealed record DisruptionPlan(PodDisruptionBudgetStatus Status, string? Failure, int Unmanaged, Outcome Recheck)
{
    private const string Allowed = "DisruptionAllowed";

    /// <summary>After how long a pod that was to be evicted and is still there counts again; two minutes, as upstream.</summary>
    private static readonly TimeSpan EvictionLimit = TimeSpan.FromMinutes(2);

    /// <summary>The pods of a budget and how many there should be.</summary>
    /// <param name="Scale">How many all owners together want; null where that cannot be known, with the reason.</param>
    internal readonly record struct Expectation(int? Scale, string? Failure, int Unmanaged);

    /// <param name="expectation">Asked only where the budget is in percent or says what may be missing.</param>
    public static DisruptionPlan Compute(PodDisruptionBudget budget, IReadOnlyList<Pod> pods, Expectation expectation, Time now)
    {
        var (disrupted, recheck) = StillDisrupted(budget, pods, now);
        if (Count(budget, pods.Count, expectation) is not var (expected, desired)) return Fail(budget, expectation.Failure ?? "the budget asks for nothing", now, recheck);
        var healthy = pods.Count(pod => !PodFacts.IsTerminating(pod) && !disrupted.ContainsKey(pod.Metadata.Name) && PodFacts.IsReady(pod));
        var allowed = expected <= 0 ? 0 : Math.Max(healthy - desired, 0);
        var status = budget.Status with
        {
            ObservedGeneration = budget.Metadata.Generation,
            CurrentHealthy = healthy,
            DesiredHealthy = desired,
            ExpectedPods = expected,
            DisruptionsAllowed = allowed,
            DisruptedPods = disrupted.Count == 0 ? default : disrupted.ToApiMap(),
            Conditions = With(budget, allowed > 0 ? ConditionStatus.True : ConditionStatus.False, allowed > 0 ? "SufficientPods" : "InsufficientPods", "", now),
        };
        return new DisruptionPlan(status, null, expectation.Unmanaged, recheck);
    }

    /// <summary>Whether the number of pods that the owners want decides.</summary>
    public static bool NeedsScale(PodDisruptionBudget budget) => budget.Spec.MaxUnavailable is not null || budget.Spec.MinAvailable is { IsString: true };

    private static (int Expected, int Desired)? Count(PodDisruptionBudget budget, int pods, Expectation expectation)
    {
        if (NeedsScale(budget) && expectation.Scale is null) return null;
        if (budget.Spec.MaxUnavailable is { } most)
        {
            var scale = expectation.Scale!.Value;
            return most.TryScale(scale, roundUp: true, out var missing, out _) ? (scale, Math.Max(scale - missing, 0)) : null;
        }

        if (budget.Spec.MinAvailable is not { } least) return (pods, 0);
        if (least.IsInt) return (pods, least.IntValue);
        return least.TryScale(expectation.Scale!.Value, roundUp: true, out var desired, out _) ? (expectation.Scale.Value, desired) : null;
    }

    private static (Dictionary<string, Time> Disrupted, Outcome Recheck) StillDisrupted(PodDisruptionBudget budget, IReadOnlyList<Pod> pods, Time now)
    {
        var left = new Dictionary<string, Time>();
        TimeSpan? next = null;
        foreach (var (name, since) in budget.Status.DisruptedPods)
        {
            if (!pods.Any(pod => pod.Metadata.Name == name && !PodFacts.IsTerminating(pod))) continue;
            var rest = since + EvictionLimit - now;
            if (rest <= TimeSpan.Zero) continue;
            left[name] = since;
            if (next is null || rest < next) next = rest;
        }

        return (left, next is { } pause ? Outcome.After(pause) : Outcome.Done);
    }

    private static DisruptionPlan Fail(PodDisruptionBudget budget, string why, Time now, Outcome recheck) => new(
        budget.Status with { ObservedGeneration = budget.Metadata.Generation, DisruptionsAllowed = 0, Conditions = With(budget, ConditionStatus.False, "SyncFailed", why, now) }, why, 0, recheck);

    private static ApiList<Condition> With(PodDisruptionBudget budget, string status, string reason, string message, Time now)
    {
        var before = budget.Status.Conditions;
        var index = before.FindIndex(condition => condition.Type == Allowed);
        var condition = new Condition
        {
            Type = Allowed,
            Status = status,
            Reason = reason,
            Message = message,
            ObservedGeneration = budget.Metadata.Generation,
            LastTransitionTime = index >= 0 && before[index].Status == status ? before[index].LastTransitionTime : now,
        };
        return index < 0 ? before.Add(condition) : before.With(index, condition);
    }
}
