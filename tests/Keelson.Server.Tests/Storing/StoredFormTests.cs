using System.Text;
using Keelson.Server.Storing;

namespace Keelson.Server.Tests.Storing;

public sealed class StoredFormTests
{
    [Theory]
    [InlineData("""{"metadata":{"name":"a"},"x":1}""", """{"metadata":{"resourceVersion":"42","name":"a"},"x":1}""")]
    [InlineData("""{"metadata":{}}""", """{"metadata":{"resourceVersion":"42"}}""")]
    [InlineData("""{"a":{"metadata":{"b":1}},"metadata":{"name":"\"}"}}""", """{"a":{"metadata":{"b":1}},"metadata":{"resourceVersion":"42","name":"\"}"}}""")]
    public void The_version_is_put_where_the_metadata_begins(string json, string expected)
    {
        var decoded = StoredForm.Decode(StoredForm.Encode(Encoding.UTF8.GetBytes(json)), 42, out var place);
        Assert.Equal(expected, Encoding.UTF8.GetString(decoded));
        var later = StoredForm.WithRevision(decoded, place, 1_000_000);
        Assert.Equal(expected.Replace("42", "1000000", StringComparison.Ordinal), Encoding.UTF8.GetString(later));
        Assert.Equal(decoded, StoredForm.WithRevision(later, place, 42));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"metadata":"x"}""")]
    public void What_has_no_metadata_is_not_stored(string json) =>
        Assert.Throws<ArgumentException>(() => StoredForm.Encode(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Damaged_values_are_refused()
    {
        var good = StoredForm.Encode("""{"metadata":{"name":"a"}}"""u8);
        for (var at = 0; at < 5; at++)
        {
            var bad = (byte[])good.Clone();
            bad[at] ^= 0x41;
            Assert.Throws<InvalidDataException>(() => StoredForm.Decode(bad, 1, out _));
        }

        for (var length = 0; length < 7; length++) Assert.Throws<InvalidDataException>(() => StoredForm.Decode(good.AsSpan(0, length), 1, out _));
    }
}
