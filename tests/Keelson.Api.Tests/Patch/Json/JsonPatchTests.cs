using System.Diagnostics;
using System.Text;
using Keelson.Api.Patch.Json;
using Keelson.Api.Tests.Values;
using Keelson.Api.Values;

namespace Keelson.Api.Tests.Patch.Json;

public sealed class JsonPatchTests
{
    /// <summary>The examples of RFC 6902, appendix A, whose outcome upstream shares.</summary>
    [Theory]
    [InlineData("{\"foo\":\"bar\"}", "[{\"op\":\"add\",\"path\":\"/baz\",\"value\":\"qux\"}]", "{\"baz\":\"qux\",\"foo\":\"bar\"}")]
    [InlineData("{\"foo\":[\"bar\",\"baz\"]}", "[{\"op\":\"add\",\"path\":\"/foo/1\",\"value\":\"qux\"}]", "{\"foo\":[\"bar\",\"qux\",\"baz\"]}")]
    [InlineData("{\"baz\":\"qux\",\"foo\":\"bar\"}", "[{\"op\":\"remove\",\"path\":\"/baz\"}]", "{\"foo\":\"bar\"}")]
    [InlineData("{\"foo\":[\"bar\",\"qux\",\"baz\"]}", "[{\"op\":\"remove\",\"path\":\"/foo/1\"}]", "{\"foo\":[\"bar\",\"baz\"]}")]
    [InlineData("{\"baz\":\"qux\",\"foo\":\"bar\"}", "[{\"op\":\"replace\",\"path\":\"/baz\",\"value\":\"boo\"}]", "{\"baz\":\"boo\",\"foo\":\"bar\"}")]
    [InlineData("{\"foo\":{\"bar\":\"baz\",\"waldo\":\"fred\"},\"qux\":{\"corge\":\"grault\"}}", "[{\"op\":\"move\",\"from\":\"/foo/waldo\",\"path\":\"/qux/thud\"}]", "{\"foo\":{\"bar\":\"baz\"},\"qux\":{\"corge\":\"grault\",\"thud\":\"fred\"}}")]
    [InlineData("{\"foo\":[\"all\",\"grass\",\"cows\",\"eat\"]}", "[{\"op\":\"move\",\"from\":\"/foo/1\",\"path\":\"/foo/3\"}]", "{\"foo\":[\"all\",\"cows\",\"eat\",\"grass\"]}")]
    [InlineData("{\"baz\":\"qux\",\"foo\":[\"a\",2,\"c\"]}", "[{\"op\":\"test\",\"path\":\"/baz\",\"value\":\"qux\"},{\"op\":\"test\",\"path\":\"/foo/1\",\"value\":2}]", "{\"baz\":\"qux\",\"foo\":[\"a\",2,\"c\"]}")]
    [InlineData("{\"foo\":\"bar\"}", "[{\"op\":\"add\",\"path\":\"/child\",\"value\":{\"grandchild\":{}}}]", "{\"foo\":\"bar\",\"child\":{\"grandchild\":{}}}")]
    [InlineData("{\"foo\":\"bar\"}", "[{\"op\":\"add\",\"path\":\"/baz\",\"value\":\"qux\",\"xyz\":123}]", "{\"foo\":\"bar\",\"baz\":\"qux\"}")]
    [InlineData("{\"/\":9,\"~1\":10}", "[{\"op\":\"test\",\"path\":\"/~01\",\"value\":10}]", "{\"/\":9,\"~1\":10}")]
    [InlineData("{\"foo\":[\"bar\"]}", "[{\"op\":\"add\",\"path\":\"/foo/-\",\"value\":[\"abc\",\"def\"]}]", "{\"foo\":[\"bar\",[\"abc\",\"def\"]]}")]
    [InlineData("[1,2]", "[{\"op\":\"add\",\"path\":\"/0\",\"value\":0},{\"op\":\"test\",\"path\":\"\",\"value\":[0,1,2]}]", "[0,1,2]")]
    [InlineData("{\"a\":1}", "[{\"op\":\"replace\",\"path\":\"\",\"value\":{\"b\":2}},{\"op\":\"add\",\"path\":\"/c\",\"value\":3}]", "{\"b\":2,\"c\":3}")]
    public void The_examples_of_the_rfc_hold(string document, string patch, string expected) =>
        Assert.Equal(ValueReader.Read(expected), Parse(patch).Apply(ValueReader.Read(document)));

