namespace Keelson.Api.Values;

/// <summary>Orders text by its UTF-8 bytes, as Go does; UTF-16 order differs beyond the basic plane.</summary>
internal sealed class Utf8Order : IComparer<string>
{
    internal static readonly Utf8Order Instance = new();

    public int Compare(string? x, string? y)
    {
        var left = x.AsSpan();
        var right = y.AsSpan();
        var common = left.CommonPrefixLength(right);
        if (common == left.Length || common == right.Length) return left.Length - right.Length;
        return Rank(left[common]) - Rank(right[common]);
    }

    /// <summary>Lifts surrogates, which stand for the highest code points, above all other characters.</summary>
    private static int Rank(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;
}
