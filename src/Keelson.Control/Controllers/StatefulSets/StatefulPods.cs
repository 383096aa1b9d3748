using System.Globalization;
using Keelson.Api.Apps.V1;
using Keelson.Api.Core.V1;
using Keelson.Client.Reconciling;
using Keelson.Control.Workloads;

namespace Keelson.Control.Controllers.StatefulSets;

/// <summary>The pods of a stateful set and their claims, each with a name that stays its own.</summary>
internal static class StatefulPods
{
    private const string NameLabel = "statefulset.kubernetes.io/pod-name";
    private const string IndexLabel = "apps.kubernetes.io/pod-index";

    /// <param name="revision">The name of the revision that the template belongs to.</param>
    public static Pod Make(StatefulSet set, PodTemplateSpec template, string revision, int ordinal)
    {
        var name = Name(set, ordinal);
        var pod = PodTemplates.ToPod(template, set.Metadata, Owners.ControllerReference(set));
        var claimed = set.Spec.VolumeClaimTemplates.Select(claim => new Volume
        {
            Name = claim.Metadata.Name,
            VolumeSource = new VolumeSource { PersistentVolumeClaim = new PersistentVolumeClaimVolumeSource { ClaimName = ClaimName(claim, name) } },
        }).ToList();
        var others = pod.Spec.Volumes.Where(volume => claimed.TrueForAll(own => own.Name != volume.Name));
        return pod with
        {
            Metadata = pod.Metadata with
            {
                Name = name,
                GenerateName = "",
                Labels = pod.Metadata.Labels.With(TemplateHistory.HashLabel, revision).With(NameLabel, name).With(IndexLabel, ordinal.ToString(CultureInfo.InvariantCulture)),
            },
            Spec = pod.Spec with { Hostname = name, Subdomain = set.Spec.ServiceName, Volumes = [.. claimed, .. others] },
        };
    }

    /// <summary>The claims of the pod with that ordinal.</summary>
    public static IEnumerable<PersistentVolumeClaim> Claims(StatefulSet set, int ordinal) => set.Spec.VolumeClaimTemplates.Select(claim => claim with
    {
        Metadata = claim.Metadata with
        {
            Name = ClaimName(claim, Name(set, ordinal)),
            Namespace = set.Metadata.Namespace,
            Labels = claim.Metadata.Labels.WithAll(set.Spec.Selector?.MatchLabels ?? default),
        },
    });

    public static string Name(StatefulSet set, int ordinal) => $"{set.Metadata.Name}-{ordinal.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>The ordinal in a pod's name; null where it is not one of the set's names.</summary>
    public static int? Ordinal(StatefulSet set, Pod pod)
    {
        var name = pod.Metadata.Name;
        if (!name.StartsWith(set.Metadata.Name + "-", StringComparison.Ordinal)) return null;
        return int.TryParse(name[(set.Metadata.Name.Length + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal) && Name(set, ordinal) == name ? ordinal : null;
    }

    public static string Revision(Pod pod) => pod.Metadata.Labels.GetValueOrDefault(TemplateHistory.HashLabel) ?? "";

    private static string ClaimName(PersistentVolumeClaim template, string pod) => $"{template.Metadata.Name}-{pod}";
}
