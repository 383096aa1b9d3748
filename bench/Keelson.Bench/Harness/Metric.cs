namespace Keelson.Bench.Harness;

/// <summary>What a target compares a figure with.</summary>
internal enum TargetKind { AtMostTimes, AtLeastTimes, AtMost, AtLeast }

/// <summary>What a figure has to reach.</summary>
/// <param name="Against">The contestant that the figure is compared with; null for the peer.</param>
internal sealed record Target(TargetKind Kind, double Limit, string? Against = null)
{
    public bool IsMetBy(double figure, double peer) => Kind switch
    {
        TargetKind.AtMostTimes => figure <= Limit * peer,
        TargetKind.AtLeastTimes => figure >= Limit * peer,
        TargetKind.AtLeast => figure >= Limit,
        _ => figure <= Limit,
    };

    public string Text(string unit) => Kind switch
    {
        TargetKind.AtMostTimes => FormattableString.Invariant($"≤ {Limit}×{(Against is null ? "" : " " + Against)}"),
        TargetKind.AtLeastTimes => FormattableString.Invariant($"≥ {Limit}×{(Against is null ? "" : " " + Against)}"),
        TargetKind.AtLeast => FormattableString.Invariant($"≥ {Limit} {unit}"),
        _ => FormattableString.Invariant($"≤ {Limit} {unit}"),
    };
}

/// <summary>One figure of a benchmark, and what it has to reach.</summary>
internal sealed record Metric(string Name, string Unit, params Target[] Targets);
