namespace Keelson.Api.Tests.Primitives;

public sealed class DurationTests
{
    [Theory]
    [InlineData("0", 0, "0s")]
    [InlineData("-0", 0, "0s")]
    [InlineData("5s", 5_000_000_000, "5s")]
    [InlineData("+5.0s", 5_000_000_000, "5s")]
    [InlineData("1h2m3.5s", 3_723_500_000_000, "1h2m3.5s")]
    [InlineData("300ms", 300_000_000, "300ms")]
    [InlineData("1.5h", 5_400_000_000_000, "1h30m0s")]
    [InlineData("-1us", -1000, "-1\u00b5s")]
    [InlineData("1\u00b5s", 1000, "1\u00b5s")]
    [InlineData("1\u03bcs", 1000, "1\u00b5s")]
    [InlineData("1100ns", 1100, "1.1\u00b5s")]
    [InlineData("1ns", 1, "1ns")]
    [InlineData(".5s", 500_000_000, "500ms")]
    [InlineData("5.s", 5_000_000_000, "5s")]
    [InlineData("2m", 120_000_000_000, "2m0s")]
    [InlineData("3m10s1ns", 190_000_000_001, "3m10.000000001s")]
    [InlineData("52763797000ns", 52_763_797_000, "52.763797s")]
    [InlineData("0.3333333333333333333h", 1_200_000_000_000, "20m0s")]
    [InlineData("9223372036854775807ns", long.MaxValue, "2562047h47m16.854775807s")]
    [InlineData("-9223372036854775808ns", long.MinValue, "-2562047h47m16.854775808s")]
    [InlineData("9223372036s854ms775us807ns", long.MaxValue, "2562047h47m16.854775807s")]
    [InlineData("0.100000000000000000000h", 360_000_000_000, "6m0s")]
    [InlineData("0.830103483285477580700h", 2_988_372_539_827, "49m48.372539827s")]
    public void A_duration_is_read_and_written_as_Go_does(string text, long nanoseconds, string written)
    {
        var duration = Duration.Parse(text);
        Assert.Equal(nanoseconds, duration.Nanoseconds);
        Assert.Equal(written, duration.ToString());
        Assert.Equal(duration, Duration.Parse(written));
    }

    [Theory]
    [InlineData("", "time: invalid duration \"\"")]
    [InlineData("3", "time: missing unit in duration \"3\"")]
    [InlineData("-", "time: invalid duration \"-\"")]
    [InlineData("s", "time: invalid duration \"s\"")]
    [InlineData(".", "time: invalid duration \".\"")]
    [InlineData("-.s", "time: invalid duration \"-.s\"")]
    [InlineData("1d", "time: unknown unit \"d\" in duration \"1d\"")]
    [InlineData("1s ", "time: unknown unit \"s \" in duration \"1s \"")]
    [InlineData("\uFFFF\uFFFF", "time: invalid duration \"\\xef\\xbf\\xbf\\xef\\xbf\\xbf\"")]
    [InlineData("9223372036854775808ns", "time: invalid duration \"9223372036854775808ns\"")]
    [InlineData("-9223372036854775809ns", "time: invalid duration \"-9223372036854775809ns\"")]
    [InlineData("2562048h", "time: invalid duration \"2562048h\"")]
    [InlineData("99999999999999999999s", "time: invalid duration \"99999999999999999999s\"")]
    public void Anything_else_is_refused_in_Go_words(string text, string message)
    {
        Assert.False(Duration.TryParse(text, out var value, out var error));
        Assert.Equal(message, error);
        Assert.True(value.IsZero);
    }

    [Fact]
    public void A_written_duration_reads_the_same() => Property.Check(
        random => (random.NextInt64() >> random.Next(63)) * (random.Next(2) == 0 ? 1 : -1),
        nanoseconds => Assert.Equal(nanoseconds, Duration.Parse(new Duration(nanoseconds).ToString()).Nanoseconds));

    [Fact]
    public void Random_text_is_a_duration_or_an_error() => Property.CheckText("0123456789.-+nuµmsh", 20, text =>
        Assert.True(Duration.TryParse(text, out _, out var error) || error is not null));

    [Fact]
    public void Spans_convert_and_overflow_is_refused()
    {
        Assert.Equal(TimeSpan.FromSeconds(90), Duration.Parse("1m30s").ToTimeSpan());
        Assert.Equal("1m30s", Duration.FromTimeSpan(TimeSpan.FromSeconds(90)).ToString());
        Assert.Equal("2m0s", (Duration.Parse("90s") + Duration.Parse("30s")).ToString());
        Assert.Equal("-1s", (Duration.Parse("1s") - Duration.Parse("2s")).ToString());
        Assert.Throws<OverflowException>(() => Duration.FromTimeSpan(TimeSpan.MaxValue));
        Assert.Throws<OverflowException>(() => new Duration(long.MaxValue) + new Duration(1));
        Assert.True(Duration.Parse("1s") < Duration.Parse("2s"));
    }
}
