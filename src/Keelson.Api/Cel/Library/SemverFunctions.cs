using System.Globalization;
using Keelson.Api.Cel.Checking;
using Keelson.Api.Cel.Objects;

namespace Keelson.Api.Cel.Library;

/// <summary>Versions such as 1.2.3-beta.1.</summary>
internal static class SemverFunctions
{
    private const string Own = "kubernetes.Semver";

    public static void Register(CelLibraryBuilder library) => library
        .Add("semver", call => Parse(call) is { } parsed ? parsed : CelError.NoOverload, $"(string) -> {Own}", $"(string, bool) -> {Own}")
        .Add("isSemver", call => Parse(call) is { } parsed ? parsed is CelSemver : CelError.NoOverload, "(string) -> bool", "(string, bool) -> bool")
        .Add("major", call => call[0] is CelSemver version ? version.Major : CelError.NoOverload, $"{Own}.() -> int")
        .Add("minor", call => call[0] is CelSemver version ? version.Minor : CelError.NoOverload, $"{Own}.() -> int")
        .Add("patch", call => call[0] is CelSemver version ? version.Patch : CelError.NoOverload, $"{Own}.() -> int")
        .Add("isLessThan", call => Pair(call, order => order < 0), $"{Own}.({Own}) -> bool")
        .Add("isGreaterThan", call => Pair(call, order => order > 0), $"{Own}.({Own}) -> bool")
        .Add("compareTo", call => Pair(call, order => (long)order), $"{Own}.({Own}) -> int");

    private static object? Parse(CelCall call)
    {
        if (call[0] is not string text || (call.Count > 1 && call[1] is not bool)) return null;
        if (call.Count > 1 && (bool)call[1]) text = CelSemver.Normalized(text);
        return CelSemver.Parse(text) ?? (object)new CelError($"semver parse error: {Values.GoQuote.Quote(text)} is no version");
    }

    private static object Pair(CelCall call, Func<int, object> compute) =>
        call[0] is CelSemver left && call[1] is CelSemver right ? compute(left.CompareTo(right)) : CelError.NoOverload;
}

/// <summary>A version with its three numbers and what comes before its release.</summary>
internal sealed class CelSemver : CelOpaque, IComparable<CelSemver>
{
    private readonly string[] _before;

    private CelSemver(long major, long minor, long patch, string[] before) => (Major, Minor, Patch, _before) = (major, minor, patch, before);

    public long Major { get; }

    public long Minor { get; }

    public long Patch { get; }

    internal override CelType Type => CelType.Opaque("kubernetes.Semver");

    public static CelSemver? Parse(string text)
    {
        var plus = text.IndexOf('+', StringComparison.Ordinal);
        if (plus >= 0 && !Array.TrueForAll(text[(plus + 1)..].Split('.'), IsIdentifier)) return null;
        if (plus >= 0) text = text[..plus];
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        var before = dash < 0 ? [] : text[(dash + 1)..].Split('.');
        if (!Array.TrueForAll(before, part => IsIdentifier(part) && (!IsNumber(part) || part.Length == 1 || part[0] != '0'))) return null;
        var parts = (dash < 0 ? text : text[..dash]).Split('.');
        if (parts.Length != 3) return null;
        return Number(parts[0]) is { } major && Number(parts[1]) is { } minor && Number(parts[2]) is { } patch ? new CelSemver(major, minor, patch, before) : null;
    }

    /// <summary>Takes a leading v and leading zeros away, and puts missing numbers in.</summary>
    public static string Normalized(string text)
    {
        text = text.Trim();
        if (text.StartsWith('v')) text = text[1..];
        var end = text.IndexOfAny(['-', '+']);
        var parts = (end < 0 ? text : text[..end]).Split('.').Select(part => part.TrimStart('0') is { Length: > 0 } digits ? digits : part.Length > 0 ? "0" : "").ToList();
        while (parts.Count < 3) parts.Add("0");
        return string.Join('.', parts) + (end < 0 ? "" : text[end..]);
    }

    public int CompareTo(CelSemver? other)
    {
        if (other is null) return 1;
        var order = (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));
        if (order != 0) return Math.Sign(order);
        if (_before.Length == 0 || other._before.Length == 0) return (other._before.Length > 0 ? 1 : 0) - (_before.Length > 0 ? 1 : 0);
        for (var i = 0; i < Math.Min(_before.Length, other._before.Length); i++)
        {
            order = ComparePart(_before[i], other._before[i]);
            if (order != 0) return order;
        }

        return Math.Sign(_before.Length.CompareTo(other._before.Length));
    }

    internal override bool IsEqual(CelOpaque other) => other is CelSemver version && CompareTo(version) == 0;

    private static int ComparePart(string left, string right)
    {
        var (isNumber, isOther) = (IsNumber(left), IsNumber(right));
        if (isNumber != isOther) return isNumber ? -1 : 1;
        if (isNumber && left.Length != right.Length) return left.Length < right.Length ? -1 : 1;
        return Math.Sign(string.CompareOrdinal(left, right));
    }

    private static bool IsNumber(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExceptInRange('0', '9');

    private static bool IsIdentifier(string text) => text.Length > 0 && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-');

    private static long? Number(string text) =>
        IsNumber(text) && (text.Length == 1 || text[0] != '0') && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
