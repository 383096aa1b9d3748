namespace Keelson.Node.Runtime.Simulated;

/// <summary>How a simulated runtime behaves where pods do not say it.</summary>
public sealed record SimulatedOptions
{
    /// <summary>All that happens later happens on this clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>What ids begin with, so that those of two nodes differ; hexadecimal digits.</summary>
    public string IdPrefix { get; init; } = "";

    /// <summary>From creating a container's process to its running.</summary>
    public TimeSpan StartDelay { get; init; }

    /// <summary>How long a pull takes.</summary>
    public TimeSpan PullDelay { get; init; }

    /// <summary>Whether a registry has an image of this name, written out; every one exists unless set.</summary>
    public Func<string, bool> ImageExists { get; init; } = static _ => true;

    /// <summary>How large images are.</summary>
    public ulong ImageBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Whether containers write their log files; off unless set, for a hundred thousand of them would.</summary>
    public bool WritesLogs { get; init; }

    /// <summary>How many events wait for a watcher before the oldest are dropped; 4096 unless set.</summary>
    public int MaxWaitingEvents { get; init; } = 4096;
}
