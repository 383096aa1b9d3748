using System.Diagnostics;
using System.Text;
using Keelson.Api.Patch.Merge;
using Keelson.Api.Tests.Values;
using Keelson.Api.Values;

namespace Keelson.Api.Tests.Patch.Merge;

public sealed class MergePatchTests
{
    /// <summary>The test cases of RFC 7386, appendix A.</summary>
    [Theory]
    [InlineData("{\"a\":\"b\"}", "{\"a\":\"c\"}", "{\"a\":\"c\"}")]
    [InlineData("{\"a\":\"b\"}", "{\"b\":\"c\"}", "{\"a\":\"b\",\"b\":\"c\"}")]
    [InlineData("{\"a\":\"b\"}", "{\"a\":null}", "{}")]
    [InlineData("{\"a\":\"b\",\"b\":\"c\"}", "{\"a\":null}", "{\"b\":\"c\"}")]
    [InlineData("{\"a\":[\"b\"]}", "{\"a\":\"c\"}", "{\"a\":\"c\"}")]
    [InlineData("{\"a\":\"c\"}", "{\"a\":[\"b\"]}", "{\"a\":[\"b\"]}")]
    [InlineData("{\"a\":{\"b\":\"c\"}}", "{\"a\":{\"b\":\"d\",\"c\":null}}", "{\"a\":{\"b\":\"d\"}}")]
    [InlineData("{\"a\":[{\"b\":\"c\"}]}", "{\"a\":[1]}", "{\"a\":[1]}")]
    [InlineData("[\"a\",\"b\"]", "[\"c\",\"d\"]", "[\"c\",\"d\"]")]
    [InlineData("{\"a\":\"b\"}", "[\"c\"]", "[\"c\"]")]
    [InlineData("{\"a\":\"foo\"}", "null", "null")]
    [InlineData("{\"a\":\"foo\"}", "\"bar\"", "\"bar\"")]
    [InlineData("{\"e\":null}", "{\"a\":1}", "{\"e\":null,\"a\":1}")]
    [InlineData("[1,2]", "{\"a\":\"b\",\"c\":null}", "{\"a\":\"b\"}")]
    [InlineData("{}", "{\"a\":{\"bb\":{\"ccc\":null}}}", "{\"a\":{\"bb\":{}}}")]
    public void The_test_cases_of_the_rfc_hold(string target, string patch, string expected) =>
        Assert.Equal(expected, MergePatch.Apply(ValueReader.Read(target), ValueReader.Read(patch)).ToString());

    /// <summary>What kubectl 1.32 did with these patches.</summary>
    [Theory]
    [InlineData("{\"zz\":[1,null,{\"a\":null,\"b\":1}]}", "{\"a\":1,\"l\":[1,2,3],\"zz\":[1,null,{\"b\":1}]}")]
    [InlineData("{\"l\":[1,null,{\"a\":null,\"b\":[null]}]}", "{\"a\":1,\"l\":[1,null,{\"b\":[null]}]}")]
    [InlineData("{\"a\":{\"b\":null,\"c\":{\"d\":null}}}", "{\"a\":{\"c\":{}},\"l\":[1,2,3]}")]
    [InlineData("{\"l\":{\"a\":null}}", "{\"a\":1,\"l\":{}}")]
    [InlineData("{\"zz\":null}", "{\"a\":1,\"l\":[1,2,3]}")]
    public void Nulls_in_new_values_are_dropped_as_upstream_does(string patch, string expected) =>
        Assert.Equal(ValueReader.Read(expected), MergePatch.Apply(ValueReader.Read("""{"a":1,"l":[1,2,3]}"""), ValueReader.Read(patch)));

    [Theory]
    [InlineData("null")]
    [InlineData("5")]
    [InlineData("[]")]
    [InlineData("{")]
    public void What_is_no_object_is_no_patch(string patch) =>
        Assert.Equal("Invalid JSON Patch", Assert.Throws<MergePatchException>(() => MergePatch.Parse(Encoding.UTF8.GetBytes(patch))).Message);

    [Fact]
    public void Duplicate_fields_of_a_patch_are_reported()
    {
        var duplicates = new List<string>();
        Assert.Equal("""{"a":{"b":2}}""", MergePatch.Parse("""{"a":{"b":1,"b":2}}"""u8, duplicates).ToString());
        Assert.Equal(["duplicate field \"a.b\""], duplicates);
    }

    [Fact]
    public void Removing_most_of_a_large_map_takes_time_that_follows_its_size()
    {
        var target = new MapBuilder();
        var patch = new MapBuilder();
        for (var i = 0; i < 200_000; i++)
        {
            target.Set($"k{i}", i);
            if (i % 10 != 0) patch.Set($"k{i}", Value.Null);
        }

        var watch = Stopwatch.StartNew();
        Assert.Equal(20_000, ((MapValue)MergePatch.Apply(target.Build(), patch.Build())).Count);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"took {watch.Elapsed}");
    }

    [Theory]
    [InlineData("{\"a\":1,\"b\":{\"c\":1,\"d\":2}}", "{\"a\":1,\"b\":{\"c\":1,\"d\":3},\"e\":[1]}", "{\"b\":{\"d\":3},\"e\":[1]}")]
    [InlineData("{\"a\":1,\"b\":{\"c\":1}}", "{\"b\":{}}", "{\"b\":{\"c\":null},\"a\":null}")]
    [InlineData("{\"a\":[1,[2]]}", "{\"a\":[1,[2]]}", "{}")]
    [InlineData("{\"a\":1}", "{\"a\":1.0}", "{}")]
    [InlineData("{\"a\":{\"b\":1}}", "{\"a\":[]}", "{\"a\":[]}")]
    public void A_patch_holds_what_differs(string original, string modified, string patch) =>
        Assert.Equal(patch, MergePatchCreator.CreateMergePatch((MapValue)ValueReader.Read(original), (MapValue)ValueReader.Read(modified)).ToString());

    [Fact]
    public void Applying_the_patch_between_two_objects_to_the_one_gives_the_other()
    {
        var random = new RandomValues(20260108);
        for (var round = 0; round < 5000; round++)
        {
            var original = random.NextMap();
            var modified = WithoutNulls(random.NextMap());
            if (round % 2 == 0)
            {
                // Two objects that share most of what they hold.
                modified = (MapValue)MergePatch.Apply(WithoutNulls(original), modified);
            }

            var patch = MergePatchCreator.CreateMergePatch(original, modified);
            var result = MergePatch.Apply(original, patch);
            Assert.True(result.SemanticEquals(modified), $"{original}\n{modified}\n{patch}\n{result}");
            Assert.Empty(MergePatchCreator.CreateMergePatch(modified, (MapValue)result));
        }
    }

    private static MapValue WithoutNulls(MapValue map) => (MapValue)map.Rewrite(value => value.IsNull ? null : value)!;
}
