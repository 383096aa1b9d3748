using System.Globalization;

namespace Keelson.Control.Controllers.Jobs;

/// <summary>Completion indexes as a job's status writes them: "1,3-5,7".</summary>
internal static class IndexSet
{
    /// <summary>Reads the text; what is no index below the number of completions is left out.</summary>
    public static SortedSet<int> Parse(string text, int completions)
    {
        var indexes = new SortedSet<int>();
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var dash = part.IndexOf('-', StringComparison.Ordinal);
            if (!TryNumber(dash < 0 ? part : part[..dash], out var first) || !TryNumber(dash < 0 ? part : part[(dash + 1)..], out var last)) continue;
            for (var index = first; index <= Math.Min(last, completions - 1); index++) indexes.Add(index);
        }

        return indexes;
    }

    public static string Format(SortedSet<int> indexes)
    {
        var parts = new List<string>();
        int? first = null;
        var last = 0;
        foreach (var index in indexes)
        {
            if (first is not null && index != last + 1) Close();
            first ??= index;
            last = index;
        }

        if (first is not null) Close();
        return string.Join(',', parts);

        // Two in a row are a list of two; three are a range.
        void Close()
        {
            parts.Add(first == last ? Text(last) : last == first + 1 ? $"{Text(first!.Value)},{Text(last)}" : $"{Text(first!.Value)}-{Text(last)}");
            first = null;
        }
    }

    private static bool TryNumber(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
