using System.Buffers.Binary;
using Keelson.Storage.Mvcc;

namespace Keelson.Storage.Tests.Mvcc;

public sealed class KeyTreeTests
{
    [Theory]
    [InlineData(1, 50)]
    [InlineData(2, 2_000)]
    [InlineData(3, 20_000)]
    public void A_tree_does_what_a_sorted_dictionary_does(int seed, int span)
    {
        var random = new Random(seed);
        var tree = KeyTree.Empty;
        var model = new SortedDictionary<int, KeyEntry>();
        for (var step = 1; step <= 6_000; step++)
        {
            var key = random.Next(span);
            if (random.Next(3) == 0)
            {
                tree = tree.Remove(Key(key));
                model.Remove(key);
            }
            else
            {
                var entry = Entry(key, step, isDeletion: random.Next(4) == 0, model.GetValueOrDefault(key));
                tree = tree.Set(entry);
                model[key] = entry;
            }

            if (step % 500 != 0) continue;
            Assert.Equal(model.Values, Entries(tree.Root));
            Assert.Equal(model.Values.Count(entry => entry.IsLive), tree.Live);
            Assert.Equal(model.Values.Sum(entry => entry.Versions), tree.Versions);
            foreach (var (number, entry) in model) Assert.Same(entry, tree.Find(Key(number)));
            CompareRanges(tree, model, random, span, step);
        }

        foreach (var key in model.Keys.ToArray()) tree = tree.Remove(Key(key));
        Assert.Null(tree.Root);
    }

    [Fact]
    public void An_old_tree_stays_as_it_was()
    {
        var trees = new List<KeyTree> { KeyTree.Empty };
        for (var i = 0; i < 300; i++) trees.Add(trees[^1].Set(Entry(i * 7 % 307, i + 1, false, null)));
        for (var i = 0; i < trees.Count; i++) Assert.Equal(i, Entries(trees[i].Root).Count());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(28)]
    [InlineData(29)]
    [InlineData(10_000)]
    public void A_tree_built_at_once_is_whole(int count)
    {
        var entries = Enumerable.Range(0, count).Select(i => Entry(i, i + 1, false, null)).ToList();
        var tree = KeyTree.Build(entries);
        Assert.Equal(entries, Entries(tree.Root));
        Assert.Equal(count, tree.Live);
        tree = tree.Set(Entry(count, count + 1, false, null));
        Assert.Equal(count + 1, Entries(tree.Root).Count());
    }

    [Fact]
    public void What_can_be_trimmed_is_found_in_portions_and_nothing_else_is()
    {
        var tree = KeyTree.Empty;
        for (var i = 0; i < 1_000; i++) tree = tree.Set(Entry(i, i + 1, false, null));
        for (var i = 0; i < 1_000; i += 10) tree = tree.Set(Entry(i, 2_000 + i, i % 20 == 0, tree.Find(Key(i))));

        var found = new List<KeyEntry>();
        byte[]? cursor = null;
        var portions = 0;
        do
        {
            cursor = tree.FindTrimmable(cursor, 2_400, 7, found);
            portions++;
        }
        while (cursor is not null);

        Assert.Equal(Enumerable.Range(0, 41).Select(i => i * 10), found.Select(entry => BinaryPrimitives.ReadInt32BigEndian(entry.Key)));
        Assert.Equal(15, portions);
    }

    [Fact]
    public void A_long_history_is_searched_and_trimmed_right()
    {
        KeyEntry? entry = null;
        for (var revision = 1; revision <= 5_000; revision++) entry = Entry(1, revision * 2, revision % 100 == 0, entry);
        for (var revision = 0; revision <= 10_001; revision++)
        {
            var isThere = entry!.TryAt(revision, out var version);
            Assert.Equal(revision >= 2 && revision / 2 % 100 != 0 || revision > 10_000 && 5_000 % 100 != 0, isThere);
            if (isThere) Assert.Equal(revision / 2 * 2, version.Revision);
        }

        var garbage = new List<long>();
        var trimmed = entry!.Trim(5_001, garbage)!;
        Assert.Equal(5_000, trimmed.Versions + garbage.Count);
        Assert.All(garbage, id => Assert.True(new VersionId(id).Revision < 5_001));
        for (var revision = 5_001; revision <= 10_001; revision++)
        {
            var isThere = entry.TryAt(revision, out var before);
            Assert.Equal(isThere, trimmed.TryAt(revision, out var after));
            if (isThere) Assert.Equal(before.Id, after.Id);
        }
    }

    private static void CompareRanges(KeyTree tree, SortedDictionary<int, KeyEntry> model, Random random, int span, int now)
    {
        for (var i = 0; i < 20; i++)
        {
            int start = random.Next(span), end = random.Next(span);
            var revision = random.Next(2) == 0 ? long.MaxValue : random.Next(now);
            var limit = random.Next(3) == 0 ? 0 : random.Next(1, 50);
            var range = new KeyRange(Key(start), random.Next(4) == 0 ? null : Key(end));
            var expected = model.Values.Where(entry => range.Contains(entry.Key) && entry.TryAt(revision, out _)).ToList();
            var scan = RangeScan.Run(tree, range, revision, limit);
            Assert.Equal(expected.Count, scan.Count);
            Assert.Equal(limit == 0 ? expected : expected.Take(limit), scan.Hits.Select(hit => hit.Entry));
            Assert.Equal(expected.Count, RangeScan.Run(tree, range, revision, -1).Count);
        }
    }

    private static byte[] Key(int number)
    {
        var key = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(key, number);
        return key;
    }

    private static KeyEntry Entry(int key, long revision, bool isDeletion, KeyEntry? before)
    {
        var version = new KeyVersion(VersionId.FirstOf(revision), isDeletion ? 0 : revision, 1, 0, null);
        return before?.With(version) ?? new KeyEntry(Key(key), version, null);
    }

    private static IEnumerable<KeyEntry> Entries(KeyNode? node) => node switch
    {
        KeyLeaf leaf => leaf.Entries,
        KeyBranch branch => branch.Children.SelectMany(Entries),
        _ => [],
    };
}
