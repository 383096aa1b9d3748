using System.Globalization;
using System.Text;
using Keelson.Api.Values;

namespace Keelson.Api.Yaml;

/// <summary>Collects one document in block style: keys in order, lists at the indentation of their key.</summary>
internal sealed class YamlOutput
{
    private const int IndentStep = 2;

    /// <summary>A longer key is written in the explicit form, with a question mark.</summary>
    private const int LongestSimpleKey = 128;

    /// <summary>A space beyond this column becomes a line break, where the text allows.</summary>
    private const int FoldAfter = 80;

    private readonly StringBuilder _output = new();
    private int _lineStart;

    /// <summary>Characters in the line so far; those that take two units are never written as they are.</summary>
    private int Column => _output.Length - _lineStart;

    public override string ToString() => _output.ToString();

    internal void WriteDocument(Value value)
    {
        if (IsBlock(value)) WriteBlock(value, 0);
        else if (value is TextValue text && text.Text.Contains('\n', StringComparison.Ordinal)) WriteDoubleQuoted(text.Text, 0, int.MaxValue);
        else WriteScalar(value, 0);
        NewLine(0);
    }

    private static bool IsBlock(Value value) => value is MapValue { Count: > 0 } or ListValue { Count: > 0 };

    /// <summary>Writes a map or list whose first entry goes to the current position, the others to the indentation.</summary>
    private void WriteBlock(Value value, int indent)
    {
        if (value is MapValue map) WriteMap(map, indent);
        else WriteList((ListValue)value, indent);
    }

    private void WriteMap(MapValue map, int indent)
    {
        var order = YamlKeyOrder.Sort(map.Keys);
        for (var i = 0; i < order.Length; i++)
        {
            if (i > 0) NewLine(indent);
            WriteEntry(map.Keys[order[i]], map.Values[order[i]], indent);
        }
    }

    private void WriteEntry(string key, Value value, int indent)
    {
        var isSimple = Encoding.UTF8.GetByteCount(key) <= LongestSimpleKey && !key.AsSpan().ContainsAny("\r\n\u0085\u2028\u2029");
        if (!isSimple)
        {
            _output.Append("? ");
            WriteText(key, indent + IndentStep, isKey: false);
            NewLine(indent);
            _output.Append(": ");
            WriteNested(value, indent);
            return;
        }

        WriteText(key, indent, isKey: true);
        _output.Append(':');
        if (!IsBlock(value))
        {
            _output.Append(' ');
            WriteScalar(value, indent + IndentStep);
            return;
        }

        var below = value is MapValue ? indent + IndentStep : indent;
        NewLine(below);
        WriteBlock(value, below);
    }

    private void WriteList(ListValue list, int indent)
    {
        for (var i = 0; i < list.Count; i++)
        {
            if (i > 0) NewLine(indent);
            _output.Append("- ");
            WriteNested(list[i], indent);
        }
    }

    /// <summary>Writes what follows an indicator on its line.</summary>
    private void WriteNested(Value value, int indent)
    {
        if (IsBlock(value)) WriteBlock(value, indent + IndentStep);
        else WriteScalar(value, indent + IndentStep);
    }

    private void WriteScalar(Value value, int indent)
    {
        switch (value)
        {
            case TextValue text:
                WriteText(text.Text, indent, isKey: false);
                break;
            case IntegerValue integer:
                _output.Append(CultureInfo.InvariantCulture, $"{integer.Integer}");
                break;
            case NumberValue number:
                _output.Append(YamlNumber.Format(number.Number));
                break;
            case BoolValue boolean:
                _output.Append(boolean.Bool ? "true" : "false");
                break;
            case MapValue:
                _output.Append("{}");
                break;
            case ListValue:
                _output.Append("[]");
                break;
            default:
                _output.Append("null");
                break;
        }
    }

    private void WriteText(string text, int indent, bool isKey)
    {
        var foldAt = isKey ? int.MaxValue : FoldAfter;
        switch (YamlScalarStyle.Of(text, isKey))
        {
            case YamlStyle.Plain:
                WriteFolding(text, indent, foldAt, foldAtEdges: true);
                break;
            case YamlStyle.SingleQuoted:
                _output.Append('\'');
                WriteFolding(text.Replace("'", "''", StringComparison.Ordinal), indent, foldAt, foldAtEdges: false);
                _output.Append('\'');
                break;
            case YamlStyle.Literal:
                WriteLiteral(text, indent);
                break;
            default:
                WriteDoubleQuoted(text, indent, foldAt);
                break;
        }
    }