    [Theory]
    [InlineData("{\"baz\":\"qux\"}", "[{\"op\":\"test\",\"path\":\"/baz\",\"value\":\"bar\"}]", JsonPatchFailure.TestFailed)]
    [InlineData("{\"foo\":\"bar\"}", "[{\"op\":\"add\",\"path\":\"/baz/bat\",\"value\":\"qux\"}]", JsonPatchFailure.DoesNotApply)]
    [InlineData("{\"/\":9,\"~1\":10}", "[{\"op\":\"test\",\"path\":\"/~01\",\"value\":\"10\"}]", JsonPatchFailure.TestFailed)]
    [InlineData("{\"a\":1}", "{\"a\":2}", JsonPatchFailure.Malformed)]
    [InlineData("{\"a\":1}", "[{\"op\":\"add\",", JsonPatchFailure.Malformed)]
    public void Failures_say_what_kind_they_are(string document, string patch, JsonPatchFailure failure) =>
        Assert.Equal(failure, Assert.Throws<JsonPatchException>(() => Parse(patch).Apply(ValueReader.Read(document))).Failure);

    [Theory]
    [InlineData("add")]
    [InlineData("replace")]
    [InlineData("test")]
    public void An_operation_without_its_value_is_refused(string operation)
    {
        var patch = Parse($$"""[{"op":"{{operation}}","path":"/a"}]""");
        var error = Assert.Throws<JsonPatchException>(() => patch.Apply(MapValue.Of(("a", 1))));
        Assert.Equal($"{operation} operation failed to decode value: operation, missing value field: missing value", error.Message);
    }

    [Fact]
    public void A_path_without_a_leading_slash_is_refused()
    {
        var error = Assert.Throws<JsonPatchException>(() => Parse("""[{"op":"add","path":"spec/a","value":7}]""").Apply(MapValue.Empty));
        Assert.Equal("add operation does not apply: doc is missing path: \"spec/a\": missing value", error.Message);
    }

    [Fact]
    public void Unknown_and_duplicate_fields_are_reported()
    {
        var errors = new List<string>();
        JsonPatch.Parse("""[{"op":"test","path":"/a","path":"/b","value":{"x":1,"x":2}},{"op":"remove","path":"/a","frm":1}]"""u8, null, errors);
        Assert.Equal(
            [
                "json patch duplicate field \"[0].path\"", "json patch duplicate field \"[0].value.x\"",
                "json patch unknown field \"[1].frm\"",
            ],
            errors);
    }

    [Fact]
    public void The_document_stays_as_it_was_when_an_operation_fails()
    {
        var document = ValueReader.Read("""{"a":{"b":[1,2]}}""");
        var patch = Parse("""[{"op":"add","path":"/a/b/0","value":0},{"op":"remove","path":"/a/b/1"},{"op":"remove","path":"/zz"}]""");
        Assert.Throws<JsonPatchException>(() => patch.Apply(document));
        Assert.Equal("""{"a":{"b":[1,2]}}""", document.ToString());
    }

    [Fact]
    public void A_patch_has_at_most_ten_thousand_operations()
    {
        const string Operation = """{"op":"test","path":"/a","value":1}""";
        var most = Parse("[" + string.Join(',', Enumerable.Repeat(Operation, 10_000)) + "]");
        Assert.Equal(10_000, most.Count);
        most.Apply(MapValue.Of(("a", 1)));
        var error = Assert.Throws<JsonPatchException>(() => Parse("[" + string.Join(',', Enumerable.Repeat(Operation, 10_001)) + "]"));
        Assert.Equal(JsonPatchFailure.TooLarge, error.Failure);
        Assert.Equal("The allowed maximum operations in a JSON patch is 10000, got 10001", error.Message);
    }

