using Keelson.Api.Core.V1;

namespace Keelson.Node.Kubelet.Pods;

/// <summary>Which container runs again after it ended.</summary>
internal static class RestartRules
{
    public static bool IsSidecar(ApiContainer container) => container.RestartPolicy == "Always";

    /// <summary>Whether a container of this pod that ended so is to run again.</summary>
    public static bool Restarts(Pod pod, ApiContainer container, bool isInit, int exitCode)
    {
        // A rule for how it ended goes before the policy.
        if (container.RestartPolicyRules.Any(rule => rule.Action == ContainerRestartRuleAction.Restart && rule.ExitCodes is { } codes && IsMet(codes, exitCode))) return true;
        var policy = container.RestartPolicy ?? pod.Spec.RestartPolicy;
        if (isInit && container.RestartPolicy is null && policy == "Always") policy = "OnFailure";
        return policy switch
        {
            "Never" => false,
            "OnFailure" => exitCode != 0,
            _ => true,
        };
    }

    private static bool IsMet(ContainerRestartRuleOnExitCodes codes, int exitCode) => codes.Operator switch
    {
        ContainerRestartRuleOnExitCodesOperator.In => codes.Values.Contains(exitCode),
        ContainerRestartRuleOnExitCodesOperator.NotIn => !codes.Values.Contains(exitCode),
        _ => false,
    };

    /// <summary>Whether an ordinary container has ended for good.</summary>
    public static bool IsFinished(PodView view, ApiContainer container) =>
        view.Latest(container.Name) is { State: RunState.Exited } latest && !Restarts(view.Pod, container, isInit: false, latest.ExitCode);

    /// <summary>Whether all ordinary containers have ended for good, or an init container has failed for good.</summary>
    public static bool IsFinished(PodView view) =>
        InitHasFailed(view) || (view.Pod.Spec.Containers.Count > 0 && view.Pod.Spec.Containers.All(container => IsFinished(view, container)));

    public static bool InitHasFailed(PodView view) =>
        view.Pod.Spec.InitContainers.Any(container => !IsSidecar(container)
            && view.Latest(container.Name) is { State: RunState.Exited } latest && latest.ExitCode != 0
            && !Restarts(view.Pod, container, isInit: true, latest.ExitCode));
}
