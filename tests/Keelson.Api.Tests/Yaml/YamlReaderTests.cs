using System.Diagnostics;
using System.Text;
using Keelson.Api.Tests.Values;
using Keelson.Api.Values;
using Keelson.Api.Yaml;

namespace Keelson.Api.Tests.Yaml;

public sealed class YamlReaderTests
{
    /// <summary>The messages are those that kubectl 1.32 printed for the same text.</summary>
    [Theory]
    [InlineData("a: b\nc: d: e\n", "yaml: line 2: mapping values are not allowed in this context")]
    [InlineData("apiVersion: v1\nkind: X\nmetadata: a: b\n", "yaml: line 3: mapping values are not allowed in this context")]
    [InlineData("a:\n\tb: c\n", "yaml: line 2: found character that cannot start any token")]
    [InlineData("a:\n  b: c\n\td: e\n", "yaml: line 3: found a tab character that violates indentation")]
    [InlineData("a:\n   b: c\n  d: e\n", "yaml: line 2: did not find expected key")]
    [InlineData("a:\n  b: c\n   d: e\n", "yaml: line 3: mapping values are not allowed in this context")]
    [InlineData("a: \"b\nc: d\n", "yaml: line 3: found unexpected end of stream")]
    [InlineData("a: 'b\nc: d\n", "yaml: line 3: found unexpected end of stream")]
    [InlineData("a: [1, 2\nb: c\n", "yaml: line 1: did not find expected ',' or ']'")]
    [InlineData("a: {b: c\n", "yaml: line 1: did not find expected ',' or '}'")]
    [InlineData("a: [1, 2\n", "yaml: line 1: did not find expected ',' or ']'")]
    [InlineData("a: b\nc\n", "yaml: line 3: could not find expected ':'")]
    [InlineData("a: b\nc\nd: e\n", "yaml: line 3: could not find expected ':'")]
    [InlineData("a: @b\n", "yaml: found character that cannot start any token")]
    [InlineData("a: `b\n", "yaml: found character that cannot start any token")]
    [InlineData("a: %b\n", "yaml: found character that cannot start any token")]
    [InlineData("a: *b\n", "yaml: unknown anchor 'b' referenced")]
    [InlineData("a: \"\\q\"\n", "yaml: found unknown escape character")]
    [InlineData("a: \"\\xzz\"\n", "yaml: did not find expected hexdecimal number")]
    [InlineData("a: b\n- c\n", "yaml: line 1: did not find expected key")]
    [InlineData("- a\nb: c\n", "yaml: line 1: did not find expected '-' indicator")]
    [InlineData("a: \u0001\n", "yaml: control characters are not allowed")]
    [InlineData("a: .nan\n", "json: unsupported value: NaN")]
    [InlineData("a: .inf\n", "json: unsupported value: +Inf")]
    [InlineData("~: a\n", "unsupported map key of type: %!s(<nil>), key: <nil>, value: \"a\"")]
    [InlineData("[a]: b\n", "yaml: invalid map key: []interface {}{\"a\"}")]
    [InlineData("? {a: b}\n: b\n", "yaml: invalid map key: map[interface {}]interface {}{\"a\":\"b\"}")]
    [InlineData("a: !!binary \"%%%\"\n", "yaml: !!binary value contains invalid base64 data")]
    [InlineData("a: !!int abc\n", "yaml: cannot decode !!str `abc` as a !!int")]
    [InlineData("y:\n  <<: 3\n", "yaml: map merge requires map or sequence of maps as the value")]
    [InlineData("a: &a [*a]\n", "yaml: anchor 'a' value contains itself")]
    [InlineData("a: |\n  x\n y\n", "yaml: line 2: did not find expected key")]
    [InlineData("a: |\n    \n  x\n", "yaml: line 2: did not find expected key")]
    [InlineData("a\n b: c\n", "yaml: line 2: mapping values are not allowed in this context")]
    [InlineData("a: [b, , c]\n", "yaml: did not find expected node content")]
    [InlineData("a: ]\n", "yaml: did not find expected node content")]
    [InlineData("%YAML 2.0\n---\na: b\n", "yaml: found incompatible YAML document")]
    [InlineData("%YAML 1.1\n%YAML 1.1\n---\na: b\n", "yaml: line 1: found duplicate %YAML directive")]
    [InlineData("%YAML 1.2\n---\na: b\n", "yaml: found incompatible YAML document")]
    [InlineData("%FOO\n---\na: b\n", "yaml: found unknown directive name")]
    [InlineData("a: !e!foo b\n", "yaml: found undefined tag handle")]
    [InlineData("a: & b\n", "yaml: did not find expected alphabetic or numeric character")]
    [InlineData("? {x: 1, b: [2.5, ~], a: yes}\n: b\n", "yaml: invalid map key: map[interface {}]interface {}{\"a\":true, \"b\":[]interface {}{2.5, interface {}(nil)}, \"x\":1}")]
    [InlineData("a: {{ .Values.x }}\n", "yaml: invalid map key: map[interface {}]interface {}{\".Values.x\":interface {}(nil)}")]
    [InlineData("a: b\n{{- if x }}\nc: d\n{{- end }}\n", "yaml: line 3: could not find expected ':'")]
    [InlineData("a:\n-b\n", "yaml: line 3: could not find expected ':'")]
    [InlineData("a: - b\n", "yaml: block sequence entries are not allowed in this context")]
    [InlineData("a: *\n", "yaml: did not find expected alphabetic or numeric character")]
    [InlineData("a:\n  - b\n  c: d\n", "yaml: line 2: did not find expected '-' indicator")]
    [InlineData("a:\n  c: d\n  - b\n", "yaml: line 2: did not find expected key")]
    [InlineData("a: |x\n  b\n", "yaml: did not find expected comment or line break")]
    [InlineData("a: \"b\" c\n", "yaml: did not find expected key")]
    [InlineData("a: 'b' c: d\n", "yaml: did not find expected key")]
    public void Mistakes_are_reported_as_upstream_does(string yaml, string message) =>
        Assert.Equal(message, Assert.Throws<YamlFormatException>(() => YamlReader.Read(yaml)).Message);

