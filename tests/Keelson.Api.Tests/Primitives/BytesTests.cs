using System.Text;

namespace Keelson.Api.Tests.Primitives;

public sealed class BytesTests
{
    [Fact]
    public void Nil_is_told_from_empty_but_equals_it()
    {
        Assert.True(default(Bytes).IsNil);
        Assert.False(Bytes.Empty.IsNil);
        Assert.True(default == Bytes.Empty);
        Assert.Equal("", default(Bytes).ToBase64());
        Assert.True(Bytes.Wrap(null).IsNil);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("Zg==", "f")]
    [InlineData("Zm8=", "fo")]
    [InlineData("Zm9v", "foo")]
    [InlineData("Zm9v\r\nYmFy\n", "foobar")]
    [InlineData("Zg=\n=\n", "f")]
    [InlineData("\n", "")]
    [InlineData("Zh==", "f")]
    [InlineData("Zm9=", "fo")]
    public void Standard_base64_is_read_as_Go_reads_it(string text, string expected)
    {
        Assert.True(Bytes.TryFromBase64(text, out var value));
        Assert.False(value.IsNil);
        Assert.Equal(Bytes.FromUtf8(expected), value);
        Assert.Equal(expected, value.ToUtf8());
    }

    [Theory]
    [InlineData("Zg")]
    [InlineData("Zg=")]
    [InlineData("Z===")]
    [InlineData("====")]
    [InlineData("Zg==Zg==")]
    [InlineData("Zm9vYmFy=")]
    [InlineData("Zm9v YmFy")]
    [InlineData(" Zm9v")]
    [InlineData("Zm9v\tYmF")]
    [InlineData("Zm9-")]
    [InlineData("Zm9_YmFy")]
    [InlineData("Zm=v")]
    [InlineData("Zg==\n=")]
    [InlineData("Zm9vé")]
    [InlineData("Zm9\0")]
    public void Anything_else_is_refused(string text)
    {
        Assert.False(Bytes.TryFromBase64(text, out var value));
        Assert.True(value.IsNil);
    }

    [Fact]
    public void Bytes_survive_base64() => Property.Check(
        random =>
        {
            var data = new byte[random.Next(100)];
            random.NextBytes(data);
            return data;
        },
        data =>
        {
            var value = Bytes.CopyOf(data);
            Assert.True(Bytes.TryFromBase64(Encoding.ASCII.GetBytes(value.ToBase64()), out var back));
            Assert.Equal(value, back);
            Assert.Equal(value.GetHashCode(), back.GetHashCode());
            Assert.Equal(data, back.ToArray());
        });

    [Fact]
    public void Random_text_is_read_as_dotnet_reads_it_or_refused() => Property.CheckText("AZaz09+/=", 12, text =>
    {
        if (Bytes.TryFromBase64(text, out var value) && value.ToBase64() == text) Assert.Equal(Convert.FromBase64String(text), value.ToArray());
    });
}
