using System.Buffers;

namespace Keelson.Api.Names;

/// <summary>Tells the shapes of names apart in one pass each, without regular expressions.</summary>
internal static class NameScanner
{
    private const string Lower = "abcdefghijklmnopqrstuvwxyz";
    private const string Upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const string Digits = "0123456789";

    public static readonly SearchValues<char> LowerAndDigits = SearchValues.Create(Lower + Digits);
    public static readonly SearchValues<char> LowerDigitsHyphen = SearchValues.Create(Lower + Digits + "-");
    public static readonly SearchValues<char> LowerDigitsHyphenUnderscore = SearchValues.Create(Lower + Digits + "-_");
    public static readonly SearchValues<char> LettersDigitsHyphen = SearchValues.Create(Lower + Upper + Digits + "-");
    public static readonly SearchValues<char> LettersDigitsUnderscore = SearchValues.Create(Lower + Upper + Digits + "_");
    public static readonly SearchValues<char> LettersDigitsHyphenUnderscoreDot = SearchValues.Create(Lower + Upper + Digits + "-_.");
    public static readonly SearchValues<char> HttpPath = SearchValues.Create(Lower + Upper + Digits + "/-._~%!$&'()*+,;=:");
    public static readonly SearchValues<char> LowerHexadecimal = SearchValues.Create(Digits + "abcdef");

    public static bool IsAll(ReadOnlySpan<char> value, SearchValues<char> allowed) =>
        !value.IsEmpty && !value.ContainsAnyExcept(allowed);

    /// <summary>[a-z0-9]([-a-z0-9]*[a-z0-9])?</summary>
    public static bool IsDnsLabel(ReadOnlySpan<char> value) =>
        IsAll(value, LowerDigitsHyphen) && value[0] != '-' && value[^1] != '-';

    /// <summary>Labels with dots between.</summary>
    public static bool IsDnsSubdomain(ReadOnlySpan<char> value)
    {
        foreach (var part in value.Split('.'))
        {
            if (!IsDnsLabel(value[part])) return false;
        }
        return true;
    }

    /// <summary>Labels with dots between, in letters of either case.</summary>
    public static bool IsCaselessDnsSubdomain(ReadOnlySpan<char> value)
    {
        foreach (var part in value.Split('.'))
        {
            var label = value[part];
            if (!IsAll(label, LettersDigitsHyphen) || label[0] == '-' || label[^1] == '-') return false;
        }
        return true;
    }

    /// <summary>Labels with dots between: _?[a-z0-9]([-_a-z0-9]*[a-z0-9])?</summary>
    public static bool IsDnsSubdomainWithUnderscore(ReadOnlySpan<char> value)
    {
        foreach (var part in value.Split('.'))
        {
            var label = value[part];
            if (!label.IsEmpty && label[0] == '_') label = label[1..];
            if (!IsAll(label, LowerDigitsHyphenUnderscore)) return false;
            if (!LowerAndDigits.Contains(label[0]) || !LowerAndDigits.Contains(label[^1])) return false;
        }
        return true;
    }

    /// <summary>([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]</summary>
    public static bool IsLabelName(ReadOnlySpan<char> value) =>
        IsAll(value, LettersDigitsHyphenUnderscoreDot) && char.IsAsciiLetterOrDigit(value[0]) && char.IsAsciiLetterOrDigit(value[^1]);
}
