namespace Keelson.Api.Yaml;

internal enum YamlStyle
{
    Plain,
    SingleQuoted,
    DoubleQuoted,
    Literal,
}

/// <summary>Chooses how upstream would write a text.</summary>
internal static class YamlScalarStyle
{
    internal static YamlStyle Of(string text, bool isKey)
    {
        var form = Analyze(text);
        if (text.Contains('\n', StringComparison.Ordinal))
        {
            return form.LiteralAllowed && !isKey ? YamlStyle.Literal : YamlStyle.DoubleQuoted;
        }

        // Upstream leaves a key like this plain, where it reads as a merge.
        if (isKey && text == "<<") return YamlStyle.DoubleQuoted;
        if (!MayStayPlain(text) || (isKey && form.HasBreaks)) return YamlStyle.DoubleQuoted;
        if (form.PlainAllowed) return YamlStyle.Plain;
        return form.SingleQuotedAllowed ? YamlStyle.SingleQuoted : YamlStyle.DoubleQuoted;
    }

    /// <summary>What upstream prints as it is; beyond the basic plane nothing is.</summary>
    internal static bool IsPrintable(char unit) => unit switch
    {
        '\n' or (>= ' ' and <= '~') => true,
        '\ufeff' or '\ufffe' or '\uffff' => false,
        _ => unit >= '\u00a0' && !char.IsSurrogate(unit),
    };

    internal static bool IsBreak(char unit) => unit is '\r' or '\n' or '\u0085' or '\u2028' or '\u2029';

    /// <summary>Whether the text would be read back as text, in the eyes of this and of older parsers.</summary>
    private static bool MayStayPlain(string text) =>
        YamlScalars.ResolvePlain(text).Kind == YamlScalarKind.Text && !IsBase60(text);

    /// <summary>Numbers to the base 60, as in 12:30, which older parsers compute.</summary>
    private static bool IsBase60(string text)
    {
        var at = text[0] is '+' or '-' ? 1 : 0;
        if (at >= text.Length || !char.IsAsciiDigit(text[at]) || !text.Contains(':', StringComparison.Ordinal)) return false;
        while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '_')) at++;
        var groups = 0;
        while (at < text.Length && text[at] == ':')
        {
            var digits = 0;
            while (at + digits + 1 < text.Length && char.IsAsciiDigit(text[at + digits + 1])) digits++;
            if (digits is 0 or > 2 || (digits == 2 && text[at + 1] > '5')) return false;
            at += digits + 1;
            groups++;
        }

        if (groups == 0) return false;
        if (at == text.Length) return true;
        if (text[at++] != '.') return false;
        while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '_')) at++;
        return at == text.Length;
    }

    private static Form Analyze(string text)
    {
        if (text.Length == 0) return new Form(PlainAllowed: true, SingleQuotedAllowed: true, LiteralAllowed: false, HasBreaks: false);
        var indicators = text.StartsWith("---", StringComparison.Ordinal) || text.StartsWith("...", StringComparison.Ordinal);
        bool special = false, breaks = false, spaceBreak = false, breakSpace = false;
        var previous = '\0';
        for (var i = 0; i < text.Length; i++)
        {
            var unit = text[i];
            indicators |= i == 0 ? StartsIndicator(text) : IsInnerIndicator(text, i, previous);
            special |= !IsPrintable(unit);
            var isBreak = IsBreak(unit);
            breaks |= isBreak;
            spaceBreak |= isBreak && previous == ' ';
            breakSpace |= unit == ' ' && IsBreak(previous);
            previous = unit;
        }

        var endsInSpace = text[^1] == ' ';
        var edges = text[0] == ' ' || endsInSpace || IsBreak(text[0]) || IsBreak(text[^1]);
        var writable = !spaceBreak && !special;
        return new Form(
            PlainAllowed: writable && !indicators && !edges && !breaks,
            SingleQuotedAllowed: writable && !breakSpace,
            LiteralAllowed: writable && !endsInSpace,
            HasBreaks: breaks);
    }

    private static bool StartsIndicator(string text) => text[0] switch
    {
        '#' or ',' or '[' or ']' or '{' or '}' or '&' or '*' or '!' or '|' or '>' or '\'' or '"' or '%' or '@' or '`' => true,
        '?' or ':' or '-' => IsBlankOrEnd(text, 1),
        _ => false,
    };

    private static bool IsInnerIndicator(string text, int at, char previous) => text[at] switch
    {
        ':' => IsBlankOrEnd(text, at + 1),
        '#' => previous is ' ' or '\t' || IsBreak(previous),
        _ => false,
    };

    private static bool IsBlankOrEnd(string text, int at) => at >= text.Length || text[at] is ' ' or '\t' || IsBreak(text[at]);

    private readonly record struct Form(bool PlainAllowed, bool SingleQuotedAllowed, bool LiteralAllowed, bool HasBreaks);
}