    /// <summary>The results are those that kubectl 1.32 printed for the same text.</summary>
    [Theory]
    [InlineData("a: !!binary aGVsbG8=\n", "{\"a\":\"hello\"}")]
    [InlineData("a: !!float 1\nb: !!str 1\nc: !!int 1\n", "{\"a\":1,\"b\":\"1\",\"c\":1}")]
    [InlineData("a: !foo abc\nb: !foo {c: d}\n", "{\"a\":\"abc\",\"b\":{\"c\":\"d\"}}")]
    [InlineData("x: &x {a: 1, b: 2}\ny:\n  <<: *x\n  b: 3\nz:\n  b: 5\n  <<: *x\n", "{\"true\":{\"a\":1,\"b\":3},\"x\":{\"a\":1,\"b\":2},\"z\":{\"a\":1,\"b\":2}}")]
    [InlineData("x: &x {a: 1, b: 2}\nw: &w {a: 7, c: 8}\ny:\n  <<: [*x, *w]\n  b: 3\n", "{\"true\":{\"a\":1,\"b\":3,\"c\":8},\"w\":{\"a\":7,\"c\":8},\"x\":{\"a\":1,\"b\":2}}")]
    [InlineData("x: &x {a: 1}\ny:\n  \"<<\": *x\n", "{\"true\":{\"<<\":{\"a\":1}},\"x\":{\"a\":1}}")]
    [InlineData("a: {b:c, d: e}\n", "{\"a\":{\"b:c\":null,\"d\":\"e\"}}")]
    [InlineData("a: b]\n", "{\"a\":\"b]\"}")]
    [InlineData("? a\n", "{\"a\":null}")]
    [InlineData("a: #x\n  b: c\n", "{\"a\":{\"b\":\"c\"}}")]
    [InlineData("a: >\n  b\n  c\n\n  d\n", "{\"a\":\"b c\\nd\\n\"}")]
    [InlineData("a: &x 1\nb: &x 2\nc: *x\n", "{\"a\":1,\"b\":2,\"c\":2}")]
    public void Documents_mean_what_they_mean_upstream(string yaml, string json) => Assert.Equal(json, Json(yaml));

