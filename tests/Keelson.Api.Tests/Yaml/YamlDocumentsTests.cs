using System.Text;
using Keelson.Api.Yaml;

namespace Keelson.Api.Tests.Yaml;

public sealed class YamlDocumentsTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a: 1\n", "{\"a\":1}")]
    [InlineData("---\na: 1\n---\nb: 2\n", "{\"a\":1}|{\"b\":2}")]
    [InlineData("---\n---\n\n---\n# only a comment\n---\na: 1\n---\n", "{\"a\":1}")]
    [InlineData("a: 1\n--- # next\nb: 2\n---   \nc: 3", "{\"a\":1}|{\"b\":2}|{\"c\":3}")]
    [InlineData("a: 1\r\n---\r\nb: 2\r\n", "{\"a\":1}|{\"b\":2}")]
    [InlineData("\ufeff---\na: 1\n---\nb: 2\n", "{\"a\":1}|{\"b\":2}")]
    [InlineData("a: |\n  x\n  ---\n  y\n---\nb: 2\n", "{\"a\":\"x\\n---\\ny\\n\"}|{\"b\":2}")]
    [InlineData("{\"a\":1}\n---\n{\"b\":[1,2]}\n", "{\"a\":1}|{\"b\":[1,2]}")]
    [InlineData("{\"a\":1}{\"b\":2}\n{\"c\":\"\\ud83d\\ude00\"}", "{\"a\":1}|{\"b\":2}|{\"c\":\"\U0001f600\"}")]
    [InlineData("{a: 1,\n b: c}\n", "{\"a\":1,\"b\":\"c\"}")]
    [InlineData("a: |\n  x\n  y", "{\"a\":\"x\\ny\\n\"}")]
    [InlineData("a: 1\n...\n---\nb: 2\n...\n", "{\"a\":1}|{\"b\":2}")]
    public void A_stream_is_split_at_its_separators(string stream, string expected) =>
        Assert.Equal(expected, string.Join('|', YamlReader.ReadStream(Encoding.UTF8.GetBytes(stream)).Select(document => document.ToString())));

    [Theory]
    [InlineData("a: 1\n--- b\nc: 2\n", "invalid Yaml document separator: b")]
    [InlineData("%YAML 1.1\n---\na: 1\n", "yaml: line 1: did not find expected <document start>")]
    [InlineData("a: 1\n----\nc: 2\n", "invalid Yaml document separator: -")]
    public void What_a_separator_cuts_in_two_is_refused(string stream, string message) =>
        Assert.Equal(message, Assert.Throws<YamlFormatException>(() => YamlReader.ReadStream(Encoding.UTF8.GetBytes(stream)).Count()).Message);

    [Fact]
    public void Documents_before_the_wrong_one_are_given_out_and_lines_count_from_its_start()
    {
        using var documents = YamlReader.ReadStream("a: 1\n---\nb: c: d\n"u8.ToArray()).GetEnumerator();
        Assert.True(documents.MoveNext());
        Assert.Equal("yaml: mapping values are not allowed in this context", Assert.Throws<YamlFormatException>(() => documents.MoveNext()).Message);
    }
}
