using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Node.Runtime;

namespace Keelson.Node.Kubelet.Pods;

/// <summary>Computes a pod's status of what is known of it; a pure function.</summary>
internal static class PodStatuses
{
    public static PodStatus Compute(PodView view, PodPlan plan, string runtimeName, string nodeAddress)
    {
        var containers = new ContainerStatuses(view, plan, runtimeName);
        var before = view.Pod.Status;
        if (plan.Verdict is { IsRejection: true } rejected)
        {
            return before with
            {
                ObservedGeneration = view.Pod.Metadata.Generation,
                Phase = PodPhase.Failed,
                Reason = rejected.Reason,
                Message = rejected.Message,
                StartTime = before.StartTime ?? Time.FromDateTimeOffset(view.Now),
            };
        }

        var ordinary = containers.Ordinary();
        var init = containers.Init();
        var addresses = view.Sandbox is not { } sandbox ? before.PodIPs.Select(ip => ip.Ip).ToArray()
            : view.Pod.Spec.HostNetwork ? [nodeAddress]
            : sandbox.State == SandboxState.Ready ? [.. sandbox.Addresses] : before.PodIPs.Select(ip => ip.Ip).ToArray();
        var status = before with
        {
            ObservedGeneration = view.Pod.Metadata.Generation,
            Phase = Phase(view, plan, ordinary),
            Reason = plan.Verdict?.Reason ?? before.Reason,
            Message = plan.Verdict?.Message ?? before.Message,
            HostIP = nodeAddress,
            HostIPs = [new HostIP { Ip = nodeAddress }],
            PodIP = addresses.FirstOrDefault() ?? "",
            PodIPs = addresses.Select(address => new PodIP { Ip = address }).ToApiList(),
            StartTime = before.StartTime ?? Time.FromDateTimeOffset(view.Now),
            InitContainerStatuses = init,
            ContainerStatuses = ordinary,
            EphemeralContainerStatuses = containers.Ephemeral(),
        };
        return status with { Conditions = PodConditions.Compute(view, status) };
    }

    private static string Phase(PodView view, PodPlan plan, ApiList<ApiContainerStatus> ordinary)
    {
        var before = view.Pod.Status.Phase;
        if (before is PodPhase.Failed or PodPhase.Succeeded) return before;
        var isRunning = view.Containers.Any(container => container.State is RunState.Running or RunState.Unknown);
        if (plan.Verdict is not null) return isRunning ? (before.Length > 0 ? before : PodPhase.Pending) : PodPhase.Failed;
        if (RestartRules.InitHasFailed(view)) return isRunning ? PodPhase.Pending : PodPhase.Failed;
        if (RestartRules.IsFinished(view))
        {
            // Sidecars are still to end.
            if (isRunning) return PodPhase.Running;
            return ordinary.All(status => status.State.Terminated?.ExitCode == 0) ? PodPhase.Succeeded : PodPhase.Failed;
        }

        if (ordinary.All(status => status.State.Running is not null || status.State.Terminated is not null || status.LastState.Terminated is not null)) return PodPhase.Running;
        return PodPhase.Pending;
    }
}
