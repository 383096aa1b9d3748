using Keelson.Api.Values;

namespace Keelson.Api.Tests.Values;

public sealed class ValueTests
{
    private static readonly MapValue Sample = MapValue.Of(
        ("kind", "Deployment"),
        ("spec", MapValue.Of(("replicas", 3), ("paused", false), ("ratio", 0.5))),
        ("items", ListValue.Create(["a", 1, Value.Null])));

    [Fact]
    public void A_path_leads_to_the_value_below()
    {
        Assert.Equal(3, Sample["spec", "replicas"]?.AsInteger());
        Assert.Null(Sample["spec", "replicas", "deeper"]);
        Assert.Null(Sample["status", "replicas"]);
        Assert.Same(Sample, ((Value)Sample)[[]]);
    }

    [Fact]
    public void Equality_ignores_the_order_of_keys_and_keeps_that_of_items()
    {
        Assert.Equal<Value>(MapValue.Of(("a", 1), ("b", 2)), MapValue.Of(("b", 2), ("a", 1)));
        Assert.Equal(MapValue.Of(("a", 1), ("b", 2)).GetHashCode(), MapValue.Of(("b", 2), ("a", 1)).GetHashCode());
        Assert.False(ListValue.Create(["a", "b"]).Equals(ListValue.Create(["b", "a"])));
        Assert.NotEqual<Value>(MapValue.Of(("a", 1)), MapValue.Of(("a", Value.Null)));
        Assert.NotEqual<Value>(MapValue.Of(("a", 1)), MapValue.Of(("b", 1)));
    }

    [Fact]
    public void An_integer_differs_from_the_same_number_except_semantically()
    {
        Value integer = 1;
        Value number = 1.0;
        Assert.NotEqual(integer, number);
        Assert.True(integer.SemanticEquals(number));
        Assert.True(MapValue.Of(("a", number)).SemanticEquals(MapValue.Of(("a", integer))));
        Assert.Equal(integer.GetHashCode(), number.GetHashCode());
        Assert.False(((Value)long.MaxValue).SemanticEquals(9223372036854775808.0));
        Assert.False(((Value)1).SemanticEquals(1.5));
    }

    [Fact]
    public void Maps_keep_their_order_through_changes()
    {
        var map = MapValue.Of(("a", 1), ("b", 2), ("c", 3)).With("b", 20).With("d", 4).Without("a");
        Assert.Equal("""{"b":20,"c":3,"d":4}""", map.ToString());
        Assert.Same(map, map.Without("missing"));
        Assert.Same(map, map.With("c", map["c"]!));
    }

    [Fact]
    public void Paths_are_set_and_removed()
    {
        var changed = Sample.With(["spec", "template", "metadata"], MapValue.Empty).Without(["spec", "ratio"]);
        Assert.Equal("""{"replicas":3,"paused":false,"template":{"metadata":{}}}""", changed["spec"]!.ToString());
        Assert.Same(Sample, Sample.Without(["status", "x"]));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(500)]
    public void Every_key_of_a_map_is_found_whatever_its_size(int size)
    {
        var builder = new MapBuilder();
        for (var i = 0; i < size; i++) builder.Set($"key{i}", i);
        for (var i = 0; i < size; i += 2) builder.Set($"key{i}", -i);
        Assert.True(builder.Remove("key1"));
        Assert.False(builder.Remove("key1"));
        var map = builder.Build();
        Assert.Equal(size - 1, map.Count);
        for (var i = 0; i < size; i++) Assert.Equal(i == 1 ? null : i % 2 == 0 ? -i : i, map[$"key{i}"]?.AsInteger());
        Assert.False(map.ContainsKey("nothing"));
        var read = (MapValue)ValueReader.Read(map.ToString());
        foreach (var (key, value) in map) Assert.Equal(value, read[key]);
        Assert.Equal<Value>(map, read);
    }

    [Fact]
    public void Lists_change_by_copy()
    {
        var list = ListValue.Create(["a", "b"]);
        Assert.Equal("""["a","x","b","c"]""", list.Insert(1, "x").Append("c").ToString());
        Assert.Equal("""["b"]""", list.Without(0).ToString());
        Assert.Equal("""["a","z"]""", list.With(1, "z").ToString());
        Assert.Equal("""["a","b"]""", list.ToString());
        Assert.Throws<ArgumentOutOfRangeException>(() => list.Without(2));
    }

    [Fact]
    public void A_rewrite_shares_what_did_not_change()
    {
        var rewritten = (MapValue)Sample.Rewrite(value => value.IsNull ? null : value.AsText() == "a" ? "A" : value)!;
        Assert.Equal("""["A",1]""", rewritten["items"]!.ToString());
        Assert.Same(Sample["spec"], rewritten["spec"]);
        Assert.Same(Sample, Sample.Rewrite(value => value));
        Assert.Null(Sample.Rewrite(_ => null));
    }

    [Fact]
    public void A_tree_deeper_than_the_limit_can_not_be_built()
    {
        Value deep = "x";
        for (var i = 0; i < Value.MaxDepth; i++) deep = i % 2 == 0 ? ListValue.Create([deep]) : MapValue.Of(("a", deep));
        Assert.Equal(Value.MaxDepth, deep.Depth);
        Assert.Throws<ValueDepthException>(() => ListValue.Create([deep]));
        Assert.Throws<ValueDepthException>(() => MapValue.Of(("a", deep)));
        Assert.Equal(deep, ValueReader.Read(deep.ToString()));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Numbers_that_JSON_can_not_hold_are_refused(double number) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new NumberValue(number));
}
