using System.Text;

namespace Keelson.Api.Tests.Primitives;

public sealed class ApiMapTests
{
    [Fact]
    public void The_default_is_nil_and_behaves_as_empty()
    {
        ApiMap<string> map = default;
        Assert.True(map.IsNil);
        Assert.True(map.Count == 0);
        foreach (var (key, _) in map) Assert.Fail(key);
        Assert.False(map.ContainsKey("a"));
        Assert.False(map.TryGetValue("a", out _));
        Assert.Null(map.GetValueOrDefault("a"));
        Assert.Equal("b", map.GetValueOrDefault("a", "b"));
        Assert.Throws<KeyNotFoundException>(() => map["a"]);
        Assert.Equal("1", map.With("a", "1")["a"]);
        Assert.True(map.Without("a").IsNil);
        Assert.True(map == ApiMap<string>.Empty);
        Assert.False(ApiMap<string>.Empty.IsNil);
        ApiMap<string> fromNull = (Dictionary<string, string>?)null;
        Assert.True(fromNull.IsNil);
    }

    [Fact]
    public void The_last_of_two_entries_with_one_key_wins()
    {
        Assert.Equal([new("a", 3), new("b", 2)], ApiMap<int>.From(("a", 1), ("b", 2), ("a", 3)));
        Assert.Equal([new("a", 2)], ApiMap<int>.From(("a", 1), ("a", 2)));
        ApiMap<int> expression = [new("b", 1), new("a", 1), new("b", 2)];
        Assert.Equal(2, expression["b"]);
    }

    [Fact]
    public void Keys_are_in_the_order_of_their_bytes()
    {
        var map = ApiMap<int>.From(("\uFFFD", 1), ("\U0001F600", 2), ("z", 3), ("", 4), ("é", 5), ("za", 6));
        Assert.Equal(["", "z", "za", "é", "\uFFFD", "\U0001F600"], map.Keys);
    }

    [Fact]
    public void A_dictionary_is_copied()
    {
        var source = new Dictionary<string, int> { ["b"] = 2, ["a"] = 1 };
        ApiMap<int> map = source;
        source["a"] = 9;
        Assert.Equal([new("a", 1), new("b", 2)], map);
        Assert.Equal([1, 2], map.Values);
        Assert.Equal(2, ((IReadOnlyDictionary<string, int>)map)["b"]);
    }

    [Fact]
    public void Maps_with_the_same_entries_are_equal()
    {
        var map = ApiMap<string>.From(("a", "1"), ("b", "2"));
        Assert.True(map == ApiMap<string>.From(("b", "2"), ("a", "1")));
        Assert.Equal(map.GetHashCode(), ApiMap<string>.From(("b", "2"), ("a", "1")).GetHashCode());
        Assert.True(map != map.With("a", "2"));
        Assert.True(map != map.Without("a"));
        Assert.True(map.WithAll(ApiMap<string>.From(("b", "3"), ("c", "4"))) == ApiMap<string>.From(("a", "1"), ("b", "3"), ("c", "4")));
    }

    [Fact]
    public void A_map_agrees_with_a_sorted_dictionary() => Property.Check(
        random => Enumerable.Range(0, random.Next(40)).Select(_ => (Key: Key(random), Value: random.Next())).ToArray(),
        entries =>
        {
            var expected = new SortedDictionary<string, int>(Comparer<string>.Create(CompareBytes));
            var map = ApiMap<int>.Empty;
            var builder = new ApiMapBuilder<int>();
            foreach (var (key, value) in entries)
            {
                expected[key] = value;
                map = map.With(key, value);
                builder.Add(key, value);
            }
            Assert.Equal(expected, map);
            Assert.True(map == builder.ToMap());
            Assert.True(map == ApiMap<int>.From(entries));
            foreach (var (key, value) in entries)
            {
                Assert.Equal(expected[key], map[key]);
                expected.Remove(key);
                map = map.Without(key);
                Assert.False(map.ContainsKey(key));
                Assert.Equal(expected.Count, map.Count);
                expected[key] = value;
                map = map.With(key, value);
            }
            Assert.Equal(expected, map);
        });

    private static string Key(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(3)).Select(_ => new[] { "a", "b", "\uE000", "\uFFFD", "\U00010000", "é" }[random.Next(6)]));

    private static int CompareBytes(string left, string right) =>
        Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right));
}
