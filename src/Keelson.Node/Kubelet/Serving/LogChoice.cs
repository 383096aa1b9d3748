using Keelson.Api.Core.V1;

namespace Keelson.Node.Kubelet.Serving;

/// <summary>Decides which run's log a request is shown; a pure function.</summary>
internal static class LogChoice
{
    /// <param name="runs">The container's runs, the newest first.</param>
    /// <exception cref="Refusal">There is no such run; the message says why not.</exception>
    public static RunContainer Choose(Pod pod, string container, IReadOnlyList<RunContainer> runs, bool previous)
    {
        var status = pod.Status.ContainerStatuses.Concat(pod.Status.InitContainerStatuses).Concat(pod.Status.EphemeralContainerStatuses).FirstOrDefault(known => known.Name == container);
        var latest = runs.Count > 0 ? runs[0] : null;
        if (previous)
        {
            // While the next run waits for its turn, the latest is the previous one.
            var isLatest = latest is { State: RunState.Exited } && status?.State.Waiting is not null;
            return runs.Skip(isLatest ? 0 : 1).FirstOrDefault(run => run.State == RunState.Exited)
                ?? throw new Refusal(400, $"previous terminated container \"{container}\" in pod \"{pod.Metadata.Name}\" not found");
        }

        if (runs.FirstOrDefault(run => run.State is RunState.Running or RunState.Exited) is { } shown) return shown;
        var place = $"container \"{container}\" in pod \"{pod.Metadata.Name}\"";
        throw new Refusal(400, status switch
        {
            null => $"{place} is not available",
            { State.Terminated: not null } => $"{place} is terminated",
            { State.Waiting.Reason: "ErrImagePull" } => $"{place} is waiting to start: image can't be pulled",
            { State.Waiting.Reason: "ImagePullBackOff" } => $"{place} is waiting to start: trying and failing to pull image",
            { State.Waiting: { Reason.Length: > 0 } waiting } => $"{place} is waiting to start: {waiting.Reason}",
            _ => $"{place} is waiting to start - no logs yet",
        });
    }
}
