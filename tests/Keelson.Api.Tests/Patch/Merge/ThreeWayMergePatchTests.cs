using Keelson.Api.Patch.Merge;
using Keelson.Api.Tests.Values;
using Keelson.Api.Values;

namespace Keelson.Api.Tests.Patch.Merge;

public sealed class ThreeWayMergePatchTests
{
    [Theory]
    [InlineData("{}", "{\"a\":1}", "{}", "{\"a\":1}")]
    [InlineData("{\"a\":1,\"b\":2}", "{\"a\":1}", "{\"a\":1,\"b\":2,\"c\":3}", "{\"b\":null}")]
    [InlineData("{\"a\":1}", "{\"a\":1}", "{\"a\":5,\"c\":3}", "{\"a\":1}")]
    [InlineData("{\"a\":1}", "{}", "{\"c\":3}", "{\"a\":null}")]
    [InlineData("{\"m\":{\"x\":1,\"y\":2}}", "{\"m\":{\"x\":2}}", "{\"m\":{\"x\":1,\"y\":2,\"z\":3}}", "{\"m\":{\"y\":null,\"x\":2}}")]
    [InlineData("{\"m\":{\"x\":1}}", "{\"m\":{}}", "{\"m\":{\"x\":1}}", "{\"m\":{\"x\":null}}")]
    [InlineData("{}", "{\"m\":{}}", "{}", "{\"m\":{}}")]
    [InlineData("{\"l\":[1]}", "{\"l\":[1,2]}", "{\"l\":[1,9]}", "{\"l\":[1,2]}")]
    public void What_others_set_stays_and_what_was_applied_before_goes(string original, string modified, string current, string patch) =>
        Assert.Equal(patch, MergePatchCreator.CreateThreeWayMergePatch(Map(original), Map(modified), Map(current)).ToString());

    [Fact]
    public void A_first_apply_removes_nothing() =>
        Assert.Equal("""{"a":1}""", MergePatchCreator.CreateThreeWayMergePatch(null, Map("""{"a":1}"""), Map("""{"b":2}""")).ToString());

    [Fact]
    public void Preconditions_are_held()
    {
        var modified = Map("""{"apiVersion":"v2","kind":"A","metadata":{"name":"x"}}""");
        var current = Map("""{"apiVersion":"v1","kind":"A","metadata":{"name":"x"}}""");
        Assert.Throws<MergePatchException>(
            () => MergePatchCreator.CreateThreeWayMergePatch(null, modified, current, MergePatchPreconditions.KeyUnchanged("apiVersion")));
        MergePatchCreator.CreateThreeWayMergePatch(
            null, modified, current, MergePatchPreconditions.KeyUnchanged("kind"), MergePatchPreconditions.MetadataKeyUnchanged("name"));
        Assert.Throws<MergePatchException>(
            () => MergePatchCreator.CreateThreeWayMergePatch(
                null, Map("""{"metadata":{"name":"y"}}"""), current, MergePatchPreconditions.MetadataKeyUnchanged("name")));
    }

    [Fact]
    public void Applying_again_what_is_there_changes_nothing_and_the_result_holds_all_that_was_asked_for()
    {
        var random = new RandomValues(20260109);
        for (var round = 0; round < 3000; round++)
        {
            var original = NotNull(random.NextMap());
            var modified = NotNull(random.NextMap());
            var current = NotNull((MapValue)MergePatch.Apply(original, random.NextMap()));
            var patch = MergePatchCreator.CreateThreeWayMergePatch(original, modified, current);
            var result = (MapValue)MergePatch.Apply(current, patch);
            Assert.Empty(MergePatchCreator.CreateThreeWayMergePatch(modified, modified, result));
            foreach (var (key, value) in modified)
            {
                if (value is not MapValue) Assert.True(value.SemanticEquals(result[key]), $"{original}\n{modified}\n{current}\n{patch}");
            }

            foreach (var key in original.Keys)
            {
                Assert.True(modified.ContainsKey(key) || !result.ContainsKey(key));
            }
        }
    }

    private static MapValue NotNull(MapValue map) => (MapValue)map.Rewrite(value => value.IsNull ? null : value)!;

    private static MapValue Map(string json) => (MapValue)ValueReader.Read(json);
}
