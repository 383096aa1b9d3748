using System.Text;
using System.Text.RegularExpressions;
using Keelson.Api.Structural.Patterns;

namespace Keelson.Api.Tests.Structural;

public sealed class PatternTests
{
    [Theory]
    [InlineData("^a", "abc", true)]
    [InlineData("^a", "ba", false)]
    [InlineData("b", "abc", true)]
    [InlineData("c$", "abc", true)]
    [InlineData("c$", "abc\n", false)]
    [InlineData("(?m)c$", "abc\n", true)]
    [InlineData("(?m)^b", "a\nb", true)]
    [InlineData("^b", "a\nb", false)]
    [InlineData("^.$", "\n", false)]
    [InlineData("(?s)^.$", "\n", true)]
    [InlineData("^.$", "\ud83d\ude00", true)]
    [InlineData("^..$", "\ud83d\ude00", false)]
    [InlineData(@"^\d+$", "0123456789", true)]
    [InlineData(@"^\d$", "\u0663", false)]
    [InlineData(@"^\w$", "\u00e9", false)]
    [InlineData(@"^\s$", "\v", false)]
    [InlineData(@"^[\d\-]+$", "1-2", true)]
    [InlineData(@"^[^\d]$", "a", true)]
    [InlineData(@"^[\D]$", "1", false)]
    [InlineData(@"^\pL+$", "a\u00e9\u4e2d", true)]
    [InlineData(@"^\p{Lu}$", "\u00c9", true)]
    [InlineData(@"^\P{Lu}$", "\u00e9", true)]
    [InlineData(@"^\p{Greek}$", "\u03b1", true)]
    [InlineData(@"^[[:alpha:]]+$", "abc", true)]
    [InlineData(@"^[[:^alpha:]]$", "1", true)]
    [InlineData("^[]a]+$", "]a", true)]
    [InlineData("^[a-]+$", "a-", true)]
    [InlineData("(?i)^straSSE$", "STRASSE", true)]
    [InlineData("(?i)^k$", "\u212a", true)]
    [InlineData("(?i)^[^k]$", "K", false)]
    [InlineData("^(?i:a)b$", "Ab", true)]
    [InlineData("^(?i:a)b$", "AB", false)]
    [InlineData("^(?:a(?i)b|c)d$", "Cd", true)]
    [InlineData(@"\bfoo\b", "a foo b", true)]
    [InlineData(@"\bfoo\b", "afoo", false)]
    [InlineData(@"\Bfoo", "afoo", true)]
    [InlineData("^a{2,3}$", "aaaa", false)]
    [InlineData("^a{2,3}$", "aaa", true)]
    [InlineData("^a{2,}$", "aaaaa", true)]
    [InlineData("^a{,3}$", "a{,3}", true)]
    [InlineData("^a{0}$", "", true)]
    [InlineData("^(a*)*$", "aaa", true)]
    [InlineData("^(|a)+$", "", true)]
    [InlineData("^(?P<name>a)(?<other>b)$", "ab", true)]
    [InlineData(@"^\Qa.b\E$", "a.b", true)]
    [InlineData(@"^\x41\x{1F600}\101$", "A\ud83d\ude00A", true)]
    [InlineData(@"^\.\/\-$", "./-", true)]
    [InlineData("", "anything", true)]
    [InlineData("a||b", "", true)]
    public void A_pattern_means_what_it_means_in_Go(string expression, string text, bool matches)
    {
        Assert.True(Pattern.TryGet(expression, out var pattern, out var error), error);
        Assert.Equal(matches ? PatternResult.Matches : PatternResult.DoesNotMatch, pattern.Find(text));
    }

