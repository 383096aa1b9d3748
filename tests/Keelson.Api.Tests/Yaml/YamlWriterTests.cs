using Keelson.Api.Tests.Values;
using Keelson.Api.Values;
using Keelson.Api.Yaml;

namespace Keelson.Api.Tests.Yaml;

public sealed class YamlWriterTests
{
    /// <summary>The forms are those that kubectl 1.32 printed.</summary>
    [Theory]
    [InlineData("", "\"\"")]
    [InlineData("a", "a")]
    [InlineData("two words", "two words")]
    [InlineData("yes", "\"yes\"")]
    [InlineData("y", "\"y\"")]
    [InlineData("Off", "\"Off\"")]
    [InlineData("null", "\"null\"")]
    [InlineData("~", "\"~\"")]
    [InlineData("1", "\"1\"")]
    [InlineData("0x1f", "\"0x1f\"")]
    [InlineData("0o7", "\"0o7\"")]
    [InlineData("1_000", "\"1_000\"")]
    [InlineData("1e3", "\"1e3\"")]
    [InlineData(".5", "\".5\"")]
    [InlineData(".inf", "\".inf\"")]
    [InlineData("12:30", "\"12:30\"")]
    [InlineData("12:30_", "12:30_")]
    [InlineData("1:2:3.4", "\"1:2:3.4\"")]
    [InlineData("2001-01-01", "\"2001-01-01\"")]
    [InlineData("2001-1-1 1:2:3", "\"2001-1-1 1:2:3\"")]
    [InlineData("2001-01-01T00:00:00Z", "\"2001-01-01T00:00:00Z\"")]
    [InlineData("1.2.3", "1.2.3")]
    [InlineData("10.0.0.0/8", "10.0.0.0/8")]
    [InlineData("=", "=")]
    [InlineData("<<", "<<")]
    [InlineData(" ", "' '")]
    [InlineData(" a", "' a'")]
    [InlineData("a ", "'a '")]
    [InlineData("#", "'#'")]
    [InlineData("a#b", "a#b")]
    [InlineData("a #b", "'a #b'")]
    [InlineData(":", "':'")]
    [InlineData("a:b", "a:b")]
    [InlineData("a: b", "'a: b'")]
    [InlineData("a:", "'a:'")]
    [InlineData("-", "'-'")]
    [InlineData("-a", "-a")]
    [InlineData("- a", "'- a'")]
    [InlineData("---", "'---'")]
    [InlineData("...", "'...'")]
    [InlineData("?", "'?'")]
    [InlineData("?a", "?a")]
    [InlineData("a?", "a?")]
    [InlineData("[a", "'[a'")]
    [InlineData("a[", "a[")]
    [InlineData("{}", "'{}'")]
    [InlineData(",a", "',a'")]
    [InlineData("&a", "'&a'")]
    [InlineData("*", "'*'")]
    [InlineData("!a", "'!a'")]
    [InlineData("|", "'|'")]
    [InlineData(">", "'>'")]
    [InlineData("%", "'%'")]
    [InlineData("@a", "'@a'")]
    [InlineData("`", "'`'")]
    [InlineData("\"a\"", "'\"a\"'")]
    [InlineData("it's", "it's")]
    [InlineData("'a'", "'''a'''")]
    [InlineData("\\", "\\")]
    [InlineData("a\tb", "\"a\\tb\"")]
    [InlineData("a\rb", "\"a\\rb\"")]
    [InlineData("\u0001\u001b\u007f", "\"\\x01\\e\\x7F\"")]
    [InlineData("\u00e9", "\u00e9")]
    [InlineData("\u00a0", "\u00a0")]
    [InlineData("\u200b", "\u200b")]
    [InlineData("a\u0085b", "\"a\\Nb\"")]
    [InlineData("\U0001f600", "\"\\U0001F600\"")]
    [InlineData("a\ufeffb", "\"a\\uFEFFb\"")]
    [InlineData("\ufeffb", "\"\\uFEFF\\x62\"")]
    public void Text_is_quoted_as_upstream_does(string text, string expected)
    {
        var value = MapValue.Of(("k", text));
        Assert.Equal($"k: {expected}\n", YamlWriter.WriteText(value));
        Assert.Equal<Value>(value, YamlReader.Read(YamlWriter.WriteText(value)));
    }

    [Theory]
    [InlineData("a\nb\n", "k: |\n  a\n  b\n")]
    [InlineData("a\nb", "k: |-\n  a\n  b\n")]
    [InlineData("a\n\n", "k: |+\n  a\n\n")]
    [InlineData("\n", "k: |2+\n\n")]
    [InlineData("\na", "k: |2-\n\n  a\n")]
    [InlineData("  a\n b\n", "k: |2\n    a\n   b\n")]
    [InlineData("a\n\n  b\n", "k: |\n  a\n\n    b\n")]
    [InlineData("a\n ", "k: \"a\\n \"\n")]
    [InlineData("a \nb", "k: \"a \\nb\"\n")]
    [InlineData("a\tb\n", "k: \"a\\tb\\n\"\n")]
    [InlineData("a\r\nb", "k: \"a\\r\\nb\"\n")]
    public void Text_of_several_lines_is_a_literal_where_that_can_hold_it(string text, string expected)
    {
        var value = MapValue.Of(("k", text));
        Assert.Equal(expected, YamlWriter.WriteText(value));
        Assert.Equal<Value>(value, YamlReader.Read(expected));
    }

