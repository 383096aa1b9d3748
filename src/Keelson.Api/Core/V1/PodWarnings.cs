using Keelson.Api.Meta.V1;
using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

/// <summary>What authors of pods should know of them; the place is the pod, or the template of pods.</summary>
internal static class PodWarnings
{
    private const string NoPods = "a null labelSelector results in matching no pod";

    public static void Warn(ObjectMeta metadata, PodSpec spec, bool isTemplate, FieldWarnings warnings)
    {
        using (warnings.In("spec")) Placement(spec, warnings);
        Annotations(metadata, warnings);
        using (warnings.In("spec"))
        {
            for (var i = 0; i < spec.Volumes.Count; i++)
            {
                using (warnings.In("volumes", i)) VolumeWarnings.Warn(spec.Volumes[i].VolumeSource, warnings);
            }

            VolumePathWarnings.Warn(spec.Volumes, warnings);
            Repeated("hostAliases", "ip", spec.HostAliases.Select(alias => alias.Ip).ToApiList(), warnings);
            Repeated("imagePullSecrets", "name", spec.ImagePullSecrets.Select(secret => secret.Name).ToApiList(), warnings);
            for (var i = 0; i < spec.ImagePullSecrets.Count; i++)
            {
                if (spec.ImagePullSecrets[i].Name.Length > 0) continue;
                using (warnings.In("imagePullSecrets", i)) warnings.Add("name", "invalid empty name \"\"");
            }

            warnings.ExpectWhole("overhead", spec.Overhead, ResourceName.Memory);
            warnings.ExpectWhole("overhead", spec.Overhead, ResourceName.EphemeralStorage);
        }

        ContainerWarnings.Warn(metadata, spec, isTemplate, warnings);
        using var scope = warnings.In("spec");
        if (spec.TerminationGracePeriodSeconds < 0) warnings.Add("terminationGracePeriodSeconds", "must be >= 0; negative values are invalid and will be treated as 1");
        if (spec.Affinity is not { } affinity) return;
        using var inner = warnings.In("affinity");
        using (warnings.In("podAffinity")) if (affinity.PodAffinity is { } near) Terms(near.RequiredDuringSchedulingIgnoredDuringExecution, near.PreferredDuringSchedulingIgnoredDuringExecution, warnings);
        using (warnings.In("podAntiAffinity")) if (affinity.PodAntiAffinity is { } far) Terms(far.RequiredDuringSchedulingIgnoredDuringExecution, far.PreferredDuringSchedulingIgnoredDuringExecution, warnings);
    }

    /// <summary>Warns of a template at a place.</summary>
    public static void Warn(PodTemplateSpec template, FieldWarnings warnings) => Warn(template.Metadata, template.Spec, isTemplate: true, warnings);

    private static void Placement(PodSpec spec, FieldWarnings warnings)
    {
        foreach (var (label, _) in spec.NodeSelector)
        {
            if (NodeLabelWarnings.Of(label) is { } why) using (warnings.In("nodeSelector", label)) warnings.Add(null, why);
        }

        if (spec.Affinity?.NodeAffinity is { } affinity)
        {
            using (warnings.In("affinity"))
            using (warnings.In("nodeAffinity")) Nodes(affinity, warnings);
        }

        for (var i = 0; i < spec.TopologySpreadConstraints.Count; i++)
        {
            var constraint = spec.TopologySpreadConstraints[i];
            using var scope = warnings.In("topologySpreadConstraints", i);
            if (NodeLabelWarnings.Of(constraint.TopologyKey) is { } why) warnings.Add("topologyKey", $"{constraint.TopologyKey} is {why}");
            if (constraint.LabelSelector is null) warnings.Add("labelSelector", NoPods);
        }
    }

    private static void Nodes(NodeAffinity affinity, FieldWarnings warnings)
    {
        var required = affinity.RequiredDuringSchedulingIgnoredDuringExecution?.NodeSelectorTerms ?? default;
        for (var i = 0; i < required.Count; i++)
        {
            using (warnings.In("requiredDuringSchedulingIgnoredDuringExecution"))
            using (warnings.In("nodeSelectorTerms", i)) NodeLabelWarnings.Warn(required[i], warnings);
        }

        var preferred = affinity.PreferredDuringSchedulingIgnoredDuringExecution;
        for (var i = 0; i < preferred.Count; i++)
        {
            using (warnings.In("preferredDuringSchedulingIgnoredDuringExecution", i))
            using (warnings.In("preference")) NodeLabelWarnings.Warn(preferred[i].Preference, warnings);
        }
    }

    private static void Annotations(ObjectMeta metadata, FieldWarnings warnings)
    {
        Annotation("scheduler.alpha.kubernetes.io/critical-pod", "non-functional in v1.16+; use the \"priorityClassName\" field instead");
        Annotation("security.alpha.kubernetes.io/sysctls", "non-functional in v1.11+; use the \"sysctls\" field instead");
        Annotation("security.alpha.kubernetes.io/unsafe-sysctls", "non-functional in v1.11+; use the \"sysctls\" field instead");

        void Annotation(string key, string why)
        {
            if (!metadata.Annotations.ContainsKey(key)) return;
            using (warnings.In("metadata"))
            using (warnings.In("annotations", key)) warnings.Add(null, why);
        }
    }

    private static void Repeated(string field, string part, ApiList<string> values, FieldWarnings warnings)
    {
        for (var i = 1; i < values.Count; i++)
        {
            if (values.IndexOf(values[i]) == i) continue;
            using (warnings.In(field, i)) warnings.Add(part, $"duplicate {part} {GoQuote.Quote(values[i])}");
        }
    }

    private static void Terms(ApiList<PodAffinityTerm> required, ApiList<WeightedPodAffinityTerm> preferred, FieldWarnings warnings)
    {
        for (var i = 0; i < required.Count; i++)
        {
            if (required[i].LabelSelector is not null) continue;
            using (warnings.In("requiredDuringSchedulingIgnoredDuringExecution", i)) warnings.Add("labelSelector", NoPods);
        }

        for (var i = 0; i < preferred.Count; i++)
        {
            if (preferred[i].PodAffinityTerm.LabelSelector is not null) continue;
            using (warnings.In("preferredDuringSchedulingIgnoredDuringExecution", i))
            using (warnings.In("podAffinityTerm")) warnings.Add("labelSelector", NoPods);
        }
    }
}
