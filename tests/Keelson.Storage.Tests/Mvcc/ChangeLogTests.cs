using Keelson.Storage.Mvcc;

namespace Keelson.Storage.Tests.Mvcc;

public sealed class ChangeLogTests
{
    [Fact]
    public void Entries_are_found_by_revision_and_dropped_from_the_front()
    {
        var log = ChangeLog.Empty;
        for (var revision = 10; revision < 1_010; revision++) log = log.Add(Entry(revision));
        Assert.Equal((1_000, 10L), (log.Count, log.Oldest));

        var some = log.DropBefore(400);
        Assert.Equal((610, 400L), (some.Count, some.Oldest));
        Assert.Equal(Enumerable.Range(400, 610).Select(i => (long)i), Enumerable.Range(0, some.Count).Select(i => some[i].Revision));
        Assert.Equal(100, some.FindFirst(500));
        Assert.Equal(610, some.FindFirst(5_000));
        Assert.Equal(500, some.Find(VersionId.FirstOf(500))!.Change.Item.ModRevision);
        Assert.Null(some.Find(VersionId.FirstOf(399)));
        Assert.Equal(Enumerable.Range(0, 610).Sum(i => some[i].Bytes), some.Bytes);
        Assert.Equal(0, log.DropBefore(5_000).Count);
    }

    [Fact]
    public void A_bound_holds_by_count_and_by_bytes()
    {
        var log = ChangeLog.Empty;
        for (var revision = 1; revision <= 300; revision++) log = log.Add(Entry(revision));
        Assert.Equal((50, 251L), (log.Bound(50, long.MaxValue).Count, log.Bound(50, long.MaxValue).Oldest));
        var few = log.Bound(300, log.Bytes / 3);
        Assert.True(few.Bytes <= log.Bytes / 3);
        Assert.Equal(100, few.Count);
        Assert.Same(log, log.Bound(300, log.Bytes));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(200)]
    public void Two_logs_that_grew_out_of_one_do_not_see_each_other(int common)
    {
        var log = ChangeLog.Empty;
        for (var revision = 1; revision <= common; revision++) log = log.Add(Entry(revision));
        ChangeLog one = log, other = log;
        for (var i = 1; i <= 300; i++)
        {
            one = one.Add(Entry(1_000 + i));
            other = other.Add(Entry(2_000 + i));
        }

        Assert.Equal(common, log.Count);
        Assert.All(Enumerable.Range(0, 300), i => Assert.Equal((1_001L + i, 2_001L + i), (one[common + i].Revision, other[common + i].Revision)));
        Assert.All(Enumerable.Range(0, common), i => Assert.Equal((1L + i, 1L + i), (one[i].Revision, other[i].Revision)));
    }

    private static RevisionRecord Entry(long revision)
    {
        byte[] key = [1];
        var item = new StoredItem(key, new byte[10], revision, revision, 1);
        return new RevisionRecord(revision, [new ChangeRecord(key, new Change(false, item, null), null)]);
    }
}
