using System.Text;

namespace Keelson.Api.Tests.Primitives;

public sealed class TimeTests
{
    [Theory]
    [InlineData("2024-02-29T12:34:56Z", "2024-02-29T12:34:56Z")]
    [InlineData("2024-02-29T12:34:56.999999999Z", "2024-02-29T12:34:56Z")]
    [InlineData("2024-02-29T12:34:56,5Z", "2024-02-29T12:34:56Z")]
    [InlineData("2024-02-29T12:34:56.12345678901234567890Z", "2024-02-29T12:34:56Z")]
    [InlineData("2024-03-01T00:30:00+01:00", "2024-02-29T23:30:00Z")]
    [InlineData("2023-12-31T23:30:00-00:45", "2024-01-01T00:15:00Z")]
    [InlineData("2024-01-01T1:00:00Z", "2024-01-01T01:00:00Z")]
    [InlineData("2024-01-02T00:00:00+24:00", "2024-01-01T00:00:00Z")]
    [InlineData("0000-01-01T00:00:00Z", "0000-01-01T00:00:00Z")]
    [InlineData("0000-02-29T00:00:00Z", "0000-02-29T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z")]
    [InlineData("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z")]
    [InlineData("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z")]
    public void RFC_3339_is_read_as_Go_reads_it_and_written_in_UTC(string text, string expected)
    {
        var time = Time.Parse(text);
        Assert.Equal(expected, time.ToString());
        var utf8 = new byte[Time.FormattedLength];
        Assert.True(time.TryFormat(utf8, out var written));
        Assert.Equal(expected, Encoding.ASCII.GetString(utf8, 0, written));
        Assert.False(time.TryFormat(utf8.AsSpan(1), out _));
        Assert.Equal(time, Time.FromUnixSeconds(time.UnixSeconds));
        Assert.True(Time.TryParse(Encoding.UTF8.GetBytes(text), out var fromBytes, out _));
        Assert.Equal(time, fromBytes);
    }

    [Theory]
    [InlineData("", "parsing time \"\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"\" as \"2006\"")]
    [InlineData("24-01-01T00:00:00Z", "parsing time \"24-01-01T00:00:00Z\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"24-01-01T00:00:00Z\" as \"2006\"")]
    [InlineData("2024-01-01", "parsing time \"2024-01-01\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"\" as \"T\"")]
    [InlineData("2024-01-01t00:00:00Z", "parsing time \"2024-01-01t00:00:00Z\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"t00:00:00Z\" as \"T\"")]
    [InlineData("2024-01-01T00:00:00", "parsing time \"2024-01-01T00:00:00\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"\" as \"Z07:00\"")]
    [InlineData("2024-01-01T00:00:00+0100", "parsing time \"2024-01-01T00:00:00+0100\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"+0100\" as \"Z07:00\"")]
    [InlineData("2024-01-01T00:00:00Z ", "parsing time \"2024-01-01T00:00:00Z \": extra text: \" \"")]
    [InlineData("2024-13-01T00:00:00Z", "parsing time \"2024-13-01T00:00:00Z\": month out of range")]
    [InlineData("2023-02-29T00:00:00Z", "parsing time \"2023-02-29T00:00:00Z\": day out of range")]
    [InlineData("2024-01-00T00:00:00Z", "parsing time \"2024-01-00T00:00:00Z\": day out of range")]
    [InlineData("1900-02-29T00:00:00Z", "parsing time \"1900-02-29T00:00:00Z\": day out of range")]
    [InlineData("2024-01-01T24:00:00Z", "parsing time \"2024-01-01T24:00:00Z\": hour out of range")]
    [InlineData("2024-01-01T23:59:60Z", "parsing time \"2024-01-01T23:59:60Z\": second out of range")]
    [InlineData("0000-01-01T00:00:00+00:01", "parsing time \"0000-01-01T00:00:00+00:01\": year out of range")]
    [InlineData("9999-12-31T23:59:59-00:01", "parsing time \"9999-12-31T23:59:59-00:01\": year out of range")]
    public void Anything_else_is_refused_in_Go_words(string text, string message)
    {
        Assert.False(Time.TryParse(text, out var value, out var error));
        Assert.Equal(message, error);
        Assert.True(value.IsZero);
    }

