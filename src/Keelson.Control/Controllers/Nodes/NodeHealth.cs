using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;

namespace Keelson.Control.Controllers.Nodes;

/// <summary>What a node's silence means for its conditions, and its conditions for its taints.</summary>
internal static class NodeHealth
{
    public const string NotReady = "node.kubernetes.io/not-ready";
    public const string Unreachable = "node.kubernetes.io/unreachable";

    private static readonly string[] FollowedConditions = [NodeConditionType.Ready, NodeConditionType.MemoryPressure, NodeConditionType.DiskPressure, NodeConditionType.PIDPressure];

    // Which condition, in which state, keeps new pods off a node, and under which key.
    private static readonly (string Condition, string Status, string Key)[] Signs =
    [
        (NodeConditionType.Ready, ConditionStatus.False, NotReady),
        (NodeConditionType.Ready, ConditionStatus.Unknown, Unreachable),
        (NodeConditionType.MemoryPressure, ConditionStatus.True, "node.kubernetes.io/memory-pressure"),
        (NodeConditionType.DiskPressure, ConditionStatus.True, "node.kubernetes.io/disk-pressure"),
        (NodeConditionType.PIDPressure, ConditionStatus.True, "node.kubernetes.io/pid-pressure"),
        (NodeConditionType.NetworkUnavailable, ConditionStatus.True, "node.kubernetes.io/network-unavailable"),
    ];

    private const string UnschedulableKey = "node.kubernetes.io/unschedulable";

    /// <summary>The status of a node from which nothing was heard for too long.</summary>
    public static NodeStatus Silent(Node node, Time now)
    {
        var conditions = node.Status.Conditions;
        foreach (var type in FollowedConditions)
        {
            var index = conditions.FindIndex(condition => condition.Type == type);
            if (index < 0)
            {
                conditions = conditions.Add(Unknown(type, "NodeStatusNeverUpdated", "Kubelet never posted node status.", now) with { LastHeartbeatTime = node.Metadata.CreationTimestamp });
            }
            else if (conditions[index].Status != ConditionStatus.Unknown)
            {
                conditions = conditions.With(index, Unknown(type, "NodeStatusUnknown", "Kubelet stopped posting node status.", now) with { LastHeartbeatTime = conditions[index].LastHeartbeatTime });
            }
        }

        return node.Status with { Conditions = conditions };
    }

    /// <summary>The node's taints as its conditions want them; those of others stay as they are.</summary>
    public static ApiList<Taint> Taints(Node node, Time now)
    {
        var wanted = new List<(string Key, string Effect)>();
        foreach (var sign in Signs)
        {
            if (Status(node, sign.Condition) == sign.Status) wanted.Add((sign.Key, TaintEffect.NoSchedule));
        }

        if (node.Spec.Unschedulable) wanted.Add((UnschedulableKey, TaintEffect.NoSchedule));
        if (Status(node, NodeConditionType.Ready) == ConditionStatus.False) wanted.Add((NotReady, TaintEffect.NoExecute));
        if (Status(node, NodeConditionType.Ready) == ConditionStatus.Unknown) wanted.Add((Unreachable, TaintEffect.NoExecute));
        var taints = node.Spec.Taints.RemoveAll(taint => IsOurs(taint) && !wanted.Contains((taint.Key, taint.Effect)));
        foreach (var (key, effect) in wanted)
        {
            if (taints.FindIndex(taint => taint.Key == key && taint.Effect == effect) < 0) taints = taints.Add(new Taint { Key = key, Effect = effect, TimeAdded = now });
        }

        return taints;
    }

    public static string? Status(Node node, string type)
    {
        var index = node.Status.Conditions.FindIndex(condition => condition.Type == type);
        return index < 0 ? null : node.Status.Conditions[index].Status;
    }

    private static bool IsOurs(Taint taint) => taint.Effect switch
    {
        TaintEffect.NoSchedule => taint.Key == UnschedulableKey || Signs.Any(sign => sign.Key == taint.Key),
        TaintEffect.NoExecute => taint.Key is NotReady or Unreachable,
        _ => false,
    };

    private static NodeCondition Unknown(string type, string reason, string message, Time now) =>
        new() { Type = type, Status = ConditionStatus.Unknown, Reason = reason, Message = message, LastTransitionTime = now };
}
