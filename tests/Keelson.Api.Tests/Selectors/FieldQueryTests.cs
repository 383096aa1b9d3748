using System.Diagnostics.CodeAnalysis;
using Keelson.Api.Selectors;
using Keelson.Api.Tests.Primitives;

namespace Keelson.Api.Tests.Selectors;

public sealed class FieldQueryTests
{
    [Theory]
    [InlineData("x=a,y=b,z=c", "x=a,y=b,z=c")]
    [InlineData("", "")]
    [InlineData(",,x=a,", "x=a")]
    [InlineData("x!=a,y==b", "x!=a,y=b")]
    [InlineData("x=a,a=x", "a=x,x=a")]
    [InlineData(@"x=a||y\=b", @"x=a||y\=b")]
    [InlineData(@"x=a\=\=b", @"x=a\=\=b")]
    [InlineData(@"k=\,,k2=v2", @"k2=v2,k=\,")]
    [InlineData(@"k=\\,k2=v2", @"k2=v2,k=\\")]
    [InlineData(@"k=\\\,,k2=v2", @"k2=v2,k=\\\,")]
    [InlineData("함=수,목=록", "목=록,함=수")]
    [InlineData("=a", "=a")]
    [InlineData("a=", "a=")]
    [InlineData("!=a", "!=a")]
    [InlineData("spec.nodeName=", "spec.nodeName=")]
    public void A_selector_is_read_and_written_in_order(string text, string canonical)
    {
        var query = FieldQuery.Parse(text);
        Assert.Equal(canonical, query.ToString());
        Assert.Equal(query, FieldQuery.Parse(canonical));
    }

    [Theory]
    [InlineData("x=a||y=b", "invalid field selector: unescaped character in value: 61")]
    [InlineData("x==a==b", "invalid field selector: unescaped character in value: 61")]
    [InlineData("x=a,b", "invalid selector: 'x=a,b'; can't understand 'b'")]
    [InlineData("x in (a)", "invalid selector: 'x in (a)'; can't understand 'x in (a)'")]
    [InlineData(@"k=\a\b\", @"invalid field selector: invalid escape sequence: \a")]
    [InlineData(@"k=\", @"invalid field selector: invalid escape sequence: \")]
    [InlineData("k=\\\U0001F600", "invalid field selector: invalid escape sequence: \\\U0001F600")]
    public void Anything_else_is_refused_in_upstream_words(string text, string message)
    {
        Assert.False(FieldQuery.TryParse(text, out var query, out var error));
        Assert.Null(query);
        Assert.Equal(message, error);
        Assert.Throws<FormatException>(() => FieldQuery.Parse(text));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("foo=bar", true)]
    [InlineData("foo==bar,baz=blah", true)]
    [InlineData(@"foo=bar,complex=\=value\\\,\\", true)]
    [InlineData("foo=blah", false)]
    [InlineData("foo!=bar", false)]
    [InlineData("foo!=blah", true)]
    [InlineData("absent=", true)]
    [InlineData("absent!=", false)]
    [InlineData("foo=bar,foobar=bar", false)]
    public void Fields_match_when_every_requirement_holds(string text, bool matches)
    {
        var fields = ApiMap<string>.From(("foo", "bar"), ("baz", "blah"), ("complex", @"=value\,\"));
        Assert.Equal(matches, FieldQuery.Parse(text).Matches(field => fields.GetValueOrDefault(field)));
    }

    [Fact]
    public void A_query_can_be_made_looked_into_and_transformed()
    {
        var query = FieldQuery.Parse("metadata.name=a,spec.nodeName!=b,drop=me");
        Assert.True(query.TryGetExactMatch("metadata.name", out var value));
        Assert.Equal("a", value);
        Assert.False(query.TryGetExactMatch("spec.nodeName", out _));
        Assert.False(query.IsEverything);
        Assert.True(FieldQuery.Everything.IsEverything);
        Assert.Equal(FieldQuery.Parse("a=b"), FieldQuery.Where("a", "b"));
        Assert.Equal([new("drop", true, "me"), new("metadata.name", true, "a"), new("spec.nodeName", false, "b")], query.Requirements);

        Assert.True(query.TryTransform(Upper, out var transformed, out _));
        Assert.Equal("METADATA.NAME=a,SPEC.NODENAME!=b", transformed.ToString());
        Assert.False(FieldQuery.Parse("unknown=1").TryTransform(Upper, out _, out var error));
        Assert.Equal("field label not supported: unknown", error);
    }

    [Fact]
    public void Random_text_is_a_selector_or_an_error() => Property.CheckText("ab=!,\\.", 16, text =>
    {
        if (!FieldQuery.TryParse(text, out var query, out var error))
        {
            Assert.NotEmpty(error);
            return;
        }
        foreach (var requirement in query.Requirements)
        {
            // A field's own name has no escapes, so only what came from text without any can be written again.
            if (!requirement.Field.Contains('\\', StringComparison.Ordinal)) Assert.Equal([requirement], FieldQuery.Parse(requirement.ToString()).Requirements);
        }
    });

    [Fact]
    public void Text_beyond_the_limit_is_refused() =>
        Assert.False(FieldQuery.TryParse(new string(',', FieldQuery.MaximumLength + 1), out _, out _));

    private static bool Upper(ref string field, ref string value, [NotNullWhen(false)] out string? error)
    {
        error = field == "unknown" ? "field label not supported: unknown" : null;
        (field, value) = field == "drop" ? ("", "") : (field.ToUpperInvariant(), value);
        return error is null;
    }
}
