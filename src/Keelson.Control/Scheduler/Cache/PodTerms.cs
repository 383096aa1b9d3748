using Keelson.Api;
using Keelson.Api.Core.V1;

namespace Keelson.Control.Scheduler.Cache;

/// <summary>A term of affinity: pods that are meant, and within which topology; the weight of one that is only preferred.</summary>
internal sealed record AffinityTerm(PodMatcher Matcher, string TopologyKey, int Weight)
{
    public string Text { get; } = $"{TopologyKey}|{Matcher.Text}";
}

/// <summary>A spread constraint, read.</summary>
internal sealed record SpreadTerm(PodMatcher Matcher, TopologySpreadConstraint Constraint)
{
    public bool HonorsAffinity => Constraint.NodeAffinityPolicy is null or NodeInclusionPolicy.Honor;

    public bool HonorsTaints => Constraint.NodeTaintsPolicy == NodeInclusionPolicy.Honor;
}

/// <summary>What a pod says of other pods: affinity, anti-affinity and spreading, read once.</summary>
internal sealed class PodTerms
{
    private PodTerms(Pod pod)
    {
        var affinity = pod.Spec.Affinity?.PodAffinity;
        var antiAffinity = pod.Spec.Affinity?.PodAntiAffinity;
        Affinity = Required(affinity?.RequiredDuringSchedulingIgnoredDuringExecution ?? default, pod);
        AntiAffinity = Required(antiAffinity?.RequiredDuringSchedulingIgnoredDuringExecution ?? default, pod);
        Preferred =
        [
            .. Weighted(affinity?.PreferredDuringSchedulingIgnoredDuringExecution ?? default, pod, 1),
            .. Weighted(antiAffinity?.PreferredDuringSchedulingIgnoredDuringExecution ?? default, pod, -1),
        ];
        var spread = pod.Spec.TopologySpreadConstraints;
        RequiredSpread = [.. spread.Where(IsRequired).Select(constraint => new SpreadTerm(PodMatcher.Of(constraint, pod), constraint))];
        PreferredSpread = [.. spread.Where(constraint => !IsRequired(constraint)).Select(constraint => new SpreadTerm(PodMatcher.Of(constraint, pod), constraint))];
    }

    public IReadOnlyList<AffinityTerm> Affinity { get; }

    public IReadOnlyList<AffinityTerm> AntiAffinity { get; }

    /// <summary>Preferred terms; the weight of anti-affinity is negative.</summary>
    public IReadOnlyList<AffinityTerm> Preferred { get; }

    public IReadOnlyList<SpreadTerm> RequiredSpread { get; }

    public IReadOnlyList<SpreadTerm> PreferredSpread { get; }

    /// <summary>Whether the pod says anything that other pods feel once it is placed.</summary>
    public bool HasAffinity => Affinity.Count > 0 || AntiAffinity.Count > 0 || Preferred.Count > 0;

    /// <summary>The terms of a pod; null where it has none.</summary>
    public static PodTerms? Of(Pod pod)
    {
        var spec = pod.Spec;
        return spec.Affinity?.PodAffinity is null && spec.Affinity?.PodAntiAffinity is null && spec.TopologySpreadConstraints.IsEmpty ? null : new PodTerms(pod);
    }

    private static bool IsRequired(TopologySpreadConstraint constraint) => constraint.WhenUnsatisfiable == UnsatisfiableConstraintAction.DoNotSchedule;

    private static AffinityTerm[] Required(ApiList<PodAffinityTerm> terms, Pod pod) =>
        [.. terms.Select(term => new AffinityTerm(PodMatcher.Of(term, pod), term.TopologyKey, 1))];

    private static IEnumerable<AffinityTerm> Weighted(ApiList<WeightedPodAffinityTerm> terms, Pod pod, int sign) =>
        terms.Where(term => term.Weight != 0)
            .Select(term => new AffinityTerm(PodMatcher.Of(term.PodAffinityTerm, pod), term.PodAffinityTerm.TopologyKey, sign * term.Weight));
}
