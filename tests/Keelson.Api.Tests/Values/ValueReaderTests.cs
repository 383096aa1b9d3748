using System.Text;
using Keelson.Api.Values;

namespace Keelson.Api.Tests.Values;

public sealed class ValueReaderTests
{
    [Theory]
    [InlineData("", "unexpected end of JSON input", 0)]
    [InlineData("  ", "unexpected end of JSON input", 2)]
    [InlineData("{", "unexpected end of JSON input", 1)]
    [InlineData("{\"a\":1", "unexpected end of JSON input", 6)]
    [InlineData("\"abc", "unexpected end of JSON input", 4)]
    [InlineData("x", "invalid character 'x' looking for beginning of value", 0)]
    [InlineData("{a:1}", "invalid character 'a' looking for beginning of object key string", 1)]
    [InlineData("{\"a\":1,}", "invalid character '}' looking for beginning of object key string", 7)]
    [InlineData("[1,]", "invalid character ']' looking for beginning of value", 3)]
    [InlineData("[1 2]", "invalid character '2' after array element", 3)]
    [InlineData("{\"a\" 1}", "invalid character '1' after object key", 5)]
    [InlineData("{\"a\":1 \"b\"}", "invalid character '\"' after object key:value pair", 7)]
    [InlineData("1 2", "invalid character '2' after top-level value", 2)]
    [InlineData("{}\n---\n{}", "invalid character '-' after top-level value", 3)]
    [InlineData("01", "invalid character '1' after top-level value", 1)]
    [InlineData("-x", "invalid character 'x' in numeric literal", 1)]
    [InlineData("1.", "unexpected end of JSON input", 2)]
    [InlineData("1.x", "invalid character 'x' after decimal point in numeric literal", 2)]
    [InlineData("1ex", "invalid character 'x' in exponent of numeric literal", 2)]
    [InlineData("tru3", "invalid character '3' in literal true (expecting 'e')", 3)]
    [InlineData("nul", "unexpected end of JSON input", 3)]
    [InlineData("\"a\nb\"", "invalid character '\\n' in string literal", 2)]
    [InlineData("\"\\x\"", "invalid character 'x' in string escape code", 2)]
    [InlineData("\"\\u12g4\"", "invalid character 'g' in \\u hexadecimal character escape", 5)]
    [InlineData("\"\\ud800\"", "invalid surrogate pair in string literal: \\ud800 stands alone", 1)]
    [InlineData("\"\\udc00\\ud800\"", "invalid surrogate pair in string literal: \\udc00 stands alone", 1)]
    [InlineData("'a'", "invalid character '\\'' looking for beginning of value", 0)]
    [InlineData("\u00e9", "invalid character '\u00c3' looking for beginning of value", 0)]
    [InlineData("1e400", "json: cannot unmarshal number 1e400 into Go value of type float64", 0)]
    public void Mistakes_are_reported_as_tools_know_them(string json, string message, int offset)
    {
        var error = Assert.Throws<JsonFormatException>(() => ValueReader.Read(json));
        Assert.Equal(message, error.Message);
        Assert.Equal(offset, error.Offset);
    }

