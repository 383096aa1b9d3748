using Keelson.Api.Patch.Apply;
using Keelson.Api.Values;

namespace Keelson.Api.Tests.Patch.Apply;

public sealed class FieldSetTests
{
    [Theory]
    [InlineData("{}")]
    [InlineData("{'f:a':{}}")]
    [InlineData("{'f:metadata':{'f:labels':{'.':{},'f:app':{}}},'f:spec':{'f:replicas':{}}}")]
    [InlineData("{'f:ports':{'.':{},'k:{\\'containerPort\\':80,\\'protocol\\':\\'TCP\\'}':{'.':{},'f:containerPort':{}}}}")]
    [InlineData("{'f:a':{'v:\\'x\\'':{},'v:1.5':{},'v:true':{}}}", "{'f:a':{'v:1.5':{},'v:\\'x\\'':{},'v:true':{}}}")]
    [InlineData("{'f:finalizers':{'.':{},'v:\\'a/b\\'':{}}}")]
    [InlineData("{'i:3':{},'i:10':{},'f:b':{},'f:a':{},'k:{\\'b\\':1,\\'a\\':2}':{},'v:1':{}}", "{'f:a':{},'f:b':{},'k:{\\'a\\':2,\\'b\\':1}':{},'v:1':{},'i:3':{},'i:10':{}}")]
    [InlineData("{'f:a':{'x:unknown':{}},'y:other':{'f:b':{}}}", "{'f:a':{}}")]
    [InlineData("{'f:a':null,'f:b':{'.':17,'f:c':{}}}", "{'f:a':{},'f:b':{'.':{},'f:c':{}}}")]
    [InlineData("{'v:\\'<&>\\'':{}}", "{'v:\\'\\\\u003c\\\\u0026\\\\u003e\\'':{}}")]
    public void Sets_are_read_and_written_as_fieldsV1(string json, string? written = null)
    {
        var text = FieldsV1.Write(Fields(json)).ToString();
        Assert.Equal(Unquote(written ?? json), text);
    }

    [Theory]
    [InlineData("{'f':{}}")]
    [InlineData("{'fa':{}}")]
    [InlineData("{'f:a':[]}")]
    [InlineData("{'f:a':'b'}")]
    [InlineData("{'k:[1]':{}}")]
    [InlineData("{'k:{':{}}")]
    [InlineData("{'v:x':{}}")]
    [InlineData("{'i:x':{}}")]
    [InlineData("{'i:99999999999':{}}")]
    public void Malformed_fields_are_refused(string json) => Assert.ThrowsAny<FormatException>(() => Fields(json));

    [Fact]
    public void Keys_that_nest_deeper_than_any_real_one_are_refused()
    {
        var key = $"v:{new string('[', 200)}{new string(']', 200)}";
        Assert.ThrowsAny<FormatException>(() => FieldsV1.Read(MapValue.Of((key, MapValue.Empty))));
    }

    [Fact]
    public void The_deepest_possible_fields_are_read_and_written()
    {
        Value deep = MapValue.Empty;
        for (var i = 0; i < Value.MaxDepth - 1; i++) deep = MapValue.Of(("f:a", deep));
        Assert.Equal(deep.ToString(), FieldsV1.Write(FieldsV1.Read(deep)).ToString());
    }

    [Fact]
    public void Elements_are_ordered_as_upstream_orders_them()
    {
        PathElement[] ordered =
        [
            "a", "b", "\uffff", "\U0001f600",
            PathElement.Key(("a", 1)), PathElement.Key(("a", 1), ("b", 1)), PathElement.Key(("a", "x")), PathElement.Key(("b", 0)),
            PathElement.Member(1), PathElement.Member(1.5), PathElement.Member(2), PathElement.Member("a"), PathElement.Member("b"),
            PathElement.Member(false), PathElement.Member(true),
            PathElement.At(2), PathElement.At(10),
        ];
        for (var i = 0; i < ordered.Length; i++)
        {
            for (var j = 0; j < ordered.Length; j++) Assert.Equal(i.CompareTo(j), Math.Sign(ordered[i].CompareTo(ordered[j])));
        }
    }

    [Fact]
    public void A_number_is_the_same_element_however_it_is_written()
    {
        Assert.Equal(PathElement.Member(1), PathElement.Member(1.0));
        Assert.Equal(PathElement.Member(1).GetHashCode(), PathElement.Member(1.0).GetHashCode());
        Assert.Equal(PathElement.Key(("a", 1), ("b", 2)), PathElement.Key(("b", 2.0), ("a", 1.0)));
    }

