using Keelson.Api;
using Keelson.Api.Apps.V1;
using Keelson.Api.Batch.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;

namespace Keelson.Server.Admission.PodSecurity;

/// <summary>Pods are as safe as the labels of their namespace demand; what makes pods is warned about.</summary>
internal sealed class PodSecurityPlugin(AdmissionLookup lookup) : IAdmissionPlugin
{
    /// <summary>How many pods of a namespace are looked at when its level changes; default 3000, as upstream.</summary>
    private const int MaxPods = 3000;

    private const string SeccompPrefix = "seccomp.security.alpha.kubernetes.io/";
    private const string AppArmorPrefix = "container.apparmor.security.beta.kubernetes.io/";

    public async ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        if (request.Operation is not (AdmissionOperation.Create or AdmissionOperation.Update)) return;
        switch (request.Object?.Typed)
        {
            case Namespace space when request.IsWhole:
                await CheckNamespaceAsync(request, space, cancel).ConfigureAwait(false);
                break;
            case Pod pod when request.IsWhole || request.Subresource is "ephemeralcontainers" or "resize":
                if (request.OldObject?.Typed is Pod old && !Matters(pod, old)) return;
                await CheckAsync(request, pod.Metadata, pod.Spec, enforce: true, cancel).ConfigureAwait(false);
                break;
            case { } made when request.IsWhole && TemplateOf(made) is { } template:
                await CheckAsync(request, template.Metadata, template.Spec, enforce: false, cancel).ConfigureAwait(false);
                break;
        }
    }

    private async ValueTask CheckAsync(AdmissionRequest request, ObjectMeta metadata, PodSpec spec, bool enforce, CancellationToken cancel)
    {
        if (await lookup.FindAsync<Namespace>("", "namespaces", "", request.Name.Namespace, cancel).ConfigureAwait(false) is not { } space) return;
        var labels = space.Metadata.Labels;
        if (!labels.Keys.Any(key => key.StartsWith(PodLevel.LabelPrefix, StringComparison.Ordinal))) return;
        if (enforce)
        {
            var enforced = PodLevel.Of(labels, "enforce");
            request.Annotate?.Invoke(PodLevel.LabelPrefix + "enforce-policy", enforced.ToString());
            if (Findings(enforced, metadata, spec) is { } refusal) throw request.Forbid("violates PodSecurity " + refusal);
        }

        if (request.Annotate is { } annotate && Findings(PodLevel.Of(labels, "audit"), metadata, spec) is { } noted)
        {
            annotate(PodLevel.LabelPrefix + "audit-violations", "would violate PodSecurity " + noted);
        }

        if (Findings(PodLevel.Of(labels, "warn"), metadata, spec) is { } warning) request.Warn?.Invoke("would violate PodSecurity " + warning);
    }

    private static string? Findings(PodLevel level, ObjectMeta metadata, PodSpec spec)
    {
        var findings = PodChecks.Run(level, metadata, spec);
        return findings.Count == 0 ? null : $"\"{level}\": {string.Join(", ", findings)}";
    }

    // Only a stricter level than before can have pods in its way that were fine so far.
    private async ValueTask CheckNamespaceAsync(AdmissionRequest request, Namespace space, CancellationToken cancel)
    {
        var problems = new List<StatusCause>();
        var enforced = PodLevel.Of(space.Metadata.Labels, "enforce", problems);
        PodLevel.Of(space.Metadata.Labels, "audit", problems);
        PodLevel.Of(space.Metadata.Labels, "warn", problems);
        var before = request.OldObject is { } old ? PodLevel.Of(old.Metadata.Labels, "enforce") : PodLevel.Open;
        var unchanged = request.OldObject is { } same && Security(same.Metadata.Labels) == Security(space.Metadata.Labels);
        if (unchanged) return;
        if (problems.Count > 0) throw Http.Failures.Invalid(request.Resource, request.Name.Name, problems);
        if (enforced == before || enforced.Level == PodLevel.Privileged || request.OldObject is null) return;
        await WarnOfPodsAsync(request, space.Metadata.Name, enforced, cancel).ConfigureAwait(false);
    }

    private async ValueTask WarnOfPodsAsync(AdmissionRequest request, string space, PodLevel level, CancellationToken cancel)
    {
        var pods = await lookup.ListAsync<Pod>("", "pods", space, cancel).ConfigureAwait(false);
        var grouped = pods.Take(MaxPods).Select(pod => (pod.Metadata.Name, Findings: string.Join(", ", PodChecks.Run(level, pod.Metadata, pod.Spec).Select(finding => finding.Reason))))
            .Where(pod => pod.Findings.Length > 0).GroupBy(pod => pod.Findings, pod => pod.Name, StringComparer.Ordinal).ToList();
        if (grouped.Count == 0) return;
        request.Warn?.Invoke($"existing pods in namespace \"{space}\" violate the new PodSecurity enforce level \"{level}\"");
        foreach (var group in grouped.OrderBy(group => group.Min(StringComparer.Ordinal), StringComparer.Ordinal))
        {
            var names = group.Order(StringComparer.Ordinal).ToList();
            var others = names.Count == 1 ? "" : names.Count == 2 ? " (and 1 other pod)" : $" (and {names.Count - 1} other pods)";
            request.Warn?.Invoke($"{names[0]}{others}: {group.Key}");
        }
    }

    private static ApiMap<string> Security(ApiMap<string> labels) => labels.Where(pair => pair.Key.StartsWith(PodLevel.LabelPrefix, StringComparison.Ordinal)).ToApiMap();

    // Little of a pod can change, and only this of it concerns its rights.
    private static bool Matters(Pod pod, Pod old)
    {
        static IEnumerable<string> Images(PodSpec spec) => spec.Containers.Concat(spec.InitContainers).Select(container => container.Image);
        static ApiMap<string> Notes(Pod pod) => pod.Metadata.Annotations
            .Where(pair => pair.Key.StartsWith(AppArmorPrefix, StringComparison.Ordinal) || pair.Key.Contains(SeccompPrefix, StringComparison.Ordinal)).ToApiMap();
        return pod.Spec.EphemeralContainers != old.Spec.EphemeralContainers || !Images(pod.Spec).SequenceEqual(Images(old.Spec)) || Notes(pod) != Notes(old);
    }

    private static PodTemplateSpec? TemplateOf(IResource made) => made switch
    {
        Deployment deployment => deployment.Spec.Template,
        ReplicaSet set => set.Spec.Template,
        StatefulSet set => set.Spec.Template,
        DaemonSet set => set.Spec.Template,
        Job job => job.Spec.Template,
        CronJob job => job.Spec.JobTemplate.Spec.Template,
        ReplicationController controller => controller.Spec.Template,
        PodTemplate template => template.Template,
        _ => null,
    };
}
