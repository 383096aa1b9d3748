namespace Keelson.Api.Structural.Patterns;

/// <summary>What a place in a text must be for an assertion to hold.</summary>
internal enum PatternPlace
{
    TextStart,
    TextEnd,
    LineStart,
    LineEnd,
    WordBoundary,
    NoWordBoundary,
}

/// <summary>A part of a parsed pattern.</summary>
internal abstract record PatternNode
{
    public static readonly PatternNode Empty = new PatternSequence([]);
}

/// <summary>One character.</summary>
internal sealed record PatternRune(int Rune) : PatternNode;

/// <summary>One character of a class.</summary>
internal sealed record PatternClass(CharacterClass Class) : PatternNode;

/// <summary>Any character, or any but the end of a line.</summary>
internal sealed record PatternAny(bool AlsoNewLine) : PatternNode;

/// <summary>No character, but a certain place.</summary>
internal sealed record PatternAssertion(PatternPlace Place) : PatternNode;

/// <summary>Parts one after the other.</summary>
internal sealed record PatternSequence(IReadOnlyList<PatternNode> Parts) : PatternNode;

/// <summary>One of several parts.</summary>
internal sealed record PatternChoice(IReadOnlyList<PatternNode> Choices) : PatternNode;

/// <summary>A part several times over.</summary>
/// <param name="Most">Negative for any number.</param>
internal sealed record PatternRepeat(PatternNode Part, int Least, int Most) : PatternNode
{
    /// <summary>As few times as possible; it only matters where a match ends.</summary>
    public bool IsLazy { get; init; }
}