    [Theory]
    [InlineData("y", "true")]
    [InlineData("Yes", "true")]
    [InlineData("yEs", "\"yEs\"")]
    [InlineData("on", "true")]
    [InlineData("OFF", "false")]
    [InlineData("n", "false")]
    [InlineData("~", "null")]
    [InlineData("Null", "null")]
    [InlineData("nUll", "\"nUll\"")]
    [InlineData("\"yes\"", "\"yes\"")]
    [InlineData("'1'", "\"1\"")]
    [InlineData("1.0", "1")]
    [InlineData("1e3", "1000")]
    [InlineData("123456789.5", "123456789.5")]
    [InlineData("1e21", "1e+21")]
    [InlineData("1e400", "\"1e400\"")]
    [InlineData("9223372036854775807", "9223372036854775807")]
    [InlineData("18446744073709551615", "18446744073709552000")]
    [InlineData("-18446744073709551615", "-18446744073709552000")]
    [InlineData("0.00001", "0.00001")]
    [InlineData("0x1f", "31")]
    [InlineData("-0x1F", "-31")]
    [InlineData("0x", "\"0x\"")]
    [InlineData("0o17", "15")]
    [InlineData("017", "15")]
    [InlineData("08", "8")]
    [InlineData("0b11", "3")]
    [InlineData("+0b11", "3")]
    [InlineData("0b12", "\"0b12\"")]
    [InlineData("1_000", "1000")]
    [InlineData("+1", "1")]
    [InlineData(".5", "0.5")]
    [InlineData("5.", "5")]
    [InlineData(".", "\".\"")]
    [InlineData("1.2.3", "\"1.2.3\"")]
    [InlineData("12:30", "\"12:30\"")]
    [InlineData("2001-01-01", "\"2001-01-01\"")]
    [InlineData("2001-12-14t21:59:43.10-05:00", "\"2001-12-14t21:59:43.10-05:00\"")]
    [InlineData("=", "\"=\"")]
    [InlineData("<<", "\"<<\"")]
    [InlineData("!!str yes", "\"yes\"")]
    [InlineData("!!float 3", "3")]
    [InlineData("! 12", "\"12\"")]
    [InlineData("!!str", "\"\"")]
    [InlineData("&a", "null")]
    [InlineData("!local x", "\"x\"")]
    public void Scalars_resolve_by_the_rules_of_yaml_1_1(string scalar, string json) => Assert.Equal($"[{json}]", Json($"- {scalar}\n"));

    [Theory]
    [InlineData("1: a", "{\"1\":\"a\"}")]
    [InlineData("0x10: a", "{\"16\":\"a\"}")]
    [InlineData("1.50: a", "{\"1.5\":\"a\"}")]
    [InlineData("1234567.5: a", "{\"1.2345675e+06\":\"a\"}")]
    [InlineData("yes: a", "{\"true\":\"a\"}")]
    [InlineData("off: a", "{\"false\":\"a\"}")]
    [InlineData(".inf: a", "{\".inf\":\"a\"}")]
    [InlineData("2001-01-01: a", "{\"2001-01-01\":\"a\"}")]
    [InlineData("&k key: a\nb: *k", "{\"b\":\"key\",\"key\":\"a\"}")]
    public void Keys_become_text(string yaml, string json) => Assert.Equal(json, Json(yaml));

    [Fact]
    public void Trailing_content_that_upstream_drops_silently_is_refused()
    {
        Assert.Throws<YamlFormatException>(() => YamlReader.Read("  a: b\nc: d\n"));
        Assert.Throws<YamlFormatException>(() => YamlReader.Read("a: b\n---\nc: d\n"));
        Assert.Throws<YamlFormatException>(() => YamlReader.Read("a: b\n...\nc: d\n"));
        Assert.Equal("{\"a\":\"b\"}", Json("---\na: b\n---\n# nothing\n...\n"));
    }

    [Theory]
    [InlineData("a: 1\nb: 2\na: 3\n", "  line 3: key \"a\" already set in map")]
    [InlineData("x:\n- 9: 1\n  9: 2\nx: 3\n", "  line 3: key 9 already set in map\n  line 4: key \"x\" already set in map")]
    [InlineData("{a: 1, \"a\": 2, on: 1, yes: 2}", "  line 1: key \"a\" already set in map\n  line 1: key true already set in map")]
    public void Duplicate_keys_are_reported_and_the_last_one_counts(string yaml, string lines)
    {
        var duplicates = new List<string>();
        YamlReader.Read(yaml, null, duplicates);
        Assert.Equal(["yaml: unmarshal errors:\n" + lines], duplicates);
        Assert.Equal(3, YamlReader.Read("a: 1\na: 3\n")["a"]?.AsInteger());
    }

    [Fact]
    public void Overriding_a_merged_key_is_no_duplicate()
    {
        var duplicates = new List<string>();
        YamlReader.Read("x: &x {a: 1}\nz:\n  <<: *x\n  a: 2\n", null, duplicates);
        Assert.Empty(duplicates);
    }

