using System.Text;

namespace Keelson.Client.Transport;

/// <summary>Reads Warning headers: 299 - "text".</summary>
internal static class WarningText
{
    /// <summary>How many warnings of one answer are passed on.</summary>
    public const int Limit = 64;

    public static IEnumerable<string> Read(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Warning", out var values)) yield break;
        var left = Limit;
        foreach (var value in values)
        {
            foreach (var text in Split(value))
            {
                if (left-- == 0) yield break;
                yield return text;
            }
        }
    }

    // One header may hold several warnings, each a code, an agent and a quoted text, and in the end maybe a quoted date.
    private static IEnumerable<string> Split(string header)
    {
        var at = 0;
        while (at < header.Length)
        {
            var isMisc = header.AsSpan(at).TrimStart(", ").StartsWith("299 ");
            var open = header.IndexOf('"', at);
            if (open < 0) yield break;
            var text = Quoted(header, open, out at);
            if (isMisc && text.Length > 0) yield return text;
        }
    }

    private static string Quoted(string header, int open, out int next)
    {
        var text = new StringBuilder();
        for (next = open + 1; next < header.Length; next++)
        {
            var letter = header[next];
            if (letter == '"')
            {
                next++;
                break;
            }

            if (letter == '\\' && next + 1 < header.Length) letter = header[++next];
            text.Append(letter);
        }

        return text.ToString();
    }
}
