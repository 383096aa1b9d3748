namespace Keelson.Api.Core.V1;

/// <summary>The values of PodConditionType that are known.</summary>
public static class PodConditionType
{
    public const string AllContainersRestarting = "AllContainersRestarting";
    public const string ContainersReady = "ContainersReady";
    public const string DisruptionTarget = "DisruptionTarget";
    public const string Initialized = "Initialized";
    public const string Ready = "Ready";
    public const string PodReadyToStartContainers = "PodReadyToStartContainers";
    public const string PodResizeInProgress = "PodResizeInProgress";
    public const string PodResizePending = "PodResizePending";
    public const string PodScheduled = "PodScheduled";
}
