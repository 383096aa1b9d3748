using System.Buffers;
using System.Text;
using Keelson.Api.Values;

namespace Keelson.Api.Tests.Values;

public sealed class ValueWriterTests
{
    [Theory]
    [InlineData("<a&b>", "\"\\u003ca\\u0026b\\u003e\"", "\"<a&b>\"")]
    [InlineData("\u2028\u2029", "\"\\u2028\\u2029\"", "\"\\u2028\\u2029\"")]
    [InlineData("\b\f\n\r\t\u0001\u001f\u007f\"\\/", "\"\\b\\f\\n\\r\\t\\u0001\\u001f\u007f\\\"\\\\/\"", "\"\\b\\f\\n\\r\\t\\u0001\\u001f\u007f\\\"\\\\/\"")]
    [InlineData("\u00e9\U0001f600", "\"\u00e9\U0001f600\"", "\"\u00e9\U0001f600\"")]
    public void Text_is_escaped_as_Go_does(string text, string compact, string plain)
    {
        Assert.Equal(compact, ValueWriter.WriteText(text, JsonFormat.Compact));
        Assert.Equal(plain, ValueWriter.WriteText(text, JsonFormat.Plain));
    }

    [Fact]
    public void Half_a_surrogate_pair_becomes_the_replacement_character() =>
        Assert.Equal("\"\ufffdx\"", ValueWriter.WriteText("\ud800x"));

    [Theory]
    [InlineData(0.0, "0")]
    [InlineData(-0.0, "-0")]
    [InlineData(1.0, "1")]
    [InlineData(100.0, "100")]
    [InlineData(1.5, "1.5")]
    [InlineData(-0.1, "-0.1")]
    [InlineData(0.000001, "0.000001")]
    [InlineData(0.0000001, "1e-7")]
    [InlineData(1.25e-10, "1.25e-10")]
    [InlineData(1e20, "100000000000000000000")]
    [InlineData(1e21, "1e+21")]
    [InlineData(1.5e300, "1.5e+300")]
    [InlineData(123456789.125, "123456789.125")]
    [InlineData(5e-324, "5e-324")]
    [InlineData(1.7976931348623157e308, "1.7976931348623157e+308")]
    public void Numbers_are_formatted_as_Go_does(double number, string expected) =>
        Assert.Equal(expected, ValueWriter.WriteText(number));

    [Fact]
    public void Indented_output_has_the_form_of_kubectl()
    {
        var value = MapValue.Of(("b", ListValue.Create([1, MapValue.Empty, ListValue.Empty])), ("a", MapValue.Of(("x", Value.Null))));
        Assert.Equal(
            "{\n    \"a\": {\n        \"x\": null\n    },\n    \"b\": [\n        1,\n        {},\n        []\n    ]\n}",
            ValueWriter.WriteText(value, JsonFormat.Indented));
        Assert.Equal(
            "{\n  \"b\": [\n    1,\n    {},\n    []\n  ],\n  \"a\": {\n    \"x\": null\n  }\n}",
            ValueWriter.WriteText(value, new JsonFormat { Indent = 2 }));
    }

    [Fact]
    public void Sorted_keys_are_in_the_order_of_their_bytes()
    {
        var value = MapValue.Of(("\U0001f600", 1), ("\uffee", 2), ("a10", 3), ("a2", 4), ("a", 5), ("", 6));
        Assert.Equal(
            "{\"\":6,\"a\":5,\"a10\":3,\"a2\":4,\"\uffee\":2,\"\U0001f600\":1}",
            ValueWriter.WriteText(value, new JsonFormat { SortKeys = true }));
    }

    [Fact]
    public void Text_longer_than_a_buffer_is_written_whole()
    {
        var text = string.Concat(Enumerable.Range(0, 5000).Select(i => i % 3 == 0 ? "\U0001f600" : i % 7 == 0 ? "<" : "x"));
        var output = new ArrayBufferWriter<byte>(1);
        ValueWriter.Write(ListValue.Create([text, text]), output);
        Assert.Equal(text, ((ListValue)ValueReader.Read(output.WrittenSpan))[1].AsText());
    }

    [Fact]
    public void Random_trees_round_trip()
    {
        var random = new RandomValues(7);
        for (var round = 0; round < 2000; round++)
        {
            var value = random.Next();
            foreach (var format in (JsonFormat[])[JsonFormat.Compact, JsonFormat.Plain, JsonFormat.Indented])
            {
                var written = ValueWriter.WriteBytes(value, format);
                Assert.True(ValueReader.Read(written).SemanticEquals(value), Encoding.UTF8.GetString(written));
            }
        }
    }
}