    [Theory]
    [InlineData("0", 0L)]
    [InlineData("-0", 0L)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-9223372036854775808", long.MinValue)]
    public void Whole_numbers_that_fit_are_integers(string json, long expected) =>
        Assert.Equal(expected, ValueReader.Read(json).AsInteger());

    [Theory]
    [InlineData("1.0")]
    [InlineData("1e3")]
    [InlineData("9223372036854775808")]
    [InlineData("0.1000")]
    [InlineData("-0.0")]
    public void Other_numbers_are_written_as_they_came(string json)
    {
        Assert.IsType<NumberValue>(ValueReader.Read(json));
        Assert.Equal(json, ValueReader.Read(json).ToString());
    }

    [Fact]
    public void Escapes_are_resolved()
    {
        var text = ValueReader.Read("\"a\\u00e9\\ud83d\\ude00\\n\\\"\\/\\\\\\b\\f\\r\\t \u00e9\U0001f600\"").AsText();
        Assert.Equal("a\u00e9\U0001f600\n\"/\\\b\f\r\t \u00e9\U0001f600", text);
    }

    [Theory]
    [InlineData(new byte[] { 0x22, 0xff, 0x22 }, 1)]
    [InlineData(new byte[] { 0x22, 0x61, 0xc3, 0x22 }, 2)]
    [InlineData(new byte[] { 0x22, 0xed, 0xa0, 0x80, 0x22 }, 1)]
    [InlineData(new byte[] { 0x22, 0xc0, 0x80, 0x22 }, 1)]
    public void Broken_utf8_is_refused(byte[] json, int offset)
    {
        var error = Assert.Throws<JsonFormatException>(() => ValueReader.Read(json));
        Assert.Equal("invalid UTF-8 in string literal", error.Message);
        Assert.Equal(offset, error.Offset);
    }

    [Fact]
    public void Duplicate_fields_are_reported_once_with_their_path_and_the_last_one_counts()
    {
        var duplicates = new List<string>();
        const string Json = """
            {"spec":{"replicas":1,"replicas":2,"replicas":3,"list":[{"a":1},{"a":1,"a":{"b":1,"b":2}}]},"kind":"x","spec2":{"q\"":1,"q\"":2},"kind":"y"}
            """;
        var value = ValueReader.Read(Json, null, duplicates);
        Assert.Equal(
            [
                "duplicate field \"spec.replicas\"", "duplicate field \"spec.list[1].a\"", "duplicate field \"spec.list[1].a.b\"",
                "duplicate field \"spec2.q\\\"\"", "duplicate field \"kind\"",
            ],
            duplicates);
        Assert.Equal(
            """{"spec":{"replicas":3,"list":[{"a":1},{"a":{"b":2}}]},"kind":"y","spec2":{"q\"":2}}""",
            value.ToString());
    }

    [Fact]
    public void At_most_a_hundred_duplicates_are_reported()
    {
        var json = "{" + string.Join(',', Enumerable.Range(0, 1000).Select(i => $"\"k{i % 500}\":{i}")) + "}";
        var duplicates = new List<string>();
        Assert.Equal(500, ((MapValue)ValueReader.Read(json, null, duplicates)).Count);
        Assert.Equal(100, duplicates.Count);
    }

    [Fact]
    public void Size_and_depth_are_bounded()
    {
        var deep = new string('[', 1001) + new string(']', 1001);
        Assert.Equal("exceeded max depth", Assert.Throws<JsonFormatException>(() => ValueReader.Read(deep)).Message);
        Assert.Equal(1000, ValueReader.Read(deep[1..^1]).Depth);
        var bomb = Encoding.ASCII.GetBytes(new string('[', 3 * 1024 * 1024));
        Assert.Throws<JsonFormatException>(() => ValueReader.Read(bomb));
        var large = Assert.Throws<JsonFormatException>(() => ValueReader.Read("[1,2]", new JsonLimits { MaxBytes = 4 }));
        Assert.Equal("the document has 5 bytes, limit is 4", large.Message);
    }

    [Fact]
    public void Field_names_are_shared_between_documents()
    {
        var first = (MapValue)ValueReader.Read("""{"sharedFieldNameOfThisTest":1}""");
        var second = (MapValue)ValueReader.Read("""{"sharedFieldNameOfThisTest":2}""");
        Assert.Same(first.Keys[0], second.Keys[0]);
    }

    [Fact]
    public void Random_and_mutated_documents_end_in_a_value_or_an_error()
    {
        var random = new Random(20260101);
        var seed = Encoding.UTF8.GetBytes("""{"a":[1,2.5e3,"x\u00e9\n",null,true,{"b":{}}],"c":"\ud83d\ude00","a":-1}""");
        var refused = 0;
        for (var round = 0; round < 20000; round++)
        {
            var json = (byte[])seed.Clone();
            for (var i = random.Next(1, 4); i > 0; i--) json[random.Next(json.Length)] = (byte)random.Next(round % 2 == 0 ? 128 : 256);
            var length = random.Next(4) == 0 ? random.Next(json.Length) : json.Length;
            try
            {
                var value = ValueReader.Read(json.AsSpan(0, length), null, []);
                Assert.Equal(value, ValueReader.Read(ValueWriter.WriteBytes(value)));
            }
            catch (JsonFormatException error)
            {
                refused++;
                Assert.InRange(error.Offset, 0, length);
            }
        }

        Assert.InRange(refused, 1000, 19999);
    }
}
