using System.Diagnostics;
using Keelson.Api.Selectors;
using Keelson.Api.Tests.Primitives;

namespace Keelson.Api.Tests.Selectors;

public sealed class LabelQueryTests
{
    [Theory]
    [InlineData("x=a,y=b,z=c", "x=a,y=b,z=c")]
    [InlineData("", "")]
    [InlineData(" ", "")]
    [InlineData("x!=a,y=b", "x!=a,y=b")]
    [InlineData("x=", "x=")]
    [InlineData("x= ,z= ", "x=,z=")]
    [InlineData("!x", "!x")]
    [InlineData("! x", "!x")]
    [InlineData("x>1,z<5", "x>1,z<5")]
    [InlineData("x==a", "x==a")]
    [InlineData("x=a,a=x", "a=x,x=a")]
    [InlineData("\rx", "x")]
    [InlineData("this-is-a-dns.domain.com/key-with-dash in (so,what)", "this-is-a-dns.domain.com/key-with-dash in (so,what)")]
    [InlineData("0.1.2.domain/99 notin (10.10.100.1, tick.tack.clock)", "0.1.2.domain/99 notin (10.10.100.1,tick.tack.clock)")]
    [InlineData("x notin\n (abc)", "x notin (abc)")]
    [InlineData("x in (def,abc,def)", "x in (abc,def)")]
    [InlineData("x in (abc,)", "x in (,abc)")]
    [InlineData("x in (,abc)", "x in (,abc)")]
    [InlineData("x in (a,,b)", "x in (,a,b)")]
    [InlineData("x in (,)", "x in ()")]
    [InlineData("x in ()", "x in ()")]
    [InlineData("x notin ( )", "x notin ()")]
    [InlineData("x notin (abc,def),bar,z in (),w", "bar,w,x notin (abc,def),z in ()")]
    [InlineData("a in (x,y,notin, z,in)", "a in (in,notin,x,y,z)")]
    [InlineData("notin=in", "notin=in")]
    [InlineData("in in (in)", "in in (in)")]
    [InlineData("notin", "notin")]
    [InlineData("a,a=1,a!=2", "a,a=1,a!=2")]
    public void A_selector_is_read_and_written_in_order(string text, string canonical)
    {
        var query = LabelQuery.Parse(text);
        Assert.Equal(canonical, query.ToString());
        Assert.Equal(query, LabelQuery.Parse(canonical));
        Assert.Equal(query.GetHashCode(), LabelQuery.Parse(canonical).GetHashCode());
    }

    [Theory]
    [InlineData("x=a||y=b", "unable to parse requirement: values[0][x]: Invalid value: \"a||y\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')")]
    [InlineData("x==a==b", "found '==', expected: ',' or 'end of string'")]
    [InlineData("!x=a", "found '=', expected: ',' or 'end of string'")]
    [InlineData("x<a", "unable to parse requirement: values[0]: Invalid value: \"a\": for 'Gt', 'Lt' operators, the value must be an integer")]
    [InlineData(",x,y", "found ',', expected: !, identifier, or 'end of string'")]
    [InlineData("x,", "found '', expected: identifier after ','")]
    [InlineData("x,=", "found '=', expected: identifier after ','")]
    [InlineData("x nott in (y)", "unable to parse requirement: found 'nott', expected: in, notin, =, ==, !=, gt, lt")]
    [InlineData("x !y", "unable to parse requirement: found '!', expected: in, notin, =, ==, !=, gt, lt")]
    [InlineData("a in (xyz)b notin ()", "found 'b', expected: ',' or 'end of string'")]
    [InlineData("a in (xyz abc)", "unable to parse requirement: found 'abc', expected: ',' or ')'")]
    [InlineData("a in (xyz", "unable to parse requirement: found '', expected: ',' or ')'")]
    [InlineData("a notin(", "unable to parse requirement: found '', expected: ',', ')' or identifier")]
    [InlineData("a in (a,,)", "unable to parse requirement: found ')', expected: ',', or identifier")]
    [InlineData("a in a", "unable to parse requirement: found 'a' expected: '('")]
    [InlineData("a (", "unable to parse requirement: found '(', expected: in, notin, =, ==, !=, gt, lt")]
    [InlineData("(", "found '(', expected: !, identifier, or 'end of string'")]
    [InlineData("!", "unable to parse requirement: found '', expected: identifier")]
    [InlineData("!!x", "unable to parse requirement: found '!', expected: identifier")]
    [InlineData("a=(", "unable to parse requirement: found '(', expected: identifier")]
    [InlineData("-a", "unable to parse requirement: <nil>: Invalid value: \"-a\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')")]
    public void Anything_else_is_refused_in_upstream_words(string text, string message)
    {
        Assert.False(LabelQuery.TryParse(text, out var query, out var error));
        Assert.Null(query);
        Assert.Equal(message, error);
        Assert.Throws<FormatException>(() => LabelQuery.Parse(text));
    }

