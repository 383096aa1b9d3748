using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace Keelson.Api.Yaml;

/// <summary>What a scalar turned out to be.</summary>
internal enum YamlScalarKind
{
    Text,
    Null,
    Bool,
    Integer,
    Float,
    Timestamp,
    Merge,
    Binary,
    Other,
}

/// <summary>A scalar whose type is known.</summary>
/// <param name="Big">An integer beyond 64 bits, signed.</param>
internal readonly record struct YamlScalar(YamlScalarKind Kind, bool Bool = false, long Integer = 0, double Float = 0, BigInteger? Big = null);

/// <summary>Says what a scalar's text stands for, by the rules of YAML 1.1 as upstream's library has them.</summary>
internal static partial class YamlScalars
{
    internal const string Prefix = "tag:yaml.org,2002:";

    /// <summary>Beyond every floating point number; what an integer exceeds this by does not matter.</summary>
    private static readonly BigInteger Huge = BigInteger.Pow(2, 1100);

    private static readonly SearchValues<char> MayMean = SearchValues.Create("yYnNtTfFoO~.+-0123456789");

    private static readonly Dictionary<string, YamlScalar> Words = CreateWords();

    private static readonly Dictionary<string, YamlScalarKind> Tags = new()
    {
        [Prefix + "str"] = YamlScalarKind.Text,
        [Prefix + "null"] = YamlScalarKind.Null,
        [Prefix + "bool"] = YamlScalarKind.Bool,
        [Prefix + "int"] = YamlScalarKind.Integer,
        [Prefix + "float"] = YamlScalarKind.Float,
        [Prefix + "timestamp"] = YamlScalarKind.Timestamp,
        [Prefix + "merge"] = YamlScalarKind.Merge,
        [Prefix + "binary"] = YamlScalarKind.Binary,
    };

    internal static YamlScalar Resolve(YamlNode node)
    {
        if (node.Tag.Length == 0) return node.IsPlain ? ResolvePlain(node.Text) : new YamlScalar(YamlScalarKind.Text);
        var wanted = Tags.GetValueOrDefault(node.Tag, YamlScalarKind.Other);
        if (wanted is YamlScalarKind.Text or YamlScalarKind.Merge or YamlScalarKind.Binary or YamlScalarKind.Other) return new YamlScalar(wanted);
        var found = ResolvePlain(node.Text, timestamps: wanted == YamlScalarKind.Timestamp);
        if (found.Kind == wanted) return found;
        if (wanted == YamlScalarKind.Float && found.Kind == YamlScalarKind.Integer && found.Big is null)
        {
            return new YamlScalar(YamlScalarKind.Float, Float: found.Integer);
        }

        throw new YamlFormatException($"yaml: cannot decode {ShortTag(found.Kind)} `{node.Text}` as a !!{node.Tag[Prefix.Length..]}");
    }

    /// <summary>What a plain scalar with this text is.</summary>
    internal static YamlScalar ResolvePlain(string text, bool timestamps = true)
    {
        // Most text starts as neither a word with a meaning nor a number.
        if (text.Length > 0 && !MayMean.Contains(text[0])) return new YamlScalar(YamlScalarKind.Text);
        if (Words.TryGetValue(text, out var word)) return word;
        var first = text[0];
        if (first == '.') return ParseFloat(text);
        if (first is not ('+' or '-') && !char.IsAsciiDigit(first)) return new YamlScalar(YamlScalarKind.Text);
        if (timestamps && YamlTimestamp.IsTimestamp(text)) return new YamlScalar(YamlScalarKind.Timestamp);
        var digits = text.Replace("_", "", StringComparison.Ordinal);
        if (first is >= '1' and <= '9' && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var small))
        {
            return new YamlScalar(YamlScalarKind.Integer, Integer: small);
        }

        if (ParseInteger(digits) is { } integer)
        {
            return long.MinValue <= integer && integer <= long.MaxValue
                ? new YamlScalar(YamlScalarKind.Integer, Integer: (long)integer)
                : new YamlScalar(YamlScalarKind.Integer, Big: integer);
        }

        return ParseFloat(digits);
    }

    private static string ShortTag(YamlScalarKind kind) => kind switch
    {
        YamlScalarKind.Null => "!!null",
        YamlScalarKind.Bool => "!!bool",
        YamlScalarKind.Integer => "!!int",
        YamlScalarKind.Float => "!!float",
        YamlScalarKind.Timestamp => "!!timestamp",
        YamlScalarKind.Merge => "!!merge",
        _ => "!!str",
    };

    private static YamlScalar ParseFloat(string text) =>
        FloatForm().IsMatch(text)
        && double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) is var number && double.IsFinite(number)
            ? new YamlScalar(YamlScalarKind.Float, Float: number)
            : new YamlScalar(YamlScalarKind.Text);

    /// <summary>Integers as Go writes them: with 0x, 0o, 0b, or a leading zero for octal.</summary>
    private static BigInteger? ParseInteger(string text)
    {
        var negative = text[0] == '-';
        var digits = text[0] is '+' or '-' ? text.AsSpan(1) : text;
        var radix = 10;
        if (digits.Length > 1 && digits[0] == '0')
        {
            radix = (digits[1] | 0x20) switch { 'x' => 16, 'b' => 2, _ => 8 };
            digits = digits[1] is 'x' or 'X' or 'o' or 'O' or 'b' or 'B' ? digits[2..] : digits[1..];
        }

        if (digits.IsEmpty) return null;
        var magnitude = BigInteger.Zero;
        foreach (var digit in digits)
        {
            var worth = char.IsAsciiDigit(digit) ? digit - '0' : char.IsAsciiHexDigit(digit) ? (digit | 0x20) - 'a' + 10 : radix;
            if (worth >= radix) return null;
            if (magnitude < Huge) magnitude = (magnitude * radix) + worth;
        }

        return negative ? -magnitude : magnitude;
    }

    private static Dictionary<string, YamlScalar> CreateWords()
    {
        var words = new Dictionary<string, YamlScalar>(StringComparer.Ordinal);
        Add(new YamlScalar(YamlScalarKind.Bool, Bool: true), "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON");
        Add(new YamlScalar(YamlScalarKind.Bool), "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF");
        Add(new YamlScalar(YamlScalarKind.Null), "", "~", "null", "Null", "NULL");
        Add(new YamlScalar(YamlScalarKind.Float, Float: double.NaN), ".nan", ".NaN", ".NAN");
        Add(new YamlScalar(YamlScalarKind.Float, Float: double.PositiveInfinity), ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF");
        Add(new YamlScalar(YamlScalarKind.Float, Float: double.NegativeInfinity), "-.inf", "-.Inf", "-.INF");
        return words;

        void Add(YamlScalar scalar, params ReadOnlySpan<string> texts)
        {
            foreach (var text in texts) words[text] = scalar;
        }
    }

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex FloatForm();
}
