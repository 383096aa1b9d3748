namespace Keelson.Client.Streaming;

/// <summary>A command to run in a container, and the streams that it is to have.</summary>
public sealed record ExecQuery
{
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>The container; null is the pod's only one.</summary>
    public string? Container { get; init; }

    public bool Stdin { get; init; }

    public bool Stdout { get; init; } = true;

    /// <summary>Default true, but never with a terminal, whose output is one.</summary>
    public bool Stderr { get; init; } = true;

    public bool Tty { get; init; }

    public StreamLimits Limits { get; init; } = StreamLimits.Default;
}

/// <summary>The streams of a container's own process that are wanted.</summary>
public sealed record AttachQuery
{
    /// <summary>The container; null is the pod's only one.</summary>
    public string? Container { get; init; }

    public bool Stdin { get; init; }

    public bool Stdout { get; init; } = true;

    /// <summary>Default true, but never with a terminal, whose output is one.</summary>
    public bool Stderr { get; init; } = true;

    public bool Tty { get; init; }

    public StreamLimits Limits { get; init; } = StreamLimits.Default;
}
