namespace Keelson.Api.Scheduling.V1Alpha2;

/// <summary>How a group is scheduled; exactly one field is set.</summary>
[ApiType]
public sealed partial record PodGroupSchedulingPolicy
{
    /// <summary>Pods are scheduled one by one.</summary>
    [Field(1), UnionMember] public BasicSchedulingPolicy? Basic { get; init; }

    /// <summary>Pods are scheduled together or not at all.</summary>
    [Field(2), UnionMember] public GangSchedulingPolicy? Gang { get; init; }
}

/// <summary>Schedules the pods of a group one by one, as if there were no group; it has no settings.</summary>
[ApiType]
public sealed partial record BasicSchedulingPolicy
{
}

/// <summary>Schedules the pods of a group together or not at all.</summary>
[ApiType]
public sealed partial record GangSchedulingPolicy
{
    /// <summary>Pods that must be placeable at the same time before any of them is bound; at least 1.</summary>
    [Field(1, Emit = Emit.Always), Minimum(1)] public int MinCount { get; init; }
}
