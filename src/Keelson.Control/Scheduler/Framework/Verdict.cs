namespace Keelson.Control.Scheduler.Framework;

/// <summary>Why a plugin turned a pod away, and whether removing other pods could change that.</summary>
/// <param name="Plugin">The plugin that says so; what it wakes on decides when the pod is tried again.</param>
/// <param name="IsResolvable">Whether the pod would fit if other pods were gone: only then preemption looks at the node.</param>
internal sealed record Rejection(string Plugin, bool IsResolvable, IReadOnlyList<string> Reasons);

/// <summary>What a plugin says of a pod, or of a pod on a node: it fits, or why not.</summary>
internal readonly struct Verdict
{
    private Verdict(Rejection rejection) => Rejection = rejection;

    public static Verdict Fits => default;

    /// <summary>Null where the pod fits.</summary>
    public Rejection? Rejection { get; }

    public bool IsFit => Rejection is null;

    /// <summary>It does not fit now; it would if other pods were gone.</summary>
    public static Verdict No(string plugin, params IReadOnlyList<string> reasons) => new(new Rejection(plugin, true, reasons));

    /// <summary>It does not fit, whichever pods were gone.</summary>
    public static Verdict Never(string plugin, params IReadOnlyList<string> reasons) => new(new Rejection(plugin, false, reasons));
}
