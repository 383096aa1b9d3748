using Keelson.Api.Values;

namespace Keelson.Api.Yaml;

internal enum YamlNodeKind
{
    Scalar,
    Sequence,
    Mapping,
    Alias,
}

/// <summary>A node of one document, before scalars are resolved and aliases followed.</summary>
internal sealed class YamlNode(YamlNodeKind kind, int line, string tag)
{
    /// <summary>Shared by all scalars and aliases; nothing is ever added to it.</summary>
    private static readonly List<YamlNode> NoChildren = [];

    internal YamlNodeKind Kind { get; } = kind;

    /// <summary>Where the node starts, from 0.</summary>
    internal int Line { get; } = line;

    /// <summary>The whole tag, or empty.</summary>
    internal string Tag { get; } = tag;

    internal string Text { get; init; } = "";

    /// <summary>Whether the scalar is plain, so that its text says what type it has.</summary>
    internal bool IsPlain { get; init; }

    /// <summary>Items, or keys and values in turn.</summary>
    internal List<YamlNode> Children { get; } = kind is YamlNodeKind.Sequence or YamlNodeKind.Mapping ? [] : NoChildren;

    internal YamlNode? Target { get; init; }

    internal string Anchor { get; set; } = "";

    internal bool IsOpen { get; set; }

    /// <summary>What the node became, with what it cost, so that an alias to it costs nothing more to follow.</summary>
    internal (Value Value, long Nodes, long Characters)? Decoded { get; set; }
}
