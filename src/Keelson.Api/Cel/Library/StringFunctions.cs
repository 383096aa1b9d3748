using System.Text;
using Keelson.Api.Cel.Objects;

namespace Keelson.Api.Cel.Library;

/// <summary>Functions on strings; positions count characters and not the units that they are stored in.</summary>
internal static class StringFunctions
{
    public static void Register(CelLibraryBuilder library) => library
        .Add("contains", call => On(call, (text, part) => text.Contains(part, StringComparison.Ordinal)), "string.(string) -> bool")
        .Add("startsWith", call => On(call, (text, part) => text.StartsWith(part, StringComparison.Ordinal)), "string.(string) -> bool")
        .Add("endsWith", call => On(call, (text, part) => text.EndsWith(part, StringComparison.Ordinal)), "string.(string) -> bool")
        .Add("charAt", CharacterAt, "string.(int) -> string")
        .Add("indexOf", IndexOf, "string.(string) -> int", "string.(string, int) -> int")
        .Add("lastIndexOf", LastIndexOf, "string.(string) -> int", "string.(string, int) -> int")
        .Add("lowerAscii", call => call[0] is string text ? Changed(text, char.IsAsciiLetterUpper, 32) : CelError.NoOverload, "string.() -> string")
        .Add("upperAscii", call => call[0] is string text ? Changed(text, char.IsAsciiLetterLower, -32) : CelError.NoOverload, "string.() -> string")
        .Add("replace", Replace, "string.(string, string) -> string", "string.(string, string, int) -> string")
        .Add("split", Split, "string.(string) -> list(string)", "string.(string, int) -> list(string)")
        .Add("substring", Substring, "string.(int) -> string", "string.(int, int) -> string")
        .Add("trim", call => call[0] is string text ? text.Trim() : CelError.NoOverload, "string.() -> string")
        .Add("reverse", call => call[0] is string text ? string.Concat(text.EnumerateRunes().Reverse().Select(rune => rune.ToString())) : CelError.NoOverload, "string.() -> string")
        .Add("join", Join, "list(string).() -> string", "list(string).(string) -> string")
        .Add("jsonpatch.escapeKey", call => call[0] is string text ? text.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal) : CelError.NoOverload, "(string) -> string")
        .Add("strings.quote", call => call[0] is string text ? Quote(text) : CelError.NoOverload, "(string) -> string")
        .Add("format", call => call[0] is string text && call[1] is CelList list ? new StringFormat(call.Run).Format(text, list) : CelError.NoOverload, "string.(list(dyn)) -> string");

    private static object On(CelCall call, Func<string, string, bool> holds) =>
        call[0] is string text && call[1] is string part ? holds(text, part) : CelError.NoOverload;

    private static object CharacterAt(CelCall call)
    {
        if (call[0] is not string text || call[1] is not long index) return CelError.NoOverload;
        var runes = Operators.RuneCount(text);
        if (index < 0 || index > runes) return new CelError($"index out of range: {index}");
        return index == runes ? "" : text.EnumerateRunes().ElementAt((int)index).ToString();
    }

    private static object IndexOf(CelCall call)
    {
        if (call[0] is not string text || call[1] is not string part || (call.Count > 2 && call[2] is not long)) return CelError.NoOverload;
        var from = call.Count > 2 ? (long)call[2] : 0;
        if (from < 0 || from > Operators.RuneCount(text)) return part.Length == 0 && call.Count < 3 ? 0L : new CelError($"index out of range: {from}");
        var found = text.IndexOf(part, Unit(text, from), StringComparison.Ordinal);
        return found < 0 ? -1L : Operators.RuneCount(text[..found]);
    }

    private static object LastIndexOf(CelCall call)
    {
        if (call[0] is not string text || call[1] is not string part || (call.Count > 2 && call[2] is not long)) return CelError.NoOverload;
        var length = Operators.RuneCount(text);
        var from = call.Count > 2 ? (long)call[2] : length;
        if (from < 0 || from > length) return new CelError($"index out of range: {from}");
        if (part.Length == 0) return from;
        var most = Math.Min(Unit(text, from) + part.Length, text.Length);
        var found = text.AsSpan(0, most).LastIndexOf(part, StringComparison.Ordinal);
        return found < 0 ? -1L : Operators.RuneCount(text[..found]);
    }

    private static object Replace(CelCall call)
    {
        if (call[0] is not string text || call[1] is not string old || call[2] is not string by || (call.Count > 3 && call[3] is not long)) return CelError.NoOverload;
        var limit = call.Count > 3 ? (long)call[3] : -1;
        if (limit == 0) return text;
        long times = old.Length == 0 ? text.Length + 1 : by.Length > old.Length ? text.AsSpan().Count(old) : 0;
        call.Run.ChargeGrowth(Math.Min(times, limit < 0 ? long.MaxValue : limit) * by.Length);
        if (old.Length == 0) return Interleave(text, by, limit);
        if (limit < 0) return text.Replace(old, by, StringComparison.Ordinal);
        var replaced = new StringBuilder();
        var at = 0;
        for (; limit > 0 && text.IndexOf(old, at, StringComparison.Ordinal) is var found and >= 0; limit--)
        {
            replaced.Append(text, at, found - at).Append(by);
            at = found + old.Length;
        }

        return replaced.Append(text, at, text.Length - at).ToString();
    }

    /// <summary>Nothing is found before each character and at the end, as Go has it.</summary>
    private static string Interleave(string text, string by, long limit)
    {
        var made = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (limit-- != 0) made.Append(by);
            else limit = 0;
            made.Append(rune.ToString());
        }

        return (limit != 0 ? made.Append(by) : made).ToString();
    }

    private static object Split(CelCall call)
    {
        if (call[0] is not string text || call[1] is not string separator || (call.Count > 2 && call[2] is not long)) return CelError.NoOverload;
        var limit = call.Count > 2 ? (long)call[2] : -1;
        if (limit == 0) return CelArray.Empty;
        var most = limit < 0 || limit > int.MaxValue ? int.MaxValue : (int)limit;
        if (separator.Length > 0) return new CelArray(text.Split(separator, most));
        var parts = new List<object>();
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (parts.Count == most - 1) break;
            parts.Add(rune.ToString());
            at += rune.Utf16SequenceLength;
        }

        if (at < text.Length) parts.Add(text[at..]);
        return new CelArray(parts);
    }

    private static object Substring(CelCall call)
    {
        if (call[0] is not string text || call[1] is not long start || (call.Count > 2 && call[2] is not long)) return CelError.NoOverload;
        var length = Operators.RuneCount(text);
        var end = call.Count > 2 ? (long)call[2] : length;
        if (call.Count > 2 && start > end) return new CelError($"invalid substring range. start: {start}, end: {end}");
        if (start < 0 || start > length) return new CelError($"index out of range: {start}");
        if (end < 0 || end > length) return new CelError($"index out of range: {end}");
        return text[Unit(text, start)..Unit(text, end)];
    }

    private static object Join(CelCall call)
    {
        if (call[0] is not CelList list || (call.Count > 1 && call[1] is not string)) return CelError.NoOverload;
        var elements = new List<string>(list.Count);
        long length = 0;
        foreach (var element in list.Elements())
        {
            if (element is not string text) return CelError.NoOverload;
            length += text.Length + (call.Count > 1 ? ((string)call[1]).Length : 0);
            elements.Add(text);
        }

        call.Run.ChargeGrowth(length);

        return string.Join(call.Count > 1 ? (string)call[1] : "", elements);
    }

    private static string Changed(string text, Func<char, bool> affected, int by) =>
        string.Create(text.Length, (text, affected, by), static (result, state) =>
        {
            for (var i = 0; i < result.Length; i++) result[i] = state.affected(state.text[i]) ? (char)(state.text[i] + state.by) : state.text[i];
        });

    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var letter in text)
        {
            quoted.Append(letter switch
            {
                '\a' => "\\a",
                '\b' => "\\b",
                '\f' => "\\f",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\v' => "\\v",
                '\\' => "\\\\",
                '"' => "\\\"",
                _ => letter.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>Where in the text's units a character begins.</summary>
    private static int Unit(string text, long character)
    {
        if (!text.AsSpan().ContainsAnyInRange('\ud800', '\udfff')) return (int)character;
        var unit = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (character-- == 0) break;
            unit += rune.Utf16SequenceLength;
        }

        return unit;
    }
}
