namespace Keelson.Api;

/// <summary>Orders strings by their UTF-8 bytes, the order Go sorts in.</summary>
public sealed class Utf8Order : IComparer<string>
{
    private Utf8Order()
    {
    }

    public static Utf8Order Instance { get; } = new();

    int IComparer<string>.Compare(string? x, string? y) => Compare(x, y);

    public static int Compare(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        var common = left.CommonPrefixLength(right);
        if (common == left.Length || common == right.Length) return left.Length.CompareTo(right.Length);
        return Weight(left[common]).CompareTo(Weight(right[common]));
    }

    /// <summary>
    /// In UTF-16 a surrogate sorts below U+E000 to U+FFFF, in UTF-8 the character it stands for sorts above them;
    /// swapping the two ranges makes comparing units the same as comparing bytes.
    /// </summary>
    private static int Weight(char unit) => unit switch
    {
        < '\uD800' => unit,
        < '\uE000' => unit + 0x2000,
        _ => unit - 0x800,
    };
}
