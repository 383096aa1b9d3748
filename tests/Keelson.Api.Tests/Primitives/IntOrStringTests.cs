namespace Keelson.Api.Tests.Primitives;

public sealed class IntOrStringTests
{
    [Fact]
    public void The_default_is_the_integer_zero()
    {
        Assert.Equal(IntOrStringKind.Int, default(IntOrString).Kind);
        Assert.Equal(("0", 0, ""), (default(IntOrString).ToString(), default(IntOrString).IntValue, default(IntOrString).StringValue));
        Assert.True(default != IntOrString.FromString(""));
        Assert.True(IntOrString.FromInt(0) == default);
    }

    [Theory]
    [InlineData("80", IntOrStringKind.Int, 80)]
    [InlineData("-5", IntOrStringKind.Int, -5)]
    [InlineData("+5", IntOrStringKind.Int, 5)]
    [InlineData("http", IntOrStringKind.String, 0)]
    [InlineData("", IntOrStringKind.String, 0)]
    [InlineData("2147483648", IntOrStringKind.String, 0)]
    [InlineData("5\0", IntOrStringKind.String, 0)]
    [InlineData(" 5", IntOrStringKind.String, 0)]
    public void Text_is_an_integer_when_it_reads_as_one(string text, IntOrStringKind kind, int value)
    {
        var parsed = IntOrString.Parse(text);
        Assert.Equal(kind, parsed.Kind);
        Assert.Equal(value, parsed.IntValue);
    }

    [Fact]
    public void A_string_keeps_its_text_and_has_the_number_it_reads_as()
    {
        Assert.Equal(80, IntOrString.FromString("80").IntValue);
        Assert.True(IntOrString.FromString("80").IsString);
        Assert.Equal("80", IntOrString.FromString("80").ToString());
        Assert.Equal("http", ((IntOrString)"http").StringValue);
    }

    [Theory]
    [InlineData("25%", 10, true, 3)]
    [InlineData("25%", 10, false, 2)]
    [InlineData("100%", 7, false, 7)]
    [InlineData("0%", 7, true, 0)]
    [InlineData("-25%", 10, true, -2)]
    [InlineData("-25%", 10, false, -3)]
    [InlineData("9223372036854775807%", int.MaxValue, true, int.MaxValue)]
    public void A_percentage_is_rounded_as_asked(string text, int total, bool roundUp, int expected) =>
        Assert.Equal(expected, IntOrString.FromString(text).ScaledValue(total, roundUp));

    [Fact]
    public void An_integer_stays_as_it_is() => Assert.Equal(42, IntOrString.FromInt(42).ScaledValue(10, true));

    [Theory]
    [InlineData("10", "invalid value for IntOrString: invalid type: string is not a percentage")]
    [InlineData("a%", "invalid value for IntOrString: invalid value \"a%\": strconv.Atoi: parsing \"a\": invalid syntax")]
    [InlineData("1.5%", "invalid value for IntOrString: invalid value \"1.5%\": strconv.Atoi: parsing \"1.5\": invalid syntax")]
    [InlineData("10%%", "invalid value for IntOrString: invalid value \"10%%\": strconv.Atoi: parsing \"10%\": invalid syntax")]
    [InlineData("99999999999999999999%", "invalid value for IntOrString: invalid value \"99999999999999999999%\": strconv.Atoi: parsing \"99999999999999999999\": value out of range")]
    public void A_string_that_is_no_percentage_is_an_error(string text, string message)
    {
        Assert.False(IntOrString.FromString(text).TryScale(10, true, out _, out var error));
        Assert.Equal(message, error);
        Assert.Throws<FormatException>(() => IntOrString.FromString(text).ScaledValue(10, true));
    }

    [Theory]
    [InlineData("25", 3)]
    [InlineData("2%5%", 3)]
    [InlineData("25%", 3)]
    public void The_older_rule_takes_every_number_for_a_percentage(string text, int expected)
    {
        Assert.True(IntOrString.FromString(text).TryScaleLoosely(10, true, out var value, out _));
        Assert.Equal(expected, value);
        Assert.False(IntOrString.FromString("a").TryScaleLoosely(10, true, out _, out var error));
        Assert.Equal("invalid value for IntOrString: invalid value \"a\": strconv.Atoi: parsing \"a\": invalid syntax", error);
    }
}
