using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;

namespace Keelson.Api.Scheduling.V1;

/// <summary>
/// Gives a name to a pod priority, for administrators to rank workloads. Pods choose it by spec.priorityClassName; those with
/// higher values are scheduled first and, unless forbidden, may push out others.
/// </summary>
[Resource("scheduling.k8s.io", "v1", "priorityclasses", Scope.Cluster, ShortNames = ["pc"])]
public sealed partial record PriorityClass
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>The priority; higher is more important. User-defined classes go up to 1000000000. Immutable.</summary>
    [Field(2, Emit = Emit.Always), Optional] public int Value { get; init; }

    /// <summary>Whether pods without a class get this one; at most one class should say so. Defaults to false.</summary>
    [Field(3)] public bool GlobalDefault { get; init; }

    /// <summary>When the class should be used, for human readers.</summary>
    [Field(4)] public string Description { get; init; } = "";

    /// <summary>Whether pods of the class may push out lesser ones: PreemptLowerPriority (default) or Never. Immutable.</summary>
    [Field(5), KnownValues(typeof(PreemptionPolicy))] public string? PreemptionPolicy { get; init; }
}
