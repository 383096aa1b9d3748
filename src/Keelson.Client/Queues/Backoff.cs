namespace Keelson.Client.Queues;

/// <summary>How pauses grow from one failure to the next.</summary>
/// <param name="First">The pause after the first failure.</param>
/// <param name="Longest">What no pause exceeds, chance not counted.</param>
public sealed record Backoff(TimeSpan First, TimeSpan Longest)
{
    /// <summary>By how much each pause is longer than the one before; default 2.</summary>
    public double Factor { get; init; } = 2;

    /// <summary>Up to which part of itself a pause is prolonged by chance; default none.</summary>
    public double Jitter { get; init; }

    /// <summary>After how long without failure the pauses begin small again; never by default.</summary>
    public TimeSpan? ResetAfter { get; init; }

    /// <summary>The pause after so many failures in a row, the first being 0.</summary>
    public TimeSpan After(int failures)
    {
        var pause = First.TotalSeconds * Math.Pow(Factor, failures);
        return pause >= Longest.TotalSeconds ? Longest : TimeSpan.FromSeconds(pause);
    }

    /// <summary>The same, prolonged by chance.</summary>
    public TimeSpan After(int failures, Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return After(failures) * (1 + (Jitter * random.NextDouble()));
    }
}