    [Fact]
    public void A_null_character_does_not_hide_what_follows()
    {
        Assert.False(LabelQuery.TryParse("\0x=a", out _, out _));
        Assert.False(LabelQuery.TryParse("x=a\0", out _, out _));
    }

    [Theory]
    [InlineData("", true, "x", "y")]
    [InlineData("x=y", true, "x", "y")]
    [InlineData("x=y,z=w", true, "x", "y", "z", "w")]
    [InlineData("x!=y,z!=w", true, "x", "z", "z", "a")]
    [InlineData("notin=in", true, "notin", "in")]
    [InlineData("x", true, "x", "z")]
    [InlineData("!x", true, "y", "z")]
    [InlineData("x>1", true, "x", "2")]
    [InlineData("x<1", true, "x", "0")]
    [InlineData("x=z", false)]
    [InlineData("x=y", false, "x", "z")]
    [InlineData("x=y,z=w", false, "x", "w", "z", "w")]
    [InlineData("x!=y,z!=w", false, "x", "z", "z", "w")]
    [InlineData("x", false, "y", "z")]
    [InlineData("!x", false, "x", "z")]
    [InlineData("x>1", false, "x", "1")]
    [InlineData("x<1", false, "x", "1")]
    [InlineData("x>1", false, "x", "v2")]
    [InlineData("x>1", false)]
    [InlineData("x notin (a)", true)]
    [InlineData("x in (a,b)", true, "x", "b")]
    [InlineData("x in (a,b)", false, "x", "c")]
    [InlineData("x in ()", false, "y", "baz")]
    [InlineData("x in ()", true, "x", "")]
    [InlineData("x>9223372036854775806", true, "x", "9223372036854775807")]
    [InlineData("x>1", false, "x", "9223372036854775808")]
    public void Labels_match_when_every_requirement_holds(string text, bool matches, params string[] labels)
    {
        var entries = labels.Chunk(2).Select(pair => KeyValuePair.Create(pair[0], pair[1])).ToArray();
        Assert.Equal(matches, LabelQuery.Parse(text).Matches(ApiMap<string>.FromPairs(entries)));
        Assert.Equal(matches, LabelQuery.Parse(text).Matches(new Dictionary<string, string>(entries)));
    }

    [Fact]
    public void A_long_list_of_values_matches_as_a_short_one_does()
    {
        var query = LabelQuery.Parse($"x in ({string.Join(",", Enumerable.Range(0, 1000))})");
        Assert.True(query.Matches(ApiMap<string>.From(("x", "999"))));
        Assert.False(query.Matches(ApiMap<string>.From(("x", "1000"))));
    }

    [Fact]
    public void Everything_and_nothing_are_not_the_same()
    {
        Assert.True(LabelQuery.Everything.IsEverything);
        Assert.True(LabelQuery.Parse("").IsEverything);
        Assert.True(LabelQuery.FromLabels(default).IsEverything);
        Assert.False(LabelQuery.Nothing.IsEverything);
        Assert.True(LabelQuery.Nothing.IsNothing);
        Assert.False(LabelQuery.Nothing.Matches(default(ApiMap<string>)));
        Assert.True(LabelQuery.Everything.Matches(default(ApiMap<string>)));
        Assert.NotEqual(LabelQuery.Everything, LabelQuery.Nothing);
        Assert.Equal("", LabelQuery.Nothing.ToString());
        Assert.True(Requirement.TryCreate("a", RequirementOperator.Exists, default, out var requirement, out _));
        Assert.True(LabelQuery.Nothing.With(requirement).IsNothing);
        Assert.Equal("a,b=c", LabelQuery.Parse("b=c").With(requirement).ToString());
    }

