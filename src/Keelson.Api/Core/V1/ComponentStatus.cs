using Keelson.Api.Meta.V1;

namespace Keelson.Api.Core.V1;

/// <summary>
/// Shows whether the scheduler, the controller manager and etcd answer their health checks. It is computed on reading, cannot be
/// written and has been deprecated, so prefer the health and metrics endpoints of the components.
/// </summary>
[Resource("", "v1", "componentstatuses", Scope.Cluster, ShortNames = ["cs"], Verbs = ["get", "list"])]
public sealed partial record ComponentStatus
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>Health findings of the component, at most one per type.</summary>
    [Field(2), ListMap("type"), StrategicMerge("merge", Key = "type")] public ApiList<ComponentCondition> Conditions { get; init; }
}

/// <summary>One health finding about a control plane component.</summary>
[ApiType]
public sealed partial record ComponentCondition
{
    /// <summary>What is reported; Healthy is the only value in use.</summary>
    [Field(1, Emit = Emit.Always), KnownValues(typeof(ComponentConditionType))] public string Type { get; init; } = "";

    /// <summary>Whether the component is healthy: True, False or Unknown.</summary>
    [Field(2, Emit = Emit.Always), KnownValues(typeof(ConditionStatus))] public string Status { get; init; } = "";

    /// <summary>Text with which the component answered the health check.</summary>
    [Field(3)] public string Message { get; init; } = "";

    /// <summary>What went wrong with the health check, if anything.</summary>
    [Field(4)] public string Error { get; init; } = "";
}

/// <summary>The values of ComponentConditionType that are known.</summary>
public static class ComponentConditionType
{
    public const string Healthy = "Healthy";
}
