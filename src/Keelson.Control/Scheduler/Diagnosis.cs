using Keelson.Control.Scheduler.Framework;

namespace Keelson.Control.Scheduler;

/// <summary>Says why no node fits, in the words of upstream that people and tools know.</summary>
internal static class Diagnosis
{
    public const string NoNodes = "no nodes available to schedule pods";

    /// <param name="nodes">How many nodes there are.</param>
    /// <param name="reasons">Reasons with the number of nodes that have them.</param>
    public static string Describe(int nodes, IEnumerable<KeyValuePair<string, int>> reasons) =>
        $"0/{nodes} nodes are available: {string.Join(", ", reasons.Select(reason => $"{reason.Value} {reason.Key}").Order(StringComparer.Ordinal))}.";

    public static string Describe(Cycle cycle, string afterwards)
    {
        var nodes = cycle.Cluster.Nodes.Length;
        var text = cycle.Refusal is { } refusal
            ? $"0/{nodes} nodes are available: {string.Join(", ", refusal.Reasons)}."
            : Describe(nodes, Reasons(cycle, nodes));
        return afterwards.Length == 0 ? text : $"{text} {afterwards}";
    }

    /// <summary>Counts reasons, and what a node that was not looked at counts as.</summary>
    public static void Count(Dictionary<string, int> reasons, IReadOnlyList<string> more, int nodes = 1)
    {
        foreach (var reason in more) reasons[reason] = reasons.GetValueOrDefault(reason) + nodes;
    }

    private static Dictionary<string, int> Reasons(Cycle cycle, int nodes)
    {
        var reasons = new Dictionary<string, int>();
        foreach (var node in cycle.Rejecting) Count(reasons, cycle.RejectionBy(node)!.Reasons);
        var unseen = nodes - cycle.Rejecting.Count;
        if (unseen > 0) Count(reasons, [$"node(s) didn't satisfy plugin(s) [{string.Join(' ', cycle.Narrowing)}]"], unseen);
        return reasons;
    }
}
