using Keelson.Api.Structural.Formats;

namespace Keelson.Api.Tests.Structural;

public sealed class TextFormatsTests
{
    [Theory]
    [InlineData("bsonobjectid", "507f1f77bcf86cd799439011")]
    [InlineData("uri", "http://example.com/a?b=c")]
    [InlineData("uri", "/path")]
    [InlineData("uri", "urn:isbn:1")]
    [InlineData("uri", "http://[::1]:80/")]
    [InlineData("email", "somebody@example.com")]
    [InlineData("email", "Some Body <somebody@example.com>")]
    [InlineData("email", "\"some body\"@example.com")]
    [InlineData("hostname", "example.com")]
    [InlineData("hostname", "localhost")]
    [InlineData("ipv4", "192.168.0.1")]
    [InlineData("ipv4", "192.168.000.001")]
    [InlineData("ipv6", "2001:db8::1")]
    [InlineData("cidr", "10.0.0.0/8")]
    [InlineData("cidr", "2001:db8::/32")]
    [InlineData("mac", "00:11:22:33:44:55")]
    [InlineData("mac", "0011.2233.4455")]
    [InlineData("uuid", "123E4567-e89b-12d3-a456-426614174000")]
    [InlineData("uuid", "123e4567e89b12d3a456426614174000")]
    [InlineData("uuid3", "bcd02e22-68f0-3046-a512-327cca9def8f")]
    [InlineData("uuid4", "025b0d74-00a2-4048-bf57-227c5111bb34")]
    [InlineData("uuid5", "886313e1-3b8a-5372-9b90-0c9aee199e5d")]
    [InlineData("isbn", "978-0321751041")]
    [InlineData("isbn10", "0321751043")]
    [InlineData("isbn13", "978 3401013190")]
    [InlineData("creditcard", "4111-1111-1111-1111")]
    [InlineData("ssn", "111-11-1111")]
    [InlineData("hexcolor", "#FFFFFF")]
    [InlineData("hexcolor", "abc")]
    [InlineData("rgbcolor", "rgb(255, 0,10)")]
    [InlineData("byte", "aGVsbG8=")]
    [InlineData("password", "")]
    [InlineData("date", "2024-02-29")]
    [InlineData("duration", "1h30m")]
    [InlineData("duration", "5 minutes")]
    [InlineData("duration", "2w 3 days")]
    [InlineData("date-time", "2014-12-15T19:30:20.000Z")]
    [InlineData("datetime", "2014-12-15t19:30:20+02:00")]
    [InlineData("quantity", "10Gi")]
    [InlineData("k8s-short-name", "my-name")]
    [InlineData("k8s-long-name", "my.name")]
    [InlineData("unheard-of", "anything")]
    public void A_text_that_has_the_format_is_taken(string format, string text) => Assert.True(TextFormats.IsValid(format, text));

    [Theory]
    [InlineData("bsonobjectid", "507f1f77bcf86cd79943901")]
    [InlineData("uri", "")]
    [InlineData("uri", "example.com")]
    [InlineData("uri", "http://a b/")]
    [InlineData("uri", "http://a/%zz")]
    [InlineData("uri", "http://a:port/")]
    [InlineData("email", "somebody")]
    [InlineData("email", "a@")]
    [InlineData("email", "a..b@c")]
    [InlineData("hostname", "-a")]
    [InlineData("hostname", "a b")]
    [InlineData("hostname", "somewhere.com!")]
    [InlineData("hostname", "")]
    [InlineData("ipv4", "2001:db8::1")]
    [InlineData("ipv4", "256.0.0.1")]
    [InlineData("ipv6", "10.0.0.1")]
    [InlineData("ipv6", "1::2::3")]
    [InlineData("cidr", "10.0.0.0/33")]
    [InlineData("mac", "00:11:22:33:44")]
    [InlineData("mac", "00:11:22:33:44:5g")]
    [InlineData("uuid", "123e4567-e89b-12d3-a456-42661417400")]
    [InlineData("uuid", "123e4567--e89b12d3a456426614174000")]
    [InlineData("uuid4", "025b0d74-00a2-3048-bf57-227c5111bb34")]
    [InlineData("uuid5", "886313e1-3b8a-5372-7b90-0c9aee199e5d")]
    [InlineData("isbn10", "0321751044")]
    [InlineData("isbn13", "9783401013191")]
    [InlineData("creditcard", "4111111111111112")]
    [InlineData("ssn", "111111111")]
    [InlineData("hexcolor", "#FFFF")]
    [InlineData("rgbcolor", "rgb(256,0,0)")]
    [InlineData("byte", "")]
    [InlineData("byte", "abc")]
    [InlineData("date", "2023-02-29")]
    [InlineData("date", "2023-2-9")]
    [InlineData("duration", "fast")]
    [InlineData("duration", "5 parsecs")]
    [InlineData("date-time", "2014-12-15 19:30:20Z")]
    [InlineData("date-time", "2014-12-15T24:30:20Z")]
    [InlineData("date-time", "2014-12-15T19:30:20")]
    [InlineData("quantity", "10Gib")]
    [InlineData("k8s-short-name", "my.name")]
    [InlineData("k8s-long-name", "My.name")]
    public void A_text_that_does_not_have_the_format_is_refused(string format, string text) => Assert.False(TextFormats.IsValid(format, text));

    [Fact]
    public void No_text_breaks_a_check()
    {
        string[] formats = ["uri", "email", "hostname", "ipv4", "ipv6", "cidr", "mac", "uuid", "isbn", "creditcard", "ssn", "hexcolor", "rgbcolor", "byte", "date", "duration", "datetime", "quantity"];
        const string Characters = "019afX:./-@<>[]\"\\ %=+()rgbTZ\ud83d\u00e9,";
        var random = new Random(3);
        for (var round = 0; round < 20_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(24)).Select(_ => Characters[random.Next(Characters.Length)]));
            foreach (var format in formats) TextFormats.IsValid(format, text);
        }
    }
}
