using Keelson.Api.Selectors;

namespace Keelson.Client.Resources;

/// <summary>Which objects a list, a watch or a mass deletion is about.</summary>
public record Selection
{
    public LabelQuery? Labels { get; init; }

    public FieldQuery? Fields { get; init; }
}

/// <summary>What a list request asks for.</summary>
public sealed record ListQuery : Selection
{
    /// <summary>Null for the newest state; "0" for whatever the server has at hand.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Exact or NotOlderThan.</summary>
    public string? ResourceVersionMatch { get; init; }

    /// <summary>The most objects of one page; null for all at once.</summary>
    public int? Limit { get; init; }

    /// <summary>What the page before gave to go on with.</summary>
    public string? Continue { get; init; }
}

/// <summary>What a watch asks for.</summary>
public sealed record WatchQuery : Selection
{
    /// <summary>From where on; null or "0" begins with what is there.</summary>
    public string? ResourceVersion { get; init; }

    public string? ResourceVersionMatch { get; init; }

    /// <summary>Whether all objects come first, and then a bookmark that says so.</summary>
    public bool? SendInitialEvents { get; init; }

    /// <summary>Whether the server may tell how far the watch is without an event.</summary>
    public bool AllowBookmarks { get; init; } = true;

    /// <summary>After how long the server ends the watch.</summary>
    public TimeSpan? Timeout { get; init; }
}

/// <summary>What goes with a write.</summary>
public sealed record WriteOptions
{
    /// <summary>Whether everything is done but the writing.</summary>
    public bool DryRun { get; init; }

    /// <summary>Under which name the server notes who owns the fields; the user agent's when null.</summary>
    public string? FieldManager { get; init; }

    /// <summary>Strict, Warn or Ignore for unknown and duplicate fields.</summary>
    public string? FieldValidation { get; init; }

    /// <summary>Whether an apply takes fields over that another manager owns.</summary>
    public bool Force { get; init; }
}

/// <summary>Which part of a container's log is wanted.</summary>
public sealed record LogQuery
{
    public string? Container { get; init; }

    /// <summary>Whether the stream goes on while the container does.</summary>
    public bool Follow { get; init; }

    /// <summary>Whether the log of the container's run before is wanted.</summary>
    public bool Previous { get; init; }

    public bool Timestamps { get; init; }

    public int? TailLines { get; init; }

    public long? LimitBytes { get; init; }

    public long? SinceSeconds { get; init; }
}
