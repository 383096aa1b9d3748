using System.Text;
using Keelson.Api.Selectors;
using Keelson.Server.Cache;
using Keelson.Server.Storing;

namespace Keelson.Server.Tests.Cache;

public sealed class ObjectIndexTests
{
    private static readonly ResourceCache Cache = new("/registry/core/configmaps/"u8.ToArray(), null, 0);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void It_is_a_sorted_map_whose_older_versions_stay(int seed)
    {
        var random = new Random(seed);
        var expected = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var index = ObjectIndex.Empty;
        var kept = new List<(ObjectIndex Index, KeyValuePair<string, long>[] Expected)>();
        for (var step = 1L; step <= 2000; step++)
        {
            var key = $"{(char)('a' + random.Next(3))}/{random.Next(150)}";
            if (random.Next(3) == 0)
            {
                index = index.Without(Encoding.UTF8.GetBytes(key));
                expected.Remove(key);
            }
            else
            {
                index = index.With(Make(key, step));
                expected[key] = step;
            }

            Assert.Equal(expected.Count, index.Count);
            if (step % 250 == 0) kept.Add((index, [.. expected]));
        }

        foreach (var (version, items) in kept)
        {
            Assert.Equal(items, version.All.Select(item => KeyValuePair.Create(item.Name.Path, item.Revision)));
            foreach (var (key, revision) in items) Assert.Equal(revision, version.Find(Encoding.UTF8.GetBytes(key))!.Revision);
            Assert.Null(version.Find("d/1"u8));
            var inB = items.Where(item => item.Key.StartsWith("b/", StringComparison.Ordinal)).Select(item => item.Key).ToList();
            Assert.Equal(inB, version.Range("b/"u8.ToArray(), "b0"u8.ToArray()).Select(item => item.Name.Path));
            Assert.Equal(inB.Count, version.Rank("b0"u8) - version.Rank("b/"u8));
        }
    }

    [Fact]
    public void It_stays_shallow_when_keys_come_in_order()
    {
        var index = ObjectIndex.Empty;
        for (var i = 0; i < 20_000; i++) index = index.With(Make($"n/{i:D6}", i + 1));
        Assert.Equal(20_000, index.Count);
        Assert.Equal(12_345, index.Rank("n/012345"u8));
        Assert.Equal("n/019999", index.Range("n/019999"u8.ToArray(), null).Single().Name.Path);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_divided_index_has_in_each_part_what_has_its_value(int seed)
    {
        var random = new Random(seed);
        var expected = new SortedDictionary<string, (long Revision, string Node)>(StringComparer.Ordinal);
        var index = ObjectIndex.DividedBy("spec.nodeName");
        var kept = new List<(ObjectIndex Index, KeyValuePair<string, (long Revision, string Node)>[] Expected)>();
        for (var step = 1L; step <= 2000; step++)
        {
            var key = $"{(char)('a' + random.Next(3))}/{random.Next(80)}";
            if (random.Next(3) == 0)
            {
                index = index.Without(Encoding.UTF8.GetBytes(key));
                expected.Remove(key);
            }
            else
            {
                var node = random.Next(4) == 0 ? "" : $"node-{random.Next(6)}";
                index = index.With(MakePod(key, step, node));
                expected[key] = (step, node);
            }

            if (step % 250 == 0) kept.Add((index, [.. expected]));
        }

        foreach (var (version, items) in kept)
        {
            for (var node = -1; node < 7; node++)
            {
                var name = node < 0 ? "" : $"node-{node}";
                var part = version.PartOf(FieldQuery.Parse("spec.nodeName=" + name));
                Assert.Equal(items.Where(item => item.Value.Node == name).Select(item => (item.Key, item.Value.Revision)), part.All.Select(item => (item.Name.Path, item.Revision)));
            }

            Assert.Equal(items.Length, version.PartOf(FieldQuery.Parse("spec.nodeName!=node-1")).Count);
        }
    }

    private static CachedObject MakePod(string key, long revision, string node) => CachedObject.FromStore(
        Encoding.UTF8.GetBytes(key), StoredForm.Encode(Encoding.UTF8.GetBytes("{\"metadata\":{},\"spec\":{" + (node.Length == 0 ? "" : $"\"nodeName\":\"{node}\"") + "}}")), revision, Cache);

    private static CachedObject Make(string key, long revision) => CachedObject.FromStore(
        Encoding.UTF8.GetBytes(key), StoredForm.Encode("""{"metadata":{"name":"a"}}"""u8), revision, Cache);
}
