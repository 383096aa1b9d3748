namespace Keelson.Api.Scheduling.V1Alpha2;

/// <summary>Where the pods of a group may be placed relative to each other.</summary>
[ApiType]
public sealed partial record PodGroupSchedulingConstraints
{
    /// <summary>Topology the whole group must share. At most 1 entry.</summary>
    [Field(1), Atomic, MaxItems(1)] public ApiList<TopologyConstraint> Topology { get; init; }
}

/// <summary>A topology domain all pods of a group must share.</summary>
[ApiType]
public sealed partial record TopologyConstraint
{
    /// <summary>Node label whose value must be the same for all pods, such as topology.kubernetes.io/rack.</summary>
    [Field(1, Emit = Emit.Always), Format("k8s-label-key")] public string Key { get; init; } = "";
}
