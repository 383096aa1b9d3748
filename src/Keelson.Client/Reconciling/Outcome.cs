namespace Keelson.Client.Reconciling;

/// <summary>How a reconciliation ended: done, or to be repeated after a delay. A failure is an exception.</summary>
public readonly record struct Outcome
{
    private Outcome(TimeSpan? delay) => Delay = delay;

    /// <summary>Nothing more to do until something changes.</summary>
    public static Outcome Done => default;

    /// <summary>After how long to look again; null when done.</summary>
    public TimeSpan? Delay { get; }

    /// <summary>Look again after a while, whether something changed or not.</summary>
    public static Outcome After(TimeSpan delay) => new(delay > TimeSpan.Zero ? delay : TimeSpan.Zero);
}