    /// <summary>Writes text in which a single space beyond the width of a line becomes a line break.</summary>
    private void WriteFolding(string text, int indent, int foldAt, bool foldAtEdges)
    {
        var afterSpace = false;
        var afterBreak = false;
        for (var i = 0; i < text.Length; i++)
        {
            var isSpace = text[i] == ' ';
            var inside = foldAtEdges || (i > 0 && i < text.Length - 1);
            var folds = isSpace && !afterSpace && inside && Column > foldAt && (i == text.Length - 1 || text[i + 1] != ' ');
            afterSpace = isSpace;
            if (folds)
            {
                NewLine(indent);
                continue;
            }

            var isBreak = YamlScalarStyle.IsBreak(text[i]);
            if (afterBreak && !isBreak) _output.Append(' ', indent);
            _output.Append(text[i]);
            if (isBreak) _lineStart = _output.Length;
            afterBreak = isBreak;
        }
    }

    private void WriteLiteral(string text, int indent)
    {
        _output.Append('|');

        // The indentation has to be told where the first line would hide it.
        if (text[0] == ' ' || YamlScalarStyle.IsBreak(text[0])) _output.Append(IndentStep);
        if (!YamlScalarStyle.IsBreak(text[^1])) _output.Append('-');
        else if (text.Length == 1 || YamlScalarStyle.IsBreak(text[^2])) _output.Append('+');
        NewLine(0);
        var atStart = true;
        foreach (var unit in text)
        {
            var isBreak = YamlScalarStyle.IsBreak(unit);
            if (atStart && !isBreak) _output.Append(' ', indent);
            _output.Append(unit);
            if (isBreak) _lineStart = _output.Length;
            atStart = isBreak;
        }
    }

    private void WriteDoubleQuoted(string text, int indent, int foldAt)
    {
        _output.Append('"');
        var afterSpace = false;

        // Upstream escapes everything behind a byte order mark.
        var escapeAll = text.StartsWith('\ufeff');
        for (var i = 0; i < text.Length; i++)
        {
            var unit = text[i];
            if (escapeAll || !YamlScalarStyle.IsPrintable(unit) || YamlScalarStyle.IsBreak(unit) || unit is '"' or '\\')
            {
                i += WriteEscape(text, i);
                afterSpace = false;
                continue;
            }

            if (unit == ' ' && !afterSpace && Column > foldAt && i > 0 && i < text.Length - 1)
            {
                NewLine(indent);
                if (text[i + 1] == ' ') _output.Append('\\');
            }
            else
            {
                _output.Append(unit);
            }

            afterSpace = unit == ' ';
        }

        _output.Append('"');
    }

    /// <returns>How many characters beyond the first were written.</returns>
    private int WriteEscape(string text, int at)
    {
        var named = text[at] switch
        {
            '\0' => '0',
            '\a' => 'a',
            '\b' => 'b',
            '\t' => 't',
            '\n' => 'n',
            '\v' => 'v',
            '\f' => 'f',
            '\r' => 'r',
            '\u001b' => 'e',
            '"' => '"',
            '\\' => '\\',
            '\u0085' => 'N',
            '\u00a0' => '_',
            '\u2028' => 'L',
            '\u2029' => 'P',
            _ => '\0',
        };
        _output.Append('\\');
        if (named != '\0')
        {
            _output.Append(named);
            return 0;
        }

        // Half a surrogate pair, which only a program can have put there, becomes the replacement character.
        Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var length);
        _ = rune.Value switch
        {
            <= 0xff => _output.Append(CultureInfo.InvariantCulture, $"x{rune.Value:X2}"),
            <= 0xffff => _output.Append(CultureInfo.InvariantCulture, $"u{rune.Value:X4}"),
            _ => _output.Append(CultureInfo.InvariantCulture, $"U{rune.Value:X8}"),
        };
        return length - 1;
    }

    /// <summary>Starts a line, unless a literal that ended with a break has done so.</summary>
    private void NewLine(int indent)
    {
        if (Column > 0) _output.Append('\n');
        _lineStart = _output.Length;
        _output.Append(' ', indent);
    }
}
