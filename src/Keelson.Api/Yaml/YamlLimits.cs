using Keelson.Api.Values;

namespace Keelson.Api.Yaml;

/// <summary>What a YAML stream may cost before it is refused.</summary>
public sealed record YamlLimits
{
    public static readonly YamlLimits Default = new();

    /// <summary>Bytes in a stream; default 3 MiB, upstream's limit for a request body.</summary>
    public int MaxBytes { get; init; } = 3 * 1024 * 1024;

    /// <summary>Nested collections; default and most <see cref="Value.MaxDepth"/>.</summary>
    public int MaxDepth { get; init => field = Math.Clamp(value, 1, Value.MaxDepth); } = Value.MaxDepth;

    /// <summary>
    /// Characters of text that all aliases of a document together may stand for; default 3 Mi. How many nodes they may
    /// stand for follows from the size of the document, as upstream has it.
    /// </summary>
    public int MaxAliasedCharacters { get; init; } = 3 * 1024 * 1024;

    /// <summary>How many duplicate keys are reported; default 100.</summary>
    public int MaxDuplicates { get; init; } = 100;
}
