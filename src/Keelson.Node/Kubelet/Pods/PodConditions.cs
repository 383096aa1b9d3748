using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Node.Runtime;

namespace Keelson.Node.Kubelet.Pods;

/// <summary>Computes the conditions that a kubelet answers for, and keeps those of others.</summary>
internal static class PodConditions
{
    public static ApiList<PodCondition> Compute(PodView view, PodStatus status)
    {
        var containersReady = ContainersReady(view, status);
        List<PodCondition> own =
        [
            Plain("PodReadyToStartContainers", view.Sandbox is { State: SandboxState.Ready }),
            Initialized(view, status),
            Ready(view, status, containersReady),
            containersReady,
        ];
        if (status.Conditions.All(condition => condition.Type != "PodScheduled")) own.Add(Plain("PodScheduled", true));
        if (view.Memory.Verdict is { IsEviction: true } eviction) own.Add(new PodCondition { Type = "DisruptionTarget", Status = "True", Reason = "TerminationByKubelet", Message = eviction.Message });
        if (view.Memory.ResizePending is var (reason, message)) own.Add(new PodCondition { Type = "PodResizePending", Status = "True", Reason = reason, Message = message });
        var result = status.Conditions.Where(condition => condition.Type != "PodResizePending" || view.Memory.ResizePending is not null).ToList();
        foreach (var condition in own)
        {
            var index = result.FindIndex(found => found.Type == condition.Type);
            var since = index >= 0 && result[index].Status == condition.Status ? result[index].LastTransitionTime : Time.FromDateTimeOffset(view.Now);
            var dated = condition with { LastTransitionTime = since, ObservedGeneration = view.Pod.Metadata.Generation };
            if (index >= 0) result[index] = dated;
            else result.Add(dated);
        }

        return result.ToApiList();
    }

    private static PodCondition Initialized(PodView view, PodStatus status)
    {
        var hasRun = status.ContainerStatuses.Any(container => container.State.Running is not null || container.State.Terminated is not null || container.LastState.Terminated is not null);
        if (status.Phase == PodPhase.Succeeded) return Plain("Initialized", true) with { Reason = "PodCompleted" };
        if (hasRun && !RestartRules.InitHasFailed(view)) return Plain("Initialized", true);
        var incomplete = new List<string>();
        foreach (var container in view.Pod.Spec.InitContainers)
        {
            var found = status.InitContainerStatuses.First(candidate => candidate.Name == container.Name);
            var isComplete = RestartRules.IsSidecar(container) ? found.Started == true : found.State.Terminated?.ExitCode == 0;
            if (!isComplete) incomplete.Add(container.Name);
        }

        return incomplete.Count == 0 ? Plain("Initialized", true)
            : No("Initialized", "ContainersNotInitialized", $"containers with incomplete status: [{string.Join(' ', incomplete)}]");
    }

    private static PodCondition ContainersReady(PodView view, PodStatus status)
    {
        if (status.Phase == PodPhase.Succeeded) return No("ContainersReady", "PodCompleted", "");
        if (status.Phase == PodPhase.Failed) return No("ContainersReady", "PodFailed", "");
        var sidecars = view.Pod.Spec.InitContainers.Where(RestartRules.IsSidecar).Select(container => container.Name).ToHashSet();
        var unready = status.InitContainerStatuses.Where(container => sidecars.Contains(container.Name) && !container.Ready)
            .Concat(status.ContainerStatuses.Where(container => !container.Ready)).Select(container => container.Name).ToList();
        return unready.Count == 0 ? Plain("ContainersReady", true)
            : No("ContainersReady", "ContainersNotReady", $"containers with unready status: [{string.Join(' ', unready)}]");
    }

    private static PodCondition Ready(PodView view, PodStatus status, PodCondition containersReady)
    {
        if (containersReady.Status != "True") return containersReady with { Type = "Ready" };
        var unmet = new List<string>();
        foreach (var gate in view.Pod.Spec.ReadinessGates)
        {
            var found = status.Conditions.FirstOrDefault(condition => condition.Type == gate.ConditionType);
            if (found is null) unmet.Add($"corresponding condition of pod readiness gate \"{gate.ConditionType}\" does not exist.");
            else if (found.Status != "True") unmet.Add($"the status of pod readiness gate \"{gate.ConditionType}\" is not \"True\", but {found.Status}");
        }

        return unmet.Count == 0 ? Plain("Ready", true) : No("Ready", "ReadinessGatesNotReady", string.Join(", ", unmet));
    }

    private static PodCondition Plain(string type, bool status) => new() { Type = type, Status = status ? "True" : "False" };

    private static PodCondition No(string type, string reason, string message) => new() { Type = type, Status = "False", Reason = reason, Message = message };
}
