using Keelson.Rpc.Wire;

namespace Keelson.Rpc.Tests.Wire;

public sealed class TextTests
{
    [Theory]
    [InlineData("1H", 36_000_000_000)]
    [InlineData("2M", 1_200_000_000)]
    [InlineData("3S", 30_000_000)]
    [InlineData("100m", 1_000_000)]
    [InlineData("7u", 70)]
    [InlineData("250n", 3)]
    [InlineData("99999999H", 3_599_999_964_000_000_000)]
    public void A_timeout_is_read(string text, long ticks)
    {
        Assert.True(TimeoutText.TryParse(text, out var timeout));
        Assert.Equal(ticks, timeout.Ticks);
    }

    [Theory]
    [InlineData("")]
    [InlineData("S")]
    [InlineData("1")]
    [InlineData("-1S")]
    [InlineData("123456789S")]
    [InlineData("1s")]
    [InlineData(" 1S")]
    public void A_timeout_that_is_none_is_refused(string text) => Assert.False(TimeoutText.TryParse(text, out _));

    [Theory]
    [InlineData(-5)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(12_345_678_901)]
    [InlineData(3_000_000_000_000_000_000)]
    public void A_timeout_survives_being_written_to_about_a_hundredth(long ticks)
    {
        Assert.True(TimeoutText.TryParse(TimeoutText.Format(TimeSpan.FromTicks(ticks)), out var back));
        Assert.InRange(back.Ticks, Math.Max(ticks, 1) * 0.99, Math.Max(ticks, 10) * 1.01);
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("100%", "100%25")]
    [InlineData("a\nb", "a%0Ab")]
    [InlineData("ä", "%C3%A4")]
    public void A_message_is_percent_encoded(string text, string encoded)
    {
        Assert.Equal(encoded, PercentText.Encode(text));
        Assert.Equal(text, PercentText.Decode(encoded));
    }

    [Theory]
    [InlineData("50% off", "50% off")]
    [InlineData("%", "%")]
    [InlineData("%4", "%4")]
    [InlineData("%zz", "%zz")]
    [InlineData("%41%", "A%")]
    public void A_message_that_is_badly_encoded_stays_readable(string encoded, string text) => Assert.Equal(text, PercentText.Decode(encoded));
}
