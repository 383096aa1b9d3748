using Keelson.Api.Meta.V1;

namespace Keelson.Api.Policy.V1;

/// <summary>
/// Protects an application from losing too many pods at once to voluntary disruptions such as node drains. It applies to
/// evictions only; crashes, node failures and plain deletions count against it but are not prevented.
/// </summary>
[Resource("policy", "v1", "poddisruptionbudgets", Scope.Namespaced, ShortNames = ["pdb"], Subresources = ["status"])]
public sealed partial record PodDisruptionBudget
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>The pods and the limit.</summary>
    [Field(2)] public PodDisruptionBudgetSpec Spec { get; init; } = PodDisruptionBudgetSpec.Empty;

    /// <summary>What the limit allows at present.</summary>
    [Field(3)] public PodDisruptionBudgetStatus Status { get; init; } = PodDisruptionBudgetStatus.Empty;
}

/// <summary>Contents of a disruption budget.</summary>
[ApiType]
public sealed partial record PodDisruptionBudgetSpec
{
    /// <summary>
    /// Pods that must stay healthy after an eviction, as a number or a percentage; 100% forbids evictions. Excludes maxUnavailable.
    /// </summary>
    [Field(1)] public IntOrString? MinAvailable { get; init; }

    /// <summary>Pods covered, in the budget's namespace. Empty selects all, unset none.</summary>
    [Field(2), StrategicMerge("replace")] public LabelSelector? Selector { get; init; }

    /// <summary>Pods that may be missing after an eviction, as a number or a percentage; 0 forbids evictions. Excludes minAvailable.</summary>
    [Field(3)] public IntOrString? MaxUnavailable { get; init; }

    /// <summary>
    /// Evictions of running pods that are not ready: IfHealthyBudget (default) allows them only if the budget is met, AlwaysAllow
    /// always.
    /// </summary>
    [Field(4), KnownValues(typeof(UnhealthyPodEvictionPolicyType))] public string? UnhealthyPodEvictionPolicy { get; init; }
}

/// <summary>The values of UnhealthyPodEvictionPolicyType that are known.</summary>
[Closed]
public static class UnhealthyPodEvictionPolicyType
{
    public const string AlwaysAllow = "AlwaysAllow";
    public const string IfHealthyBudget = "IfHealthyBudget";
}

/// <summary>What the controller observed about a disruption budget.</summary>
[ApiType]
public sealed partial record PodDisruptionBudgetStatus
{
    /// <summary>Generation of the spec the status describes; evictions are refused while it lags behind.</summary>
    [Field(1)] public long ObservedGeneration { get; init; }

    /// <summary>Pods whose eviction was granted but whose deletion has not been seen yet, with the time of the grant; entries expire soon.</summary>
    [Field(2)] public ApiMap<Time> DisruptedPods { get; init; }

    /// <summary>Pods that may be evicted now.</summary>
    [Field(3, Emit = Emit.Always), Optional] public int DisruptionsAllowed { get; init; }

    /// <summary>Healthy pods now.</summary>
    [Field(4, Emit = Emit.Always), Optional] public int CurrentHealthy { get; init; }

    /// <summary>Fewest healthy pods the budget demands.</summary>
    [Field(5, Emit = Emit.Always), Optional] public int DesiredHealthy { get; init; }

    /// <summary>Pods covered by the budget.</summary>
    [Field(6, Emit = Emit.Always), Optional] public int ExpectedPods { get; init; }

    /// <summary>Current conditions; DisruptionAllowed tells whether evictions are possible and, if not, why.</summary>
    [Field(7), ListMap("type"), StrategicMerge("merge", Key = "type")] public ApiList<Condition> Conditions { get; init; }
}
