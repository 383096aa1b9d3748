using System.Text;

namespace Keelson.Api.Tests.Primitives;

public sealed class RawJsonTests
{
    [Theory]
    [InlineData(" { \"a\" : [ 1 , 2.50 ] ,\n\"b\\\" \" : \" x \\\\\" , \"c\":null } ", "{\"a\":[1,2.50],\"b\\\" \":\" x \\\\\",\"c\":null}")]
    [InlineData("null", "null")]
    [InlineData("\t\"é \"", "\"é \"")]
    [InlineData("1e400", "1e400")]
    public void A_value_is_kept_without_the_space_between_its_parts(string text, string expected) =>
        Assert.Equal(expected, RawJson.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("{\"a\":1,}")]
    [InlineData("[1 2]")]
    [InlineData("// no\n1")]
    [InlineData("'a'")]
    [InlineData("nul")]
    public void What_is_not_one_value_is_refused(string text) => Assert.Throws<FormatException>(() => RawJson.Parse(text));

    [Fact]
    public void Text_that_is_not_UTF8_is_refused()
    {
        Assert.False(RawJson.TryParse([(byte)'"', 0xFF, (byte)'"'], out var value, out var error));
        Assert.True(value.IsNil);
        Assert.Equal("JSON must be valid UTF-8", error);
    }

    [Fact]
    public void Depth_has_a_limit()
    {
        Assert.Equal(2 * RawJson.MaximumDepth, RawJson.Parse(Nested(RawJson.MaximumDepth)).Length);
        Assert.Throws<FormatException>(() => RawJson.Parse(Nested(RawJson.MaximumDepth + 1)));
    }

    [Fact]
    public void Nil_is_not_the_word_null()
    {
        Assert.True(default(RawJson).IsNil);
        Assert.False(default(RawJson).IsNull);
        Assert.True(RawJson.Parse(" null ").IsNull);
        Assert.False(default == RawJson.Parse("null"));
        Assert.False(default == RawJson.Wrap([]));
        Assert.True(RawJson.Parse("{ }") == RawJson.Wrap(Encoding.UTF8.GetBytes("{}")));
    }

    private static string Nested(int depth) => new string('[', depth) + new string(']', depth);
}