    [Fact]
    public void Copies_that_double_the_document_over_and_over_are_refused()
    {
        var patch = Parse("[" + string.Join(',', Enumerable.Range(0, 60).Select(i => $$"""{"op":"copy","from":"/a","path":"/a/k{{i}}"}""")) + "]");
        var error = Assert.Throws<JsonPatchException>(() => patch.Apply(ValueReader.Read("""{"a":{"x":"0123456789"}}""")));
        Assert.Matches("^Unable to complete the copy, the accumulated size increase of copy is [0-9]+, exceeding the limit 3145728$", error.Message);
    }

    [Fact]
    public void Moves_and_copies_can_not_build_a_tree_deeper_than_a_value_may_be()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 900)) + "1" + new string('}', 900);
        var path = string.Concat(Enumerable.Repeat("/a", 899));
        var document = ValueReader.Read($$"""{"x":{{deep}},"y":{{deep}}}""");
        foreach (var operation in (string[])["move", "copy"])
        {
            var error = Assert.Throws<JsonPatchException>(() => Parse($$"""[{"op":"{{operation}}","from":"/x","path":"/y{{path}}/b"}]""").Apply(document));
            Assert.Equal("the value is nested more than 1000 levels deep", error.Message);
        }

        var far = $$"""[{"op":"add","path":"{{string.Concat(Enumerable.Repeat("/a", 100_000))}}","value":1}]""";
        Assert.Throws<JsonPatchException>(() => Parse(far).Apply(document));
    }

    [Fact]
    public void Many_operations_on_a_large_map_do_not_copy_it_each_time()
    {
        var large = new MapBuilder();
        for (var i = 0; i < 200_000; i++) large.Set($"k{i}", i);
        var operations = string.Join(',', Enumerable.Range(0, 3_300).Select(i =>
            $$"""{"op":"remove","path":"/m/k{{i}}"},{"op":"add","path":"/m/n{{i}}","value":1},{"op":"move","from":"/m","path":"/m"}"""));
        var watch = Stopwatch.StartNew();
        var result = Parse("[" + operations + "]").Apply(MapValue.Of(("m", large.Build())));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"took {watch.Elapsed}");
        Assert.Equal(200_000, ((MapValue)result["m"]!).Count);
    }

    [Fact]
    public void Random_patches_end_in_a_value_or_an_error_and_never_change_the_document()
    {
        var random = new Random(20260106);
        var values = new RandomValues(20260107);
        string[] names = ["add", "remove", "replace", "move", "copy", "test", "frob"];
        string[] paths = ["", "/", "/a", "/a/b", "/l/0", "/l/-", "/l/-1", "/l/99", "/a/b/c", "/~0", "a", "/l/x"];
        var applied = 0;
        for (var round = 0; round < 5000; round++)
        {
            var document = MapValue.Of(("a", MapValue.Of(("b", values.Next(2)))), ("l", ListValue.Create([values.Next(2), 1])));
            var before = document.ToString();
            var operations = new ListBuilder();
            for (var i = random.Next(1, 4); i > 0; i--)
            {
                operations.Add(MapValue.Of(
                    ("op", names[random.Next(names.Length)]), ("path", paths[random.Next(paths.Length)]),
                    ("from", paths[random.Next(paths.Length)]), ("value", values.Next(2))));
            }

            try
            {
                JsonPatch.From(operations.Build()).Apply(document);
                applied++;
            }
            catch (JsonPatchException)
            {
                Assert.Equal(before, document.ToString());
            }
        }

        Assert.InRange(applied, 100, 4900);
    }

    private static JsonPatch Parse(string patch) => JsonPatch.Parse(Encoding.UTF8.GetBytes(patch));
}