    [Fact]
    public void Text_of_a_time_and_dotnet_agree() => Property.Check(
        random => new DateTimeOffset(random.NextInt64(DateTimeOffset.MaxValue.Ticks), TimeSpan.Zero),
        moment =>
        {
            var time = Time.FromDateTimeOffset(moment);
            Assert.Equal(moment.ToString("yyyy-MM-ddTHH:mm:ssZ", null), time.ToString());
            Assert.Equal(moment.ToUnixTimeSeconds(), time.UnixSeconds);
            Assert.Equal(time, Time.Parse(time.ToString()));
            Assert.Equal(time, Time.FromDateTimeOffset(time.ToDateTimeOffset()));
            var micro = MicroTime.FromDateTimeOffset(moment);
            Assert.Equal(moment.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", null), micro.ToString());
            Assert.Equal(micro, MicroTime.Parse(micro.ToString()));
            Assert.True(MicroTime.TryFromUnix(micro.UnixSeconds, micro.Nanoseconds, out var back));
            Assert.Equal(micro, back);
        });

    [Fact]
    public void Random_text_is_a_time_or_an_error() => Property.CheckText("0123456789-T:.+Z", 30, text =>
    {
        Assert.True(Time.TryParse(text, out var time, out var error) || error is not null);
        Assert.Equal(error is null, Time.TryParse(Encoding.UTF8.GetBytes(text), out var fromBytes, out var sameError));
        Assert.Equal((time, error), (fromBytes, sameError));
        Assert.True(MicroTime.TryParse(text, out var micro, out error) || error is not null);
        MicroTime.TryParse(Encoding.UTF8.GetBytes(text), out var microFromBytes, out sameError);
        Assert.Equal((micro, error), (microFromBytes, sameError));
    });

    [Fact]
    public void The_default_is_the_zero_time()
    {
        Assert.True(default(Time).IsZero);
        Assert.Equal("0001-01-01T00:00:00Z", default(Time).ToString());
        Assert.True(Time.Parse("0001-01-01T00:00:00Z").IsZero);
        Assert.True(default(MicroTime).IsZero);
        Assert.True(MicroTime.Parse("0001-01-01T00:00:00.000000Z").IsZero);
        Assert.Equal(-62_135_596_800, default(Time).UnixSeconds);
        Assert.Equal(-62_135_596_800, default(MicroTime).UnixSeconds);
        Assert.Throws<InvalidOperationException>(() => Time.Parse("0000-12-31T00:00:00Z").ToDateTimeOffset());
    }

    [Fact]
    public void Times_are_ordered_and_told_apart_by_spans()
    {
        var (early, late) = (Time.FromUnixSeconds(10), Time.FromUnixSeconds(70));
        Assert.Equal(TimeSpan.FromMinutes(1), late - early);
        Assert.Equal(late, early + TimeSpan.FromMinutes(1));
        Assert.Equal(early, late - TimeSpan.FromMinutes(1));
        Assert.True(early < late && early <= late && late > early && late >= early && early != late);
        Assert.Throws<ArgumentOutOfRangeException>(() => Time.FromUnixSeconds(long.MaxValue));
        Assert.False(Time.TryFromUnixSeconds(long.MinValue, out _));
    }

    [Theory]
    [InlineData("2024-02-29T12:34:56.000001Z", "2024-02-29T12:34:56.000001Z")]
    [InlineData("2024-02-29T12:34:56,123456+02:00", "2024-02-29T10:34:56.123456Z")]
    [InlineData("0000-12-31T23:59:59.999999Z", "0000-12-31T23:59:59.999999Z")]
    public void Six_decimals_are_read_and_written(string text, string expected)
    {
        var time = MicroTime.Parse(text);
        Assert.Equal(expected, time.ToString());
        var utf8 = new byte[MicroTime.FormattedLength];
        Assert.True(time.TryFormat(utf8, out _));
        Assert.Equal(expected, Encoding.ASCII.GetString(utf8));
    }

    [Theory]
    [InlineData("2024-02-29T12:34:56Z", "cannot parse \"Z\" as \".000000\"")]
    [InlineData("2024-02-29T12:34:56.123Z", "cannot parse \".123Z\" as \".000000\"")]
    [InlineData("2024-02-29T12:34:56.1234567Z", "cannot parse \"7Z\" as \"Z07:00\"")]
    public void Other_numbers_of_decimals_are_refused_as_upstream_does(string text, string cause)
    {
        Assert.False(MicroTime.TryParse(text, out _, out var error));
        Assert.Equal($"parsing time \"{text}\" as \"2006-01-02T15:04:05.000000Z07:00\": {cause}", error);
    }
}
