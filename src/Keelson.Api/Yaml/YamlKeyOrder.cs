using System.Text;

namespace Keelson.Api.Yaml;

/// <summary>The order in which upstream writes keys: letters after everything else, and numbers in keys by their size.</summary>
internal sealed class YamlKeyOrder : IComparer<string>
{
    internal static readonly YamlKeyOrder Instance = new();

    public int Compare(string? x, string? y)
    {
        var left = x.AsSpan();
        var right = y.AsSpan();
        var at = left.CommonPrefixLength(right);
        if (at > 0 && at < left.Length && char.IsLowSurrogate(left[at])) at--;
        if (at >= left.Length || at >= right.Length) return left.Length - right.Length;
        Rune.DecodeFromUtf16(left[at..], out var leftRune, out _);
        Rune.DecodeFromUtf16(right[at..], out var rightRune, out _);
        var leftIsLetter = Rune.IsLetter(leftRune);
        if (leftIsLetter != Rune.IsLetter(rightRune)) return leftIsLetter ? 1 : -1;
        if (leftIsLetter) return leftRune.CompareTo(rightRune);

        // Zeros only count when a digit that is not zero precedes them.
        long start = (leftRune.Value == '0' || rightRune.Value == '0') && FollowsNumber(left[..at]) ? 1 : 0;
        var (leftNumber, leftLength) = NumberAt(left[at..], start);
        var (rightNumber, rightLength) = NumberAt(right[at..], start);
        if (leftNumber != rightNumber) return leftNumber.CompareTo(rightNumber);
        return leftLength != rightLength ? leftLength - rightLength : leftRune.CompareTo(rightRune);
    }

    /// <summary>
    /// The positions of the keys in order. This order has cycles (a1c, a01, a2, a10), which sorts of the framework answer
    /// with an exception; a merge from a fixed start makes the result the same for the same keys.
    /// </summary>
    internal static int[] Sort(ReadOnlySpan<string> keys)
    {
        var order = new int[keys.Length];
        for (var i = 0; i < order.Length; i++) order[i] = i;
        Array.Sort(keys.ToArray(), order, Utf8Order.Instance);
        var merged = new int[keys.Length];
        for (var width = 1; width < order.Length; width *= 2)
        {
            for (var start = 0; start < order.Length; start += 2 * width)
            {
                var middle = Math.Min(start + width, order.Length);
                Merge(keys, order, merged, start, middle, Math.Min(start + (2 * width), order.Length));
            }

            (order, merged) = (merged, order);
        }

        return order;
    }

    private static void Merge(ReadOnlySpan<string> keys, int[] from, int[] into, int start, int middle, int end)
    {
        var left = start;
        var right = middle;
        for (var at = start; at < end; at++)
        {
            var takeLeft = left < middle && (right >= end || Instance.Compare(keys[from[left]], keys[from[right]]) <= 0);
            into[at] = takeLeft ? from[left++] : from[right++];
        }
    }

    private static bool FollowsNumber(ReadOnlySpan<char> before)
    {
        for (var i = before.Length - 1; i >= 0 && char.IsDigit(before[i]); i--)
        {
            if (before[i] != '0') return true;
        }

        return false;
    }

    private static (long Number, int Length) NumberAt(ReadOnlySpan<char> text, long start)
    {
        var number = start;
        var length = 0;
        for (; length < text.Length && char.IsDigit(text[length]); length++) number = unchecked((number * 10) + (text[length] - '0'));
        return (number, length);
    }
}
