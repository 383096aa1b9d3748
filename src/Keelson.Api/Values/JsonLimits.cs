namespace Keelson.Api.Values;

/// <summary>What a document may cost before it is refused.</summary>
public sealed record JsonLimits
{
    public static readonly JsonLimits Default = new();

    /// <summary>Bytes in a document; default 3 MiB, upstream's limit for a request body.</summary>
    public int MaxBytes { get; init; } = 3 * 1024 * 1024;

    /// <summary>
    /// Nested lists and maps; default and most <see cref="Value.MaxDepth"/>. Upstream takes 10,000; no object comes near
    /// either, and 1,000 levels fit the smallest stack a thread has.
    /// </summary>
    public int MaxDepth { get; init => field = Math.Clamp(value, 1, Value.MaxDepth); } = Value.MaxDepth;

    /// <summary>How many duplicate fields are reported; default 100, as upstream.</summary>
    public int MaxDuplicates { get; init; } = 100;
}
