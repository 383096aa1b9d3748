namespace Keelson.Api.Patch.Json;

/// <summary>What a JSON patch may cost before it is refused.</summary>
public sealed record JsonPatchLimits
{
    public static readonly JsonPatchLimits Default = new();

    /// <summary>Operations in a patch; default 10,000, as upstream.</summary>
    public int MaxOperations { get; init; } = 10_000;

    /// <summary>Bytes of JSON that all copy operations together may add; default 3 MiB, as upstream.</summary>
    public long MaxCopiedBytes { get; init; } = 3 * 1024 * 1024;
}