    [Fact]
    public void Collections_are_laid_out_as_upstream_does()
    {
        var value = ValueReader.Read(
            """{"d":[{}],"a":{},"b":[],"c":[[]],"e":[[[1,2],[3]],[{"b":1,"a":[{"b":[]}]}]],"f":null,"g":{"x":{"y":[true,"s\n"]}}}""");
        Assert.Equal(
            """
            a: {}
            b: []
            c:
            - []
            d:
            - {}
            e:
            - - - 1
                - 2
              - - 3
            - - a:
                - b: []
                b: 1
            f: null
            g:
              x:
                "y":
                - true
                - |
                  s

            """,
            YamlWriter.WriteText(value));
        Assert.Equal("- 1\n- - a: 1\n", YamlWriter.WriteText(ListValue.Create([1, ListValue.Create([MapValue.Of(("a", 1))])])));
        Assert.Equal("{}\n", YamlWriter.WriteText(MapValue.Empty));
        Assert.Equal("a: 1\n---\n- x\n", YamlWriter.WriteStream([MapValue.Of(("a", 1)), ListValue.Create(["x"])]));
    }

    [Theory]
    [InlineData("1.0", "1")]
    [InlineData("1e6", "1000000")]
    [InlineData("123456.5", "123456.5")]
    [InlineData("1234567.5", "1.2345675e+06")]
    [InlineData("1e20", "1e+20")]
    [InlineData("18446744073709551615", "1.8446744073709552e+19")]
    [InlineData("0.0001", "0.0001")]
    [InlineData("0.00001", "1e-05")]
    [InlineData("-2.5e-10", "-2.5e-10")]
    [InlineData("-0.0", "0")]
    [InlineData("9223372036854775807", "9223372036854775807")]
    public void Numbers_are_written_as_upstream_does(string json, string yaml) =>
        Assert.Equal($"- {yaml}\n", YamlWriter.WriteText(ListValue.Create([ValueReader.Read(json)])));

    [Fact]
    public void Numbers_in_keys_sort_by_their_size()
    {
        string[] keys = ["", "-", "_", "1", "2", "9a", "10", "A", "Z", "a", "a b", "a-b", "a.b", "a1", "a2", "a02", "a10", "ab", "b", "v1", "v1alpha1", "v1beta1", "v2", "x9", "x010", "z", "\u00e9"];
        var shuffled = (string[])keys.Clone();
        new Random(3).Shuffle(shuffled);
        var yaml = YamlWriter.WriteText(MapValue.From(shuffled.Select(key => KeyValuePair.Create(key, Value.Null as Value))));
        Assert.Equal(keys, yaml.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[..line.LastIndexOf(':')].Trim('"', '\'')));
    }

    [Fact]
    public void Keys_whose_order_has_a_cycle_are_written_the_same_whatever_order_they_came_in()
    {
        string[] keys = ["a10", "a1b", "a1c", "a01", "a2", "a002", "a99999999999999999999999", "a18446744073709551617"];
        var first = YamlWriter.WriteText(MapValue.From(keys.Select(key => KeyValuePair.Create(key, Value.Null as Value))));
        for (var round = 0; round < 50; round++)
        {
            new Random(round).Shuffle(keys);
            Assert.Equal(first, YamlWriter.WriteText(MapValue.From(keys.Select(key => KeyValuePair.Create(key, Value.Null as Value)))));
        }
    }

    [Fact]
    public void Lines_fold_at_a_single_space_beyond_the_width()
    {
        var words = string.Join(' ', Enumerable.Repeat("word", 30));
        var folded = string.Join(' ', Enumerable.Repeat("word", 16)) + "\n  " + string.Join(' ', Enumerable.Repeat("word", 14));
        Assert.Equal($"k: {folded}\n", YamlWriter.WriteText(MapValue.Of(("k", words))));
        Assert.Equal($"k: '{folded}:'\n", YamlWriter.WriteText(MapValue.Of(("k", words + ":"))));
        Assert.Equal($"k: \"{folded}\\t\"\n", YamlWriter.WriteText(MapValue.Of(("k", words + "\t"))));
    }

    [Fact]
    public void Long_keys_take_the_explicit_form()
    {
        var key = new string('k', 128);
        Assert.Equal($"{key}: 1\n", YamlWriter.WriteText(MapValue.Of((key, 1))));
        Assert.Equal($"? {key}k\n: 1\n", YamlWriter.WriteText(MapValue.Of((key + "k", 1))));
        Assert.Equal($"? {key}k\n: a: 1\n  b:\n  - 2\n", YamlWriter.WriteText(MapValue.Of((key + "k", MapValue.Of(("a", 1), ("b", ListValue.Create([2])))))));
        Assert.Equal("? |-\n  a\n  b\n: 1\n", YamlWriter.WriteText(MapValue.Of(("a\nb", 1))));
        Assert.Equal("\"<<\": 1\n", YamlWriter.WriteText(MapValue.Of(("<<", 1))));
    }

    [Fact]
    public void Random_trees_round_trip()
    {
        var random = new RandomValues(20260104);
        for (var round = 0; round < 5000; round++)
        {
            var value = random.Next();
            var yaml = YamlWriter.WriteText(value);
            Assert.True(YamlReader.Read(yaml).SemanticEquals(value), $"{value}\n{yaml}");
        }
    }
}
