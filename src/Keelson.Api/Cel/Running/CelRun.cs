namespace Keelson.Api.Cel.Running;

/// <summary>The evaluation cost more than it may.</summary>
public sealed class CelBudgetException() : Exception("operation cancelled: actual cost limit exceeded");

/// <summary>The values of an environment's variables; null for one that has none.</summary>
public delegate object? CelBindings(string name);

/// <summary>One evaluation: its variables, what it has cost, and how it is stopped.</summary>
internal sealed class CelRun(CelBindings bindings, long limit, CancellationToken cancel)
{
    /// <summary>How often cancellation is looked at: once in so many charges.</summary>
    private const int CheckEvery = 256;

    /// <summary>How long texts may grow for nothing.</summary>
    private const int FreeLength = 100_000;

    private int _untilCheck = CheckEvery;

    public CancellationToken Cancel { get; } = cancel;

    public long Cost { get; private set; }

    public void Charge(long cost)
    {
        Cost = cost > long.MaxValue - Cost ? long.MaxValue : Cost + cost;
        if (Cost > limit) throw new CelBudgetException();
        if (--_untilCheck > 0) return;
        _untilCheck = CheckEvery;
        Cancel.ThrowIfCancellationRequested();
    }

    /// <summary>
    /// Charged before a text is made that may be far longer than what it is made of; upstream charges nothing for that,
    /// so that this counts only for what no rule in earnest makes.
    /// </summary>
    public void ChargeGrowth(long length)
    {
        if (length > FreeLength) Charge(length / 10);
    }

    public object? Find(string name) => bindings(name);
}

/// <summary>A variable of a macro, and those around it.</summary>
internal sealed class CelFrame(string name, CelFrame? parent)
{
    public object Value { get; set; } = Objects.CelNull.Value;

    public static object? Find(CelFrame? frame, string name)
    {
        for (; frame is not null; frame = frame.Parent)
        {
            if (frame.Name == name) return frame.Value;
        }

        return null;
    }

    private string Name { get; } = name;

    private CelFrame? Parent { get; } = parent;
}
