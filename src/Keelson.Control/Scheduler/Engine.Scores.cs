using Keelson.Control.Scheduler.Cache;
using Keelson.Control.Scheduler.Framework;

namespace Keelson.Control.Scheduler;

/// <summary>Scores: those of the node alone are kept until the node changes, the others are computed for each pod.</summary>
internal sealed partial class Engine
{
    private const long MostPoints = 100;

    private readonly Profile.WeighedScore[] _local;
    private readonly Profile.WeighedScore[] _wideScores;
    private readonly bool[] _isActive;
    private readonly int[] _normalized;
    private long[] _totals = [];
    private long[] _raw = [];

    /// <summary>Asks the local plugins whether they have anything to say of the pod's shape.</summary>
    private void PrepareScores()
    {
        for (var i = 0; i < _local.Length; i++) _isActive[i] = _local[i].Plugin is not IPreScore before || before.PreScore(_cycle, default);
    }

    /// <summary>What local plugins say of a node: remembered, or found and remembered.</summary>
    private Rejection? Local(NodeState node, NodeFindings findings)
    {
        var generation = _cluster.Generation(node.Slot);
        if (!ReferenceEquals(findings, _scratch) && findings.IsCurrent(node.Slot, generation)) return findings.Rejection(node.Slot);
        Rejection? rejection = null;
        foreach (var filter in _profile.LocalFilters)
        {
            rejection = filter.Filter(_cycle, node).Rejection;
            if (rejection is not null) break;
        }

        findings.Set(node.Slot, _cluster.Slots, generation, rejection);
        if (rejection is null) ScoreLocally(node, findings.Scores(node.Slot));
        return rejection;
    }

    private void ScoreLocally(NodeState node, Span<long> scores)
    {
        var ready = 0L;
        var raw = 1;
        for (var i = 0; i < _local.Length; i++)
        {
            var score = _isActive[i] ? _local[i].Plugin.Score(_cycle, node) : 0;
            if (_local[i].Plugin.Normalization == Normalization.None) ready += score * _local[i].Weight;
            else scores[raw++] = score;
        }

        scores[0] = ready;
    }

    private NodeState Best()
    {
        var nodes = _feasible.AsSpan(0, _feasibleCount);
        if (_totals.Length < nodes.Length) (_totals, _raw) = (new long[nodes.Length], new long[nodes.Length]);
        var totals = _totals.AsSpan(0, nodes.Length);
        var findings = FindingsFor(_cycle.Pod);
        for (var i = 0; i < nodes.Length; i++) totals[i] = findings.Scores(nodes[i].Slot)[0];
        for (var i = 0; i < _normalized.Length; i++) AddNormalized(nodes, totals, findings, i);
        foreach (var (plugin, weight) in _wideScores)
        {
            if (plugin is IPreScore before && !before.PreScore(_cycle, nodes)) continue;
            var raw = _raw.AsSpan(0, nodes.Length);
            for (var i = 0; i < nodes.Length; i++) raw[i] = plugin.Score(_cycle, nodes[i]);
            Normalize(plugin, raw);
            for (var i = 0; i < nodes.Length; i++) totals[i] += raw[i] * weight;
        }

        return nodes[Select(totals)];
    }

    private void AddNormalized(ReadOnlySpan<NodeState> nodes, Span<long> totals, NodeFindings findings, int index)
    {
        var (plugin, weight) = _local[_normalized[index]];
        if (!_isActive[_normalized[index]]) return;
        var raw = _raw.AsSpan(0, nodes.Length);
        var highest = 0L;
        for (var i = 0; i < nodes.Length; i++)
        {
            raw[i] = findings.Scores(nodes[i].Slot)[index + 1];
            highest = Math.Max(highest, raw[i]);
        }

        // All alike: nothing to tell them apart by.
        if (highest == 0 && plugin.Normalization != Normalization.Own) return;
        Normalize(plugin, raw);
        for (var i = 0; i < nodes.Length; i++) totals[i] += raw[i] * weight;
    }

    private void Normalize(IScore plugin, Span<long> raw)
    {
        if (plugin.Normalization == Normalization.None) return;
        if (plugin.Normalization == Normalization.Own)
        {
            plugin.Normalize(_cycle, raw);
            return;
        }

        var highest = 0L;
        foreach (var score in raw) highest = Math.Max(highest, score);
        var isReverse = plugin.Normalization == Normalization.HighestIsWorst;
        for (var i = 0; i < raw.Length; i++)
        {
            var score = highest == 0 ? 0 : MostPoints * raw[i] / highest;
            raw[i] = isReverse ? MostPoints - score : score;
        }
    }

    /// <summary>One of the best, each with the same chance.</summary>
    private int Select(ReadOnlySpan<long> totals)
    {
        var best = 0;
        var ties = 1;
        for (var i = 1; i < totals.Length; i++)
        {
            if (totals[i] < totals[best]) continue;
            if (totals[i] > totals[best]) (best, ties) = (i, 1);
            else if (_random.Next(++ties) == 0) best = i;
        }

        return best;
    }
}
