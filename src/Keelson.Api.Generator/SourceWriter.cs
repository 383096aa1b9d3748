using System.Text;
using Microsoft.CodeAnalysis.CSharp;

namespace Keelson.Api.Generator;

/// <summary>Collects lines of C# with their indentation.</summary>
internal sealed class SourceWriter
{
    private readonly StringBuilder _text = new();
    private int _depth;

    public static string Literal(string text) => SymbolDisplay.FormatLiteral(text, quote: true);

    public void Line(string line = "")
    {
        if (line.Length > 0) _text.Append(' ', _depth * 4).Append(line);
        _text.Append('\n');
    }

    public void Open(string head, string bracket = "{")
    {
        Line(head);
        Line(bracket);
        _depth++;
    }

    public void Close(string tail = "}")
    {
        _depth--;
        Line(tail);
    }

    public override string ToString() => _text.ToString();
}