    [Theory]
    [InlineData("(a", "missing closing ): `(a`")]
    [InlineData("a)", "unexpected ): `a)`")]
    [InlineData("[a", "missing closing ]: `[a`")]
    [InlineData("[z-a]", "invalid character class range: `z-a`")]
    [InlineData("*a", "missing argument to repetition operator: `*`")]
    [InlineData("a**", "invalid nested repetition operator: `**`")]
    [InlineData("a{1001}", "invalid repeat count: `{1001}`")]
    [InlineData("a{3,2}", "invalid repeat count: `{3,2}`")]
    [InlineData("(a{100}){100}", "invalid repeat count: `(a{100}){100}`")]
    [InlineData("a(?=b)", "invalid or unsupported Perl syntax: `(?=`")]
    [InlineData("a(?!b)", "invalid or unsupported Perl syntax: `(?!`")]
    [InlineData(@"(a)\1", @"invalid escape sequence: `\1`")]
    [InlineData(@"\y", @"invalid escape sequence: `\y`")]
    [InlineData(@"\Z", @"invalid escape sequence: `\Z`")]
    [InlineData(@"\p{Klingon}", @"invalid character class range: `\p{Klingon}`")]
    [InlineData("a\\", "trailing backslash at end of expression: ``")]
    [InlineData("(?P<n!>a)", "invalid named capture: `(?P<n!>`")]
    public void What_is_no_pattern_is_told_as_Go_tells_it(string expression, string fault)
    {
        Assert.False(Pattern.TryGet(expression, out _, out var error));
        Assert.Equal($"error parsing regexp: {fault}", error);
    }

    [Fact]
    public void A_pattern_made_to_hang_backtracking_searches_does_not()
    {
        Assert.True(Pattern.TryGet("^(a+)+$", out var pattern, out _));
        Assert.Equal(PatternResult.DoesNotMatch, pattern.Find(new string('a', 100_000) + "b"));
    }

    [Fact]
    public void A_search_that_costs_too_much_is_given_up()
    {
        Assert.True(Pattern.TryGet("(a?){1000}a{1000}b", out var pattern, out _));
        Assert.Equal(PatternResult.TooCostly, pattern.Find(new string('a', 1_000_000)));
    }

    [Fact]
    public void Groups_nest_to_a_bound()
    {
        Assert.False(Pattern.TryGet(new string('(', 10_000) + new string(')', 10_000), out _, out var error));
        Assert.StartsWith("error parsing regexp: expression nests too deeply", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Random_patterns_find_what_the_framework_finds()
    {
        var random = new Random(7);
        for (var round = 0; round < 3000; round++)
        {
            var expression = Random(random, 3);
            var reference = new Regex(expression, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            Assert.True(Pattern.TryGet(expression, out var pattern, out var error), $"{expression}: {error}");
            for (var i = 0; i < 5; i++)
            {
                var text = string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => "abc1 "[random.Next(5)]));
                Assert.True(reference.IsMatch(text) == (pattern.Find(text) == PatternResult.Matches), $"'{expression}' in '{text}'");
            }
        }
    }

    [Fact]
    public void Random_text_as_a_pattern_is_taken_or_refused_but_never_breaks()
    {
        var random = new Random(11);
        for (var round = 0; round < 20_000; round++)
        {
            var expression = new StringBuilder();
            for (var i = random.Next(12); i > 0; i--) expression.Append(@"ab(|)[]{}*+?^$.\-,:<>=!P19xdpQE"[random.Next(31)]);
            if (Pattern.TryGet(expression.ToString(), out var pattern, out var error)) pattern.Find("ab1");
            else Assert.StartsWith("error parsing regexp: ", error, StringComparison.Ordinal);
        }
    }

    // Only what means the same in both: no $, whose meaning differs, and nothing beyond ASCII.
    private static string Random(Random random, int depth)
    {
        switch (random.Next(depth > 0 ? 12 : 5))
        {
            case 0: return "a";
            case 1: return "b";
            case 2: return "[a-c]";
            case 3: return "[^ab]";
            case 4: return @"\b";
            case 5: return ".";
            case 6: return $"(?:{Random(random, depth - 1)})*";
            case 7: return $"(?:{Random(random, depth - 1)})?";
            case 8: return $"(?:{Random(random, depth - 1)}){{{random.Next(3)},{random.Next(3, 5)}}}";
            case 9: return $"(?:{Random(random, depth - 1)}|{Random(random, depth - 1)})";
            case 10: return $"{Random(random, depth - 1)}{Random(random, depth - 1)}";
            default: return $"^{Random(random, depth - 1)}";
        }
    }
}
