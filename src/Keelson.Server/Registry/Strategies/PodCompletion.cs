using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;

namespace Keelson.Server.Registry.Strategies;

/// <summary>What the server writes into a new pod of what follows from its fields: whoever reads it later need not know how.</summary>
internal static class PodCompletion
{
    private const string Gated = "SchedulingGated";
    private const string AppArmorPrefix = "container.apparmor.security.beta.kubernetes.io/";
    private const string RuntimeDefault = "runtime/default";
    private const string Unconfined = "unconfined";
    private const string LocalhostPrefix = "localhost/";

    /// <summary>How long the name of a profile may be; as upstream.</summary>
    private const int MaxProfileName = 4095;

    public static Pod Of(Pod pod) => WithProfiles(WithLabelKeys(WithGateCondition(pod)));

    private static Pod WithGateCondition(Pod pod)
    {
        if (pod.Spec.SchedulingGates.IsEmpty || pod.Status.Conditions.Any(condition => condition.Type == PodConditionType.PodScheduled)) return pod;
        var gated = new PodCondition
        {
            Type = PodConditionType.PodScheduled, Status = ConditionStatus.False, ObservedGeneration = pod.Metadata.Generation, Reason = Gated, Message = "Scheduling is blocked due to non-empty scheduling gates",
        };
        return pod with { Status = pod.Status with { Conditions = pod.Status.Conditions.Add(gated) } };
    }

    // Which values the keys stand for is known once, when the pod is made; a label that changes later does not move it.
    private static Pod WithLabelKeys(Pod pod)
    {
        var spec = pod.Spec;
        if (spec.Affinity is { } affinity)
        {
            var changed = affinity with
            {
                PodAffinity = affinity.PodAffinity is not { } near ? null : near with
                {
                    RequiredDuringSchedulingIgnoredDuringExecution = Terms(near.RequiredDuringSchedulingIgnoredDuringExecution),
                    PreferredDuringSchedulingIgnoredDuringExecution = Weighted(near.PreferredDuringSchedulingIgnoredDuringExecution),
                },
                PodAntiAffinity = affinity.PodAntiAffinity is not { } apart ? null : apart with
                {
                    RequiredDuringSchedulingIgnoredDuringExecution = Terms(apart.RequiredDuringSchedulingIgnoredDuringExecution),
                    PreferredDuringSchedulingIgnoredDuringExecution = Weighted(apart.PreferredDuringSchedulingIgnoredDuringExecution),
                },
            };
            spec = spec with { Affinity = changed };
        }

        if (spec.TopologySpreadConstraints.Any(constraint => !constraint.MatchLabelKeys.IsEmpty))
        {
            spec = spec with
            {
                TopologySpreadConstraints = spec.TopologySpreadConstraints
                    .Select(constraint => constraint with { LabelSelector = With(constraint.LabelSelector, constraint.MatchLabelKeys, LabelSelectorOperator.In) }).ToApiList(),
            };
        }

        return ReferenceEquals(spec, pod.Spec) ? pod : pod with { Spec = spec };

        ApiList<PodAffinityTerm> Terms(ApiList<PodAffinityTerm> terms) => terms.IsEmpty ? terms : terms.Select(Term).ToApiList();

        ApiList<WeightedPodAffinityTerm> Weighted(ApiList<WeightedPodAffinityTerm> terms) =>
            terms.IsEmpty ? terms : terms.Select(term => term with { PodAffinityTerm = Term(term.PodAffinityTerm) }).ToApiList();

        PodAffinityTerm Term(PodAffinityTerm term) => term with
        {
            LabelSelector = With(With(term.LabelSelector, term.MatchLabelKeys, LabelSelectorOperator.In), term.MismatchLabelKeys, LabelSelectorOperator.NotIn),
        };

        LabelSelector? With(LabelSelector? selector, ApiList<string> keys, string @operator)
        {
            if (selector is null) return null;
            var added = keys.Where(pod.Metadata.Labels.ContainsKey).Select(key => new LabelSelectorRequirement { Key = key, Operator = @operator, Values = [pod.Metadata.Labels[key]] }).ToList();
            return added.Count == 0 ? selector : selector with { MatchExpressions = selector.MatchExpressions.Concat(added).ToApiList() };
        }
    }

    // Profiles were annotations once: what is said in one form is said in the other, too.
    private static Pod WithProfiles(Pod pod)
    {
        if (pod.Spec.Os?.Name == OSName.Windows) return pod;
        var ofPod = pod.Spec.SecurityContext?.AppArmorProfile;
        var annotations = pod.Metadata.Annotations;
        if (ofPod is null && !annotations.Keys.Any(key => key.StartsWith(AppArmorPrefix, StringComparison.Ordinal)) && !HasProfile(pod.Spec)) return pod;
        var spec = pod.Spec with { InitContainers = Each(pod.Spec.InitContainers), Containers = Each(pod.Spec.Containers) };
        return pod with { Metadata = pod.Metadata with { Annotations = annotations }, Spec = spec };

        ApiList<Container> Each(ApiList<Container> containers) => containers.IsEmpty ? containers : containers.Select(Synchronized).ToApiList();

        Container Synchronized(Container container)
        {
            var key = AppArmorPrefix + container.Name;
            var profile = container.SecurityContext?.AppArmorProfile;
            if (!annotations.TryGetValue(key, out var annotation))
            {
                if (Annotation(profile ?? ofPod) is { } text) annotations = annotations.With(key, text);
                return container;
            }

            if (profile is not null || Profile(annotation) is not { } read || read == ofPod) return container;
            return container with { SecurityContext = (container.SecurityContext ?? SecurityContext.Empty) with { AppArmorProfile = read } };
        }
    }

    private static bool HasProfile(PodSpec spec) => spec.InitContainers.Concat(spec.Containers).Any(container => container.SecurityContext?.AppArmorProfile is not null);

    private static string? Annotation(AppArmorProfile? profile) => profile?.Type switch
    {
        AppArmorProfileType.Unconfined => Unconfined,
        AppArmorProfileType.RuntimeDefault => RuntimeDefault,
        AppArmorProfileType.Localhost when profile.LocalhostProfile is { } name => LocalhostPrefix + name,
        _ => null,
    };

    private static AppArmorProfile? Profile(string annotation)
    {
        if (annotation == Unconfined) return new AppArmorProfile { Type = AppArmorProfileType.Unconfined };
        if (annotation == RuntimeDefault) return new AppArmorProfile { Type = AppArmorProfileType.RuntimeDefault };
        if (!annotation.StartsWith(LocalhostPrefix, StringComparison.Ordinal)) return null;
        var name = annotation[LocalhostPrefix.Length..];
        return name.Length is > 0 and <= MaxProfileName && name.Trim() == name ? new AppArmorProfile { Type = AppArmorProfileType.Localhost, LocalhostProfile = name } : null;
    }
}
