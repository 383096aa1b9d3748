using Keelson.Api.Meta.V1;

namespace Keelson.Api.Core.V1;

/// <summary>How evenly pods must be spread over the domains that a node label forms.</summary>
[ApiType]
public sealed partial record TopologySpreadConstraint
{
    /// <summary>Largest permitted difference between a domain's count of matching pods and the lowest count; at least 1.</summary>
    [Field(1, Emit = Emit.Always)] public int MaxSkew { get; init; }

    /// <summary>Node label whose values form the domains; nodes without it are left out.</summary>
    [Field(2, Emit = Emit.Always)] public string TopologyKey { get; init; } = "";

    /// <summary>DoNotSchedule makes the pod wait, ScheduleAnyway only ranks nodes that reduce the skew higher.</summary>
    [Field(3, Emit = Emit.Always), KnownValues(typeof(UnsatisfiableConstraintAction))] public string WhenUnsatisfiable { get; init; } = "";

    /// <summary>Labels of the pods that are counted, in the pod's namespace.</summary>
    [Field(4)] public LabelSelector? LabelSelector { get; init; }

    /// <summary>Fewest eligible domains; with fewer the lowest count is taken as 0. DoNotSchedule only, 1 by default.</summary>
    [Field(5)] public int? MinDomains { get; init; }

    /// <summary>Honor counts only nodes that the pod's node selector and affinity admit, Ignore counts all; Honor by default.</summary>
    [Field(6), KnownValues(typeof(NodeInclusionPolicy))] public string? NodeAffinityPolicy { get; init; }

    /// <summary>Honor leaves out nodes with taints the pod does not tolerate, Ignore counts them; Ignore by default.</summary>
    [Field(7), KnownValues(typeof(NodeInclusionPolicy))] public string? NodeTaintsPolicy { get; init; }

    /// <summary>Label keys whose values are taken from the incoming pod and added to labelSelector, such as pod-template-hash.</summary>
    [Field(8), Atomic] public ApiList<string> MatchLabelKeys { get; init; }
}

/// <summary>The values of NodeInclusionPolicy that are known.</summary>
[Closed]
public static class NodeInclusionPolicy
{
    public const string Honor = "Honor";
    public const string Ignore = "Ignore";
}

/// <summary>The values of UnsatisfiableConstraintAction that are known.</summary>
[Closed]
public static class UnsatisfiableConstraintAction
{
    public const string DoNotSchedule = "DoNotSchedule";
    public const string ScheduleAnyway = "ScheduleAnyway";
}