    [Fact]
    public void Bytes_in_other_encodings_and_broken_bytes()
    {
        const string Yaml = "a: \u00e9\U0001f600\n";
        Assert.Equal("{\"a\":\"\u00e9\U0001f600\"}", YamlReader.Read([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Yaml)]).ToString());
        Assert.Equal("{\"a\":\"\u00e9\U0001f600\"}", YamlReader.Read([.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Yaml)]).ToString());
        Assert.Equal(
            "{\"a\":\"\u00e9\U0001f600\"}",
            YamlReader.Read([.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes(Yaml)]).ToString());
        Assert.Throws<YamlFormatException>(() => YamlReader.Read([0x61, 0x3a, 0x20, 0xff]));
        Assert.Equal(
            "yaml: !!binary value is not text",
            Assert.Throws<YamlFormatException>(() => YamlReader.Read("a: !!binary /w==\n")).Message);
    }

    [Fact]
    public void Line_ends_of_every_kind_are_read()
    {
        Assert.Equal("{\"a\":\"b\",\"c\":\"d\\ne\\n\"}", Json("a: b\r\nc: |\r\n  d\r\n  e\r\n"));
        Assert.Equal("{\"a\":\"b\",\"c\":\"d e\"}", Json("a: b\rc: d\r  e"));
    }

    [Fact]
    public void Alias_bombs_are_refused_quickly()
    {
        var bomb = new StringBuilder("a: &a [x,x,x,x,x,x,x,x,x]\n");
        for (var c = 'b'; c <= 'z'; c++) bomb.Append($"{c}: &{c} [").AppendJoin(',', Enumerable.Repeat($"*{(char)(c - 1)}", 9)).Append("]\n");
        Assert.Equal("yaml: document contains excessive aliasing", Refuse(bomb.ToString()));

        var wide = $"a: &a [{string.Join(',', Enumerable.Repeat("x", 1000))}]\nb: [{string.Join(',', Enumerable.Repeat("*a", 200_000))}]\n";
        Assert.Equal("yaml: document contains excessive aliasing", Refuse(wide));

        var text = $"a: &a {new string('x', 100_000)}\nb: [{string.Join(',', Enumerable.Repeat("*a", 100))}]\n";
        Assert.Equal("yaml: document contains excessive aliasing", Refuse(text));

        var merges = new StringBuilder("m0: &m0 {a: 1}\n");
        for (var i = 1; i < 60; i++) merges.Append($"m{i}: &m{i} {{<<: [*m{i - 1}, *m{i - 1}], k{i}: *m{i - 1}}}\n");
        Assert.Equal("yaml: document contains excessive aliasing", Refuse(merges.ToString()));
    }

    [Fact]
    public void Depth_and_size_are_bounded()
    {
        Assert.Equal("yaml: exceeded max depth of 1000", Refuse("a: " + new string('[', 2_000_000)));
        Assert.Equal("yaml: exceeded max depth of 1000", Refuse(string.Concat(Enumerable.Repeat("- ", 1_000_000))));
        Assert.Equal("yaml: exceeded max depth of 1000", Refuse(string.Concat(Enumerable.Repeat("[a: ", 500_000))));
        Assert.Contains("exceeded max depth of 1000", Refuse(string.Concat(Enumerable.Range(0, 1500).Select(i => new string(' ', i) + "a:\n"))), StringComparison.Ordinal);
        Assert.Equal(1000, YamlReader.Read(new string('[', 1000) + new string(']', 1000)).Depth);
        Assert.Equal(1000, YamlReader.Read(new string('[', 1000) + "1" + new string(']', 1000)).Depth);
        Assert.Equal("yaml: the stream has 5 bytes, limit is 4", Assert.Throws<YamlFormatException>(() => YamlReader.Read("a: b\n", new YamlLimits { MaxBytes = 4 })).Message);
    }

    [Fact]
    public void The_deepest_values_fit_the_smallest_stack_that_a_thread_has()
    {
        const int SmallestStack = 1536 * 1024;
        Exception? failure = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    var json = string.Concat(Enumerable.Repeat("{\"a\":[", 500)) + "1" + string.Concat(Enumerable.Repeat("]}", 500));
                    var value = ValueReader.Read(json, null, []);
                    Assert.True(value == ValueReader.Read(value.ToString()));
                    Assert.True(value == YamlReader.Read(json));
                    Assert.True(value == YamlReader.Read(YamlWriter.WriteText(value)));
                    Assert.Equal(value.GetHashCode(), value.Rewrite(child => child)!.GetHashCode());
                }
                catch (Exception unexpected)
                {
                    failure = unexpected;
                }
            },
            SmallestStack);
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    }

    [Fact]
    public void Aliases_can_not_nest_deeper_than_a_value_may()
    {
        var yaml = new StringBuilder("a0: &a0 x\n");
        for (var i = 1; i <= 1100; i++) yaml.Append($"a{i}: &a{i} [*a{i - 1}]\n");
        Assert.Contains("yaml: ", Refuse(yaml.ToString()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("? ")]
    [InlineData("a: ")]
    [InlineData("a: \n")]
    [InlineData("&a ")]
    [InlineData("!a ")]
    [InlineData("*a ")]
    [InlineData("- \n")]
    [InlineData("{a: ")]
    [InlineData("a: b\n ")]
    [InlineData("\"a\": ")]
    [InlineData("'")]
    [InlineData("|\n")]
    [InlineData("#\n")]
    [InlineData("---\n")]
    [InlineData("[],")]
    [InlineData("{},")]
    [InlineData("\r")]
    [InlineData("%TAG ! a\n")]
    [InlineData("<<: {}\n")]
    [InlineData("1")]
    [InlineData("0x1")]
    public void Long_repetitions_are_read_in_time_that_follows_their_length(string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece, 1_000_000 / piece.Length));
        var watch = Stopwatch.StartNew();
        try
        {
            YamlReader.Read(text);
        }
        catch (YamlFormatException)
        {
            // Most of these are no documents; what counts is that the answer comes.
        }

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"took {watch.Elapsed}");
    }

    [Fact]
    public void Random_and_mutated_documents_end_in_a_value_or_an_error()
    {
        const string Seed = "x: &a\n  - one\n  - {two: 2, three: [a, b], ? k : v}\ny: *a\nz: !!str 12\n? complex\n: value\n\"q k\": |2-\n    i\n  l\n'e': >+\n  keep\n\n";
        string[] pieces = [" ", "\n", "\t", ":", ": ", "- ", "? ", "[", "]", "{", "}", ",", "#", "&b ", "*a", "!", "!!int ", "|", ">", "'", "\"", "\\", "%", "---\n", "...\n", "<<: *a", "\r", "\u00e9", "\u2028", "0x"];
        var random = new Random(20260102);
        var refused = 0;
        for (var round = 0; round < 20000; round++)
        {
            var text = new StringBuilder(Seed);
            for (var i = random.Next(1, 6); i > 0; i--)
            {
                var at = random.Next(text.Length);
                if (random.Next(2) == 0) text.Insert(at, pieces[random.Next(pieces.Length)]);
                else text.Remove(at, Math.Min(random.Next(1, 5), text.Length - at));
            }

            try
            {
                var value = YamlReader.Read(text.ToString(), null, []);
                Assert.True(YamlReader.Read(YamlWriter.WriteText(value)).SemanticEquals(value), text.ToString());
            }
            catch (YamlFormatException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1000, 19999);
    }

    [Fact]
    public void Random_bytes_end_in_a_value_or_an_error()
    {
        var random = new Random(20260103);
        var bytes = new byte[64];
        for (var round = 0; round < 20000; round++)
        {
            random.NextBytes(bytes);
            if (round % 2 == 0)
            {
                for (var i = 0; i < bytes.Length; i++) bytes[i] = (byte)" \n-:?[]{},#&*!|>'\"%ab1~\\<"[bytes[i] % 25];
            }

            try
            {
                _ = YamlReader.Read(bytes).Depth;
            }
            catch (YamlFormatException)
            {
                continue;
            }
        }
    }

    [Fact]
    public void Json_is_read_like_any_yaml()
    {
        var random = new RandomValues(11);
        for (var round = 0; round < 2000; round++)
        {
            var value = random.Next();
            Assert.True(YamlReader.Read(ValueWriter.WriteText(value, JsonFormat.Compact).Replace("\u007f", "", StringComparison.Ordinal).Replace("\u0085", "", StringComparison.Ordinal)).Depth <= value.Depth);
        }
    }

    private static string Refuse(string yaml) => Assert.Throws<YamlFormatException>(() => YamlReader.Read(yaml)).Message;

    private static string Json(string yaml) => Encoding.UTF8.GetString(YamlReader.ToJson(Encoding.UTF8.GetBytes(yaml)))
        .Replace("\\u003c", "<", StringComparison.Ordinal);
}