    [Fact]
    public void A_selector_in_an_object_becomes_a_query()
    {
        Assert.True(LabelQuery.TryCreate(
            ApiMap<string>.From(("z", "1"), ("a", "2")),
            [new("k", "In", ["b", "a"]), new("l", "NotIn", ["c"]), new("m", "Exists"), new("b", "DoesNotExist")],
            out var query, out _));
        Assert.Equal("a=2,!b,k in (a,b),l notin (c),m,z=1", query.ToString());
        Assert.True(LabelQuery.TryCreate(default, [], out query, out _));
        Assert.True(query.IsEverything);
    }

    [Theory]
    [InlineData("k", "Bad", "", "\"Bad\" is not a valid label selector operator")]
    [InlineData("k", "In", null, "values: Invalid value: []string(nil): for 'in', 'notin' operators, values set can't be empty")]
    [InlineData("k", "Exists", "a", "values: Invalid value: []string{\"a\"}: values set must be empty for exists and does not exist")]
    [InlineData("", "In", null, "[key: Invalid value: \"\": name part must be non-empty; name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'), values: Invalid value: []string(nil): for 'in', 'notin' operators, values set can't be empty]")]
    public void A_wrong_expression_is_refused_in_upstream_words(string key, string op, string? value, string message)
    {
        ApiList<string> values = value is null ? default : [value];
        Assert.False(LabelQuery.TryCreate(default, [new(key, op, values)], out _, out var error));
        Assert.Equal(message, error);
    }

    [Fact]
    public void A_wrong_label_is_refused_unless_unchecked()
    {
        var labels = ApiMap<string>.From(("a", "not valid"));
        Assert.False(LabelQuery.TryCreate(labels, [], out _, out var error));
        Assert.StartsWith("values[0][a]: Invalid value: \"not valid\": a valid label must be", error, StringComparison.Ordinal);
        Assert.True(LabelQuery.FromLabels(labels).Matches(labels));
    }

    [Theory]
    [InlineData("x=a", "a")]
    [InlineData("x==a", "a")]
    [InlineData("x in (a)", "a")]
    [InlineData("x in (a,b)", null)]
    [InlineData("x!=a", null)]
    [InlineData("x,x=a", null)]
    [InlineData("y=a", null)]
    public void An_exact_match_is_found_where_one_is_required(string text, string? value)
    {
        Assert.Equal(value is not null, LabelQuery.Parse(text).TryGetExactMatch("x", out var found));
        Assert.Equal(value, found);
    }

    [Fact]
    public void Random_text_is_a_selector_or_an_error() => Property.CheckText("abin not=!<>(),12 \t", 24, text =>
    {
        if (!LabelQuery.TryParse(text, out var query, out var error))
        {
            Assert.NotEmpty(error);
            return;
        }
        Assert.Equal(query, LabelQuery.Parse(query.ToString()));
        Assert.Equal(query.ToString(), LabelQuery.Parse(query.ToString()).ToString());
    });

    [Fact]
    public void Long_text_is_read_in_linear_time_and_has_a_limit()
    {
        var watch = Stopwatch.StartNew();
        foreach (var part in new[] { "a,", "a=b,", "(", "!", " ", "a in (", "a in (,", "=" })
        {
            var text = string.Concat(Enumerable.Repeat(part, LabelQuery.MaximumLength / part.Length));
            LabelQuery.TryParse(text, out _, out _);
            LabelQuery.TryParse("a in (" + text[..^8] + ")", out _, out _);
        }
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"took {watch.Elapsed}");
        Assert.False(LabelQuery.TryParse(new string(' ', LabelQuery.MaximumLength + 1), out _, out var error));
        Assert.Equal("the selector is longer than 1048576 characters", error);
    }
}
