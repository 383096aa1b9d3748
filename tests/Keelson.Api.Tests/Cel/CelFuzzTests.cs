using System.Diagnostics;
using Keelson.Api.Cel;
using Keelson.Api.Cel.Running;

namespace Keelson.Api.Tests.Cel;

public sealed class CelFuzzTests
{
    private static readonly string[] Pieces =
    [
        "x", "y", "s", "doc", "words", "flag", "1", "-1", "2u", "1.5", "'a'", "b'a'", "null", "true", "false", "(", ")", "[", "]", "{", "}", ".", ",", "?", ":", "+", "-", "*",
        "/", "%", "<", "<=", "==", "!=", "&&", "||", "!", " in ", ".size()", ".all(i, i == 1)", ".map(i, i)", ".exists(i, true)", "has(doc.a)", ".?a", "[?0]", "optional.of(", "duration('1s')",
        "timestamp('2020-01-01T00:00:00Z')", ".matches('a+')", ".split('')", ".join(',')", ".replace('', 'aaaa')", "cel.bind(z, 1, z)", "'\\u00e9'", "\n", "//", "\\", "`", "'''", "#", "é",
        ".format([x])", "int(", "string(", "dyn(", "type(", ".orValue(1)", "quantity('1k')", "ip('::1')", "semver('1.2.3')", ".transformMap(k, v, v)", "lists.range(9)", "sets.contains(words, ['a'])",
    ];

    [Fact]
    public void Random_text_is_refused_or_evaluated_and_never_breaks_anything()
    {
        var random = new Random(7);
        var evaluated = 0;
        for (var round = 0; round < 30_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => Pieces[random.Next(Pieces.Length)]));
            if (CelProgram.Compile(Expressions.Environment, text, out var error) is not { } program)
            {
                Assert.StartsWith("ERROR: <input>:", error, StringComparison.Ordinal);
                continue;
            }

            evaluated++;
            var estimate = program.EstimateCost();
            Assert.True(estimate.Least <= estimate.Most, text);
            try
            {
                Assert.NotNull(Expressions.Run(text).Value);
            }
            catch (CelBudgetException)
            {
                // What is too dear is given up.
            }
        }

        Assert.True(evaluated > 1_000, $"{evaluated}");
    }

    [Fact]
    public void Random_trees_cost_no_more_than_their_estimates()
    {
        var random = new Random(11);
        var checkedOnes = 0;
        for (var round = 0; round < 3_000; round++)
        {
            var text = Boolean(random, 4);
            if (CelProgram.Compile(Expressions.Environment, text, out _) is not { } program) continue;
            var result = Expressions.Run(text);
            Assert.True((ulong)result.Cost <= program.EstimateCost().Most, $"{text}: {result.Cost} > {program.EstimateCost().Most}");
            checkedOnes++;
        }

        Assert.True(checkedOnes > 2_000, $"{checkedOnes}");
    }

    [Theory]
    [InlineData("[1,2,3,4,5,6,7,8,9,10].map(a, [1,2,3,4,5,6,7,8,9,10].map(b, [1,2,3,4,5,6,7,8,9,10].map(c, [1,2,3,4,5,6,7,8,9,10].map(d, [1,2,3,4,5,6,7,8,9,10].map(e, 1)))))")]
    [InlineData("lists.range(1000000).map(i, lists.range(1000000)).size() == 0")]
    [InlineData("cel.bind(a, 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', cel.bind(b, a.replace('', a), cel.bind(c, b.replace('', b), cel.bind(d, c.replace('', c), d.replace('', d).size())))) == 0")]
    [InlineData("cel.bind(a, lists.range(10000).map(i, 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'), cel.bind(b, a.join(), lists.range(10000).map(i, b).join(b))).size() == 0")]
    public void A_bomb_is_stopped_by_its_cost(string text)
    {
        var clock = Stopwatch.StartNew();
        Assert.Throws<CelBudgetException>(() => Expressions.Run(text));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), $"{clock.Elapsed}");
    }

    [Fact]
    public void An_evaluation_ends_when_it_is_cancelled()
    {
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        var program = Expressions.Compile("lists.range(100000).all(i, lists.range(1000).all(j, true))");
        Assert.Throws<OperationCanceledException>(() => program.Evaluate(_ => null, long.MaxValue, stopped.Token));
    }

    private static string Boolean(Random random, int depth) => depth == 0
        ? random.Next(4) switch { 0 => "flag", 1 => "x > 3", 2 => "s == 'hello'", _ => "true" }
        : random.Next(9) switch
        {
            0 => $"({Boolean(random, depth - 1)} && {Boolean(random, depth - 1)})",
            1 => $"({Boolean(random, depth - 1)} || {Boolean(random, depth - 1)})",
            2 => $"!{Boolean(random, depth - 1)}",
            3 => $"words.all(w, {Boolean(random, depth - 1)})",
            4 => $"words.exists(w, w.contains({Text(random, depth - 1)}))",
            5 => $"{Text(random, depth - 1)}.matches('[a-z]+b')",
            6 => $"{Text(random, depth - 1)} in words.map(w, w + {Text(random, depth - 1)})",
            7 => $"words.filter(w, {Boolean(random, depth - 1)}).size() < {random.Next(5)}",
            _ => $"({Boolean(random, depth - 1)} ? {Boolean(random, depth - 1)} : {Boolean(random, depth - 1)})",
        };

    private static string Text(Random random, int depth) => depth <= 0
        ? random.Next(2) == 0 ? "s" : "'abc'"
        : random.Next(5) switch
        {
            0 => $"({Text(random, depth - 1)} + {Text(random, depth - 1)})",
            1 => $"{Text(random, depth - 1)}.upperAscii()",
            2 => $"{Text(random, depth - 1)}.replace('l', 'LL')",
            3 => "words.join('-')",
            _ => $"({Boolean(random, depth - 1)} ? {Text(random, depth - 1)} : s)",
        };
}
