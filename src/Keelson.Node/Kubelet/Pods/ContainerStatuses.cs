using Keelson.Api;
using Keelson.Api.Core.V1;

namespace Keelson.Node.Kubelet.Pods;

/// <summary>Computes what a pod's status says of its containers.</summary>
internal sealed class ContainerStatuses(PodView view, PodPlan plan, string runtimeName)
{
    public ApiList<ApiContainerStatus> Ordinary() => view.Pod.Spec.Containers.Select(container => Of(container, isInit: false)).ToApiList();

    public ApiList<ApiContainerStatus> Init() => view.Pod.Spec.InitContainers.Select(container => Of(container, isInit: true)).ToApiList();

    public ApiList<ApiContainerStatus> Ephemeral() => EphemeralContainers.Of(view.Pod).Select(container => Of(container, isInit: false)).ToApiList();

    private ApiContainerStatus Of(ApiContainer container, bool isInit)
    {
        var status = new ApiContainerStatus { Name = container.Name, Image = container.Image, Started = false };
        var before = (isInit ? view.Pod.Status.InitContainerStatuses : view.Pod.Status.ContainerStatuses.Concat(view.Pod.Status.EphemeralContainerStatuses)).FirstOrDefault(found => found.Name == container.Name);
        if (view.Latest(container.Name) is not { } latest) return Absent(container, status, before);
        var previous = view.Previous(container.Name);
        status = status with
        {
            Image = latest.Image.Length > 0 ? DisplayImage(latest, container) : container.Image,
            ImageID = latest.ImageReference,
            ContainerID = Id(latest),
            RestartCount = (int)latest.Attempt,
            AllocatedResources = container.Resources.Requests,
            Resources = container.Resources,
            LastState = previous is null ? ApiContainerState.Empty : new ApiContainerState { Terminated = Terminated(previous) },
        };
        return latest.State switch
        {
            RunState.Running => Running(container, status, latest, isInit),
            RunState.Exited => Ended(container, status, latest, isInit),
            _ => status with { State = Waiting(container) },
        };
    }

    private ApiContainerStatus Absent(ApiContainer container, ApiContainerStatus status, ApiContainerStatus? before)
    {
        // What was reported once stays, where the runtime has lost it and the pod will not run it again.
        var isOver = view.IsDeleted || plan.Verdict is not null || view.Pod.Status.Phase is PodPhase.Failed or PodPhase.Succeeded;
        if (before is { State.Terminated: not null } && isOver) return before;
        if (before is { ContainerID.Length: > 0 } && isOver)
        {
            var lost = new ContainerStateTerminated
            {
                ExitCode = 137,
                Reason = "ContainerStatusUnknown",
                Message = "The container could not be located when the pod was terminated",
                ContainerID = before.ContainerID,
            };
            return before with { Ready = false, Started = false, State = new ApiContainerState { Terminated = lost } };
        }

        return status with { State = Waiting(container), RestartCount = before?.RestartCount ?? 0, LastState = before?.LastState ?? ApiContainerState.Empty };
    }

    private ApiContainerStatus Running(ApiContainer container, ApiContainerStatus status, RunContainer latest, bool isInit)
    {
        var health = view.Health(latest);
        return status with
        {
            State = new ApiContainerState { Running = new ContainerStateRunning { StartedAt = At(latest.StartedAt) } },
            Started = health.HasStarted,
            Ready = health.IsReady && (!isInit || RestartRules.IsSidecar(container)),
        };
    }

    private ApiContainerStatus Ended(ApiContainer container, ApiContainerStatus status, RunContainer latest, bool isInit)
    {
        var terminated = new ApiContainerState { Terminated = Terminated(latest) };
        if (plan.Waiting.ContainsKey(container.Name)) return status with { State = Waiting(container), LastState = terminated };
        return status with { State = terminated, Ready = isInit && latest.ExitCode == 0 && !RestartRules.IsSidecar(container) };
    }

    private ApiContainerState Waiting(ApiContainer container)
    {
        var reason = plan.Waiting.GetValueOrDefault(container.Name) ?? new(view.Pod.Spec.InitContainers.IsEmpty ? "ContainerCreating" : "PodInitializing", "");
        return new() { Waiting = new ContainerStateWaiting { Reason = reason.Reason, Message = reason.Message } };
    }

    private ContainerStateTerminated Terminated(RunContainer container) => new()
    {
        ExitCode = container.ExitCode,
        Reason = container.Reason.Length > 0 ? container.Reason : container.ExitCode == 0 ? "Completed" : "Error",
        Message = container.Message,
        StartedAt = At(container.StartedAt),
        FinishedAt = At(container.FinishedAt),
        ContainerID = Id(container),
    };

    // A container is given its image by id; people want to read the name.
    private static string DisplayImage(RunContainer latest, ApiContainer container) =>
        latest.Image.StartsWith("sha256:", StringComparison.Ordinal) ? container.Image : latest.Image;

    private string Id(RunContainer container) => $"{runtimeName}://{container.Id}";

    private static Time At(DateTimeOffset? moment) => moment is { } known ? Time.FromDateTimeOffset(known) : default;
}
