using Keelson.Api.Meta.V1;

namespace Keelson.Api.Autoscaling.V1;

/// <summary>
/// The uniform view of a replica count, served as the scale subresource of Deployments, StatefulSets, ReplicaSets and other
/// workloads. It lets kubectl scale and autoscalers resize kinds they know nothing else about.
/// </summary>
[Kind("autoscaling", "v1")]
public sealed partial record Scale
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>The wanted count.</summary>
    [Field(2)] public ScaleSpec Spec { get; init; } = ScaleSpec.Empty;

    /// <summary>The observed count; read-only.</summary>
    [Field(3)] public ScaleStatus Status { get; init; } = ScaleStatus.Empty;
}

/// <summary>Wanted scale of a workload.</summary>
[ApiType]
public sealed partial record ScaleSpec
{
    /// <summary>Number of pods wanted, 0 or more. Defaults to 0.</summary>
    [Field(1), Default("0"), Minimum(0)] public int Replicas { get; init; }
}

/// <summary>Observed scale of a workload.</summary>
[ApiType]
public sealed partial record ScaleStatus
{
    /// <summary>Number of pods that exist now.</summary>
    [Field(1, Emit = Emit.Always)] public int Replicas { get; init; }

    /// <summary>Label selector of the pods as a string, in query-parameter form; autoscalers find the pods by it.</summary>
    [Field(2)] public string Selector { get; init; } = "";
}
