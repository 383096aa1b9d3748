namespace Keelson.Api.Yaml;

internal enum YamlTokenKind
{
    StreamEnd,
    VersionDirective,
    TagDirective,
    DocumentStart,
    DocumentEnd,
    BlockSequenceStart,
    BlockMappingStart,
    BlockEnd,
    FlowSequenceStart,
    FlowSequenceEnd,
    FlowMappingStart,
    FlowMappingEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    Alias,
    Anchor,
    Tag,
    PlainScalar,
    QuotedScalar,
}

/// <summary>One token of a YAML stream.</summary>
/// <param name="Line">Where it starts, from 0.</param>
/// <param name="Text">The scalar's text, the name of an anchor, a tag's suffix, a directive's prefix or version.</param>
/// <param name="Handle">The handle of a tag or of a tag directive.</param>
internal readonly record struct YamlToken(YamlTokenKind Kind, int Line, string Text = "", string Handle = "");
