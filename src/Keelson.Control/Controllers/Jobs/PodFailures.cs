using Keelson.Api;
using Keelson.Api.Batch.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;

namespace Keelson.Control.Controllers.Jobs;

/// <summary>What a failed pod means for its job, by the job's own rules and by how often pods failed.</summary>
internal static class PodFailures
{
    /// <summary>How long the first failure is waited after; each further one doubles it, up to the longest. As upstream.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    /// <summary>The action of the first rule that fits the pod; Count where none does.</summary>
    public static (string Action, string Message) Judge(Job job, Pod pod)
    {
        var rules = job.Spec.PodFailurePolicy?.Rules ?? default;
        if (pod.Status.Phase == PodPhase.Failed)
        {
            for (var i = 0; i < rules.Count; i++)
            {
                if (Match(rules[i], pod) is { } found) return (rules[i].Action, $"{found} matching {rules[i].Action} rule at index {i}");
            }
        }

        return (PodFailurePolicyAction.Count, "");
    }

    public static bool Counts(Job job, Pod pod) => Judge(job, pod).Action != PodFailurePolicyAction.Ignore;

    /// <summary>How long no new pod is to be started after failures without a success since.</summary>
    public static TimeSpan Pause(IEnumerable<Pod> pods, Time now)
    {
        var ended = pods.Where(pod => pod.Status.Phase is PodPhase.Failed or PodPhase.Succeeded).Select(pod => (pod.Status.Phase, End: EndOf(pod, now))).ToList();
        var lastSuccess = ended.Where(entry => entry.Phase == PodPhase.Succeeded).Select(entry => entry.End).DefaultIfEmpty().Max();
        var failures = ended.Where(entry => entry.Phase == PodPhase.Failed && entry.End > lastSuccess).Select(entry => entry.End).ToList();
        if (failures.Count == 0) return TimeSpan.Zero;
        var pause = FirstPause * Math.Pow(2, Math.Min(failures.Count - 1, 20));
        if (pause > LongestPause) pause = LongestPause;
        var left = failures.Max() + pause - now;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>How often containers of pods that go on by themselves were started again.</summary>
    public static int Restarts(IEnumerable<Pod> active) =>
        active.Where(pod => pod.Spec.RestartPolicy == RestartPolicy.OnFailure)
            .SelectMany(pod => pod.Status.InitContainerStatuses.Concat(pod.Status.ContainerStatuses)).Sum(status => status.RestartCount);

    private static Time EndOf(Pod pod, Time now)
    {
        var ends = pod.Status.ContainerStatuses.Select(status => status.State.Terminated?.FinishedAt ?? default).Where(time => !time.IsZero).ToList();
        if (ends.Count > 0) return ends.Max();
        // Where nobody wrote when it ended, it can't be older than this.
        return pod.Metadata.DeletionTimestamp ?? (pod.Metadata.CreationTimestamp.IsZero ? now : pod.Metadata.CreationTimestamp);
    }

    private static string? Match(PodFailurePolicyRule rule, Pod pod)
    {
        var key = $"{pod.Metadata.Namespace}/{pod.Metadata.Name}";
        foreach (var pattern in rule.OnPodConditions)
        {
            var wanted = pattern.Status.Length == 0 ? ConditionStatus.True : pattern.Status;
            if (pod.Status.Conditions.Any(condition => condition.Type == pattern.Type && condition.Status == wanted)) return $"Pod {key} has condition {pattern.Type}";
        }

        if (rule.OnExitCodes is not { } codes) return null;
        foreach (var status in pod.Status.InitContainerStatuses.Concat(pod.Status.ContainerStatuses))
        {
            if (status.State.Terminated is not { ExitCode: not 0 and var code } || (codes.ContainerName is { } name && name != status.Name)) continue;
            if (codes.Values.Contains(code) == (codes.Operator == PodFailurePolicyOnExitCodesOperator.In)) return $"Container {status.Name} for pod {key} failed with exit code {code}";
        }

        return null;
    }
}
