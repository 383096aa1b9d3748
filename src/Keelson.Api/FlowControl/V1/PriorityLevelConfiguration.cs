using Keelson.Api.Meta.V1;

namespace Keelson.Api.FlowControl.V1;

/// <summary>
/// Gives a class of API requests its own share of the server's capacity and says whether surplus ones wait or are rejected.
/// Operators use it with FlowSchemas so that one busy client cannot starve the rest.
/// </summary>
[Resource("flowcontrol.apiserver.k8s.io", "v1", "prioritylevelconfigurations", Scope.Cluster, Subresources = ["status"])]
public sealed partial record PriorityLevelConfiguration
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>Limits of the level.</summary>
    [Field(2)] public PriorityLevelConfigurationSpec Spec { get; init; } = PriorityLevelConfigurationSpec.Empty;

    /// <summary>What the server observed; written by the server.</summary>
    [Field(3)] public PriorityLevelConfigurationStatus Status { get; init; } = PriorityLevelConfigurationStatus.Empty;
}

/// <summary>Contents of a priority level.</summary>
[ApiType]
public sealed partial record PriorityLevelConfigurationSpec
{
    /// <summary>Exempt never limits requests; Limited does so by the settings in limited.</summary>
    [Field(1, Emit = Emit.Always), KnownValues(typeof(PriorityLevelEnablement))] public string Type { get; init; } = "";

    /// <summary>Settings of a limited level; required with Limited, forbidden with Exempt.</summary>
    [Field(2)] public LimitedPriorityLevelConfiguration? Limited { get; init; }

    /// <summary>Settings of an exempt level; optional with Exempt, forbidden with Limited.</summary>
    [Field(3)] public ExemptPriorityLevelConfiguration? Exempt { get; init; }
}

/// <summary>Settings of a priority level whose requests never wait.</summary>
[ApiType]
public sealed partial record ExemptPriorityLevelConfiguration
{
    /// <summary>
    /// Share of the server's seats reserved for the level, relative to the others. Its requests are not limited by it. Defaults to
    /// 0.
    /// </summary>
    [Field(1)] public int? NominalConcurrencyShares { get; init; }

    /// <summary>Percent of the reserved seats that other levels may borrow, 0 to 100. Defaults to 0.</summary>
    [Field(2)] public int? LendablePercent { get; init; }
}

/// <summary>Settings of a priority level with a concurrency limit.</summary>
[ApiType]
public sealed partial record LimitedPriorityLevelConfiguration
{
    /// <summary>
    /// Share of the server's seats for the level, relative to the sum over all levels. Defaults to 30; 0 lets it run on borrowed
    /// seats alone.
    /// </summary>
    [Field(1, Emit = Emit.Always), Optional] public int? NominalConcurrencyShares { get; init; }

    /// <summary>What happens to requests beyond the limit.</summary>
    [Field(2)] public LimitResponse LimitResponse { get; init; } = LimitResponse.Empty;

    /// <summary>Percent of the level's seats that others may borrow while unused, 0 to 100. Defaults to 0.</summary>
    [Field(3)] public int? LendablePercent { get; init; }

    /// <summary>Seats the level may borrow from others, in percent of its own. Unset means no limit.</summary>
    [Field(4)] public int? BorrowingLimitPercent { get; init; }
}

/// <summary>What happens to requests that find no free seat.</summary>
[ApiType]
public sealed partial record LimitResponse
{
    /// <summary>Queue lets them wait, Reject turns them away at once with status 429.</summary>
    [Field(1, Emit = Emit.Always), KnownValues(typeof(LimitResponseType))] public string Type { get; init; } = "";

    /// <summary>Settings of the queues; required with Queue, forbidden with Reject.</summary>
    [Field(2)] public QueuingConfiguration? Queuing { get; init; }
}

/// <summary>The values of LimitResponseType that are known.</summary>
public static class LimitResponseType
{
    public const string Queue = "Queue";
    public const string Reject = "Reject";
}

/// <summary>Settings of fair queuing within a priority level.</summary>
[ApiType]
public sealed partial record QueuingConfiguration
{
    /// <summary>Number of queues. Defaults to 64; 1 makes all flows share one and handSize pointless.</summary>
    [Field(1, Emit = Emit.Always), Optional] public int Queues { get; init; }

    /// <summary>Queues a flow may use, the shortest of them being taken for each request; at most queues. Defaults to 8.</summary>
    [Field(2, Emit = Emit.Always), Optional] public int HandSize { get; init; }

    /// <summary>Requests that may wait in one queue before further ones are rejected. Defaults to 50.</summary>
    [Field(3, Emit = Emit.Always), Optional] public int QueueLengthLimit { get; init; }
}

/// <summary>The values of PriorityLevelEnablement that are known.</summary>
public static class PriorityLevelEnablement
{
    public const string Exempt = "Exempt";
    public const string Limited = "Limited";
}

/// <summary>What the server observed about a priority level.</summary>
[ApiType]
public sealed partial record PriorityLevelConfigurationStatus
{
    /// <summary>Current conditions, one for each type.</summary>
    [Field(1), ListMap("type"), StrategicMerge("merge", Key = "type")] public ApiList<PriorityLevelConfigurationCondition> Conditions { get; init; }
}

/// <summary>One aspect of the state of a priority level.</summary>
[ApiType]
public sealed partial record PriorityLevelConfigurationCondition
{
    /// <summary>Name of the condition.</summary>
    [Field(1)] public string Type { get; init; } = "";

    /// <summary>True, False or Unknown.</summary>
    [Field(2), KnownValues(typeof(ConditionStatus))] public string Status { get; init; } = "";

    /// <summary>When status last changed.</summary>
    [Field(3)] public Time LastTransitionTime { get; init; }

    /// <summary>One CamelCase word explaining the last change.</summary>
    [Field(4)] public string Reason { get; init; } = "";

    /// <summary>Explanation for human readers.</summary>
    [Field(5)] public string Message { get; init; } = "";
}