    [Fact]
    public void Paths_print_as_messages_have_them()
    {
        var path = FieldPath.Of("spec", "containers", PathElement.Key(("name", "a\"b"), ("port", 80)), "x", PathElement.Member("v"), PathElement.At(3));
        Assert.Equal(".spec.containers[name=\"a\\\"b\",port=80].x[=\"v\"][3]", path.ToString());
    }

    [Fact]
    public void Difference_keeps_parents_and_children_and_recursive_difference_does_not()
    {
        var set = Fields("{'f:a':{'.':{},'f:b':{'.':{},'f:c':{}}}}");
        var parent = Fields("{'f:a':{'f:b':{}}}");
        Assert.Equal(Fields("{'f:a':{'.':{},'f:b':{'f:c':{}}}}"), set.Difference(parent));
        Assert.Equal(Fields("{'f:a':{}}"), set.RecursiveDifference(parent));
        Assert.Equal(parent, set.Intersection(parent));
        Assert.Equal(set, parent.Difference(set).Union(set));
        Assert.True(parent.Difference(set).IsEmpty);
        Assert.Equal(Fields("{'f:a':{'f:b':{'f:c':{}}}}"), set.Leaves());
    }

    [Fact]
    public void The_algebra_of_sets_holds()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var (a, b, c) = (RandomSet(random), RandomSet(random), RandomSet(random));
            Assert.Equal(Members(a).Union(Members(b)).ToHashSet(), Members(a.Union(b)));
            Assert.Equal(Members(a).Intersect(Members(b)).ToHashSet(), Members(a.Intersection(b)));
            Assert.Equal(Members(a).Except(Members(b)).ToHashSet(), Members(a.Difference(b)));
            Assert.Equal(a.Union(b), b.Union(a));
            Assert.Equal(a.Union(b).Union(c), a.Union(b.Union(c)));
            Assert.Equal(a.Difference(b).Union(a.Intersection(b)), a);
            Assert.Equal(a, FieldsV1.Read(FieldsV1.Write(a)));
            Assert.Equal(Members(a).Count, a.Count);
            var gone = Members(b).Select(path => path.ToString()).ToList();
            Assert.Equal(
                Members(a).Where(path => !gone.Any(prefix => IsBelow(path.ToString(), prefix))).ToHashSet(), Members(a.RecursiveDifference(b)));
        }
    }

    [Fact]
    public void Fields_that_are_garbage_are_refused_or_read_and_never_break_anything()
    {
        string[] pieces = ["f:", "k:{\"a\":1}", "k:{", "v:\"x\"", "v:", "i:1", "i:", ".", "", "f", ":", "z:q", "k:{\"a\":{\"b\":[1]}}", "\u0000", "f:\ud83d\ude00"];
        for (var seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            var fields = Garbage(random, pieces, 4);
            try
            {
                var set = FieldsV1.Read(fields);
                Assert.Equal(set, FieldsV1.Read(FieldsV1.Write(set)));
            }
            catch (FormatException)
            {
                // Refused, which is as good.
            }
        }
    }

    [Fact]
    public void Many_elements_in_the_worst_order_are_read_in_good_time()
    {
        var builder = new MapBuilder();
        for (var i = 100_000; i > 0; i--) builder.Set($"i:{i}", MapValue.Empty);
        Assert.Equal(100_000, FieldsV1.Read(builder.Build()).Count);
    }

    internal static FieldSet Fields(string json) => FieldsV1.Read(ValueReader.Read(Unquote(json)));

    // In the tests' JSON \' stands for an escaped double quote.
    private static string Unquote(string json) => json.Replace("\\'", "\\\"").Replace('\'', '"');

    private static Value Garbage(Random random, string[] pieces, int depth)
    {
        if (depth == 0 || random.Next(8) == 0) return random.Next(3) switch { 0 => Value.Null, 1 => "x", _ => ListValue.Empty };
        var builder = new MapBuilder();
        for (var i = random.Next(4); i > 0; i--)
        {
            builder.Set(pieces[random.Next(pieces.Length)] + (random.Next(2) == 0 ? "" : "a"), random.Next(3) == 0 ? MapValue.Empty : Garbage(random, pieces, depth - 1));
        }

        return builder.Build();
    }

    private static HashSet<FieldPath> Members(FieldSet set) => [.. set.Paths()];

    private static bool IsBelow(string path, string prefix) => path == prefix || path.StartsWith(prefix + ".", StringComparison.Ordinal);

    private static FieldSet RandomSet(Random random)
    {
        var paths = new List<FieldPath>();
        for (var i = random.Next(12); i > 0; i--)
        {
            var length = random.Next(1, 4);
            paths.Add(FieldPath.Of([.. Enumerable.Range(0, length).Select(_ => PathElement.Field(((char)('a' + random.Next(4))).ToString()))]));
        }

        return FieldSet.Of([.. paths]);
    }
}
