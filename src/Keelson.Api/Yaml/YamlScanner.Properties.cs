using System.Globalization;
using System.Text;

namespace Keelson.Api.Yaml;

/// <content>Anchors, tags and directives.</content>
internal sealed partial class YamlScanner
{
    private YamlToken ScanAnchor(YamlTokenKind kind)
    {
        var line = _line;
        Skip(1);
        var name = ReadWord();
        if (name.Length == 0 || !(IsBlankOrEnd(0) || "?:,]}%@`".Contains(Current())))
        {
            throw Error("did not find expected alphabetic or numeric character");
        }

        return new YamlToken(kind, line, name);
    }

    private YamlToken ScanTag()
    {
        var line = _line;
        string handle;
        string suffix;
        if (Current(1) == '<')
        {
            Skip(2);
            handle = "";
            suffix = ReadTagUri("");
            if (Current() != '>') throw Error("did not find the expected '>'");
            Skip(1);
        }
        else
        {
            handle = ReadTagHandle(inDirective: false);
            if (handle.Length >= 2 && handle[^1] == '!')
            {
                suffix = ReadTagUri("");
            }
            else
            {
                // What looked like a handle was the start of a tag that belongs to the primary handle.
                suffix = ReadTagUri(handle);
                handle = "!";
                if (suffix.Length == 0) (handle, suffix) = ("", "!");
            }
        }

        if (!IsBlankOrEnd(0)) throw Error("did not find expected whitespace or line break");
        return new YamlToken(YamlTokenKind.Tag, line, suffix, handle);
    }

    private string ReadTagHandle(bool inDirective)
    {
        if (Current() != '!') throw Error("did not find expected '!'");
        var start = _at;
        Skip(1);
        while (IsWordCharacter(Current())) Skip(1);
        if (Current() == '!') Skip(1);
        else if (inDirective && _at - start > 1) throw Error("did not find expected '!'");
        return text[start.._at];
    }

    /// <param name="head">The start of the tag as far as it is read already, with its exclamation mark.</param>
    private string ReadTagUri(string head)
    {
        var uri = new StringBuilder();
        if (head.Length > 1) uri.Append(head, 1, head.Length - 1);
        while (true)
        {
            var current = Current();
            if (current == '%')
            {
                ReadUriEscape(uri);
                continue;
            }

            if (!IsWordCharacter(current) && (current == '\0' || !";/?:@&=+$.,!~*'()[]".Contains(current))) break;
            uri.Append(current);
            Skip(1);
        }

        if (uri.Length == 0 && head.Length == 0) throw Error("did not find expected tag URI");
        return uri.ToString();
    }

    private void ReadUriEscape(StringBuilder uri)
    {
        var bytes = new List<byte>();
        while (Current() == '%')
        {
            if (!char.IsAsciiHexDigit(Current(1)) || !char.IsAsciiHexDigit(Current(2))) throw Error("did not find URI escaped octet");
            bytes.Add(byte.Parse(text.AsSpan(_at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
            Skip(3);
        }

        uri.Append(Encoding.UTF8.GetString([.. bytes]));
    }

    private YamlToken ScanDirective()
    {
        var line = _line;
        Skip(1);
        var name = ReadWord();
        if (name.Length == 0) throw Error("could not find expected directive name");
        if (!IsBlankOrEnd(0)) throw Error("found unexpected non-alphabetical character");
        var token = name switch
        {
            "YAML" => new YamlToken(YamlTokenKind.VersionDirective, line, ReadVersion()),
            "TAG" => ReadTagDirective(line),
            _ => throw Error("found unknown directive name"),
        };
        SkipBlanks();
        if (Current() == '#') SkipToBreak();
        if (_at < text.Length)
        {
            if (!IsBreak(Current())) throw Error("did not find expected comment or line break");
            SkipBreak();
        }

        return token;
    }

    private string ReadVersion()
    {
        SkipBlanks();
        var major = ReadVersionNumber();
        if (Current() != '.') throw Error("did not find expected digit or '.' character");
        Skip(1);
        return $"{major}.{ReadVersionNumber()}";
    }

    private int ReadVersionNumber()
    {
        const int LongestVersionNumber = 2;
        var start = _at;
        while (char.IsAsciiDigit(Current()))
        {
            Skip(1);
            if (_at - start > LongestVersionNumber) throw Error("found extremely long version number");
        }

        if (_at == start) throw Error("did not find expected version number");
        return int.Parse(text.AsSpan(start, _at - start), CultureInfo.InvariantCulture);
    }

    private YamlToken ReadTagDirective(int line)
    {
        SkipBlanks();
        var handle = ReadTagHandle(inDirective: true);
        if (!IsBlank(0)) throw Error("did not find expected whitespace");
        SkipBlanks();
        var prefix = ReadTagUri("");
        if (!IsBlankOrEnd(0)) throw Error("did not find expected whitespace or line break");
        return new YamlToken(YamlTokenKind.TagDirective, line, prefix, handle);
    }

    private string ReadWord()
    {
        var start = _at;
        while (IsWordCharacter(Current())) Skip(1);
        return text[start.._at];
    }
}
