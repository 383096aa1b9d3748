namespace Keelson.Api.Cel.Syntax;

internal enum CelTokenKind
{
    End,
    Identifier,

    /// <summary>A field name between backquotes, which may have characters that identifiers don't.</summary>
    QuotedIdentifier,
    Integer,
    Unsigned,
    Double,
    Text,
    Bytes,

    /// <summary>An operator or a bracket; its text says which.</summary>
    Symbol,
}

/// <param name="Text">As it stands in the expression.</param>
internal readonly record struct CelToken(CelTokenKind Kind, int Position, string Text)
{
    public bool Is(string symbol) => Kind == CelTokenKind.Symbol && Text == symbol;

    /// <summary>How messages name the token.</summary>
    public string Shown => Kind == CelTokenKind.End ? "<EOF>" : Text;
}

/// <summary>The text is no expression.</summary>
internal sealed class CelSyntaxException(int position, string message) : FormatException(message)
{
    public int Position { get; } = position;
}
