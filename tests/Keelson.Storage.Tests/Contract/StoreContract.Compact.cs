namespace Keelson.Storage.Tests.Contract;

public abstract partial class StoreContract
{
    [Fact]
    public async Task Compaction_forgets_what_was_replaced_and_keeps_what_is_there()
    {
        var first = await PutAsync("a", "1");
        await PutAsync("old", "stays");
        await PutAsync("gone", "x");
        await DeleteAsync("gone");
        var compacted = await PutAsync("a", "2");
        var last = await PutAsync("a", "3");
        await Store.CompactAsync(compacted, Deadline);

        var refusal = await RefusedAsync(StoreError.Compacted, () => GetAsync("a", first));
        Assert.Equal(compacted, refusal.CompactedRevision);
        await RefusedAsync(StoreError.Compacted, () => RangeAsync(compacted - 1));
        Assert.Equal("2", await ValueAsync("a", compacted));
        Assert.Equal("3", await ValueAsync("a"));
        Assert.Equal("stays", await ValueAsync("old"));
        Assert.Equal(["a", "old"], Names((await RangeAsync(compacted)).Items));
        Assert.Equal((last, compacted), ((await Store.StatusAsync(Deadline)).Revision, (await Store.StatusAsync(Deadline)).CompactedRevision));
    }

    [Fact]
    public async Task Compaction_goes_neither_back_nor_into_the_future()
    {
        await PutAsync("a", "1");
        var revision = await PutAsync("a", "2");
        await Store.CompactAsync(revision, Deadline);
        await RefusedAsync(StoreError.Compacted, async () => await Store.CompactAsync(revision, Deadline));
        await RefusedAsync(StoreError.Compacted, async () => await Store.CompactAsync(revision - 1, Deadline));
        await RefusedAsync(StoreError.FutureRevision, async () => await Store.CompactAsync(revision + 1000, Deadline));
    }

    [Fact]
    public async Task Compaction_takes_no_revision_and_leaves_versions_as_they_are()
    {
        var create = await PutAsync("a", "1");
        var revision = await PutAsync("a", "2");
        await Store.CompactAsync(revision, Deadline);
        Same(new StoredItem(Key("a"), Bytes("2"), create, revision, 2), await GetAsync("a"));
        Assert.Equal(revision + 1, await PutAsync("a", "3"));
        Same(new StoredItem(Key("a"), Bytes("3"), create, revision + 1, 3), await GetAsync("a"));
    }

    [Fact]
    public async Task A_deleted_key_begins_anew_after_compaction()
    {
        await PutAsync("a", "1");
        await DeleteAsync("a");
        var later = await PutAsync("b", "1");
        await Store.CompactAsync(later, Deadline);
        Assert.Null(await GetAsync("a"));
        var again = await PutAsync("a", "2");
        Same(new StoredItem(Key("a"), Bytes("2"), again, again, 1), await GetAsync("a"));
    }

    [Fact]
    public async Task Readers_and_writers_go_on_while_the_store_is_compacted()
    {
        await PutAsync("counter", "0");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Deadline);
        var writing = Task.Run(async () =>
        {
            var last = 0L;
            for (var i = 1; !stop.IsCancellationRequested; i++)
            {
                var revision = (await CommitAsync(PutOf("counter", $"{i}"), PutOf($"k{i % 50}", $"{i}"))).Revision;
                Assert.True(revision > last);
                last = revision;
            }
        });
        var reading = Task.Run(async () =>
        {
            var last = 0;
            while (!stop.IsCancellationRequested)
            {
                var items = (await RangeAsync()).Items;
                var counter = int.Parse(Text(items[0].Value), System.Globalization.CultureInfo.InvariantCulture);
                Assert.True(counter >= last);
                last = counter;
            }
        });
        for (var i = 0; i < 10; i++)
        {
            var revision = await PutAsync("mark", $"{i}");
            await PutAsync("mark", "again");
            await Store.CompactAsync(revision, Deadline);
        }

        await stop.CancelAsync();
        await writing;
        await reading;
        Assert.Equal("again", await ValueAsync("mark"));
    }

    [Fact]
    public async Task The_store_says_how_it_is()
    {
        var revision = await PutAsync("a", new string('x', 1000));
        var status = await Store.StatusAsync(Deadline);
        Assert.Equal(revision, status.Revision);
        Assert.NotEmpty(status.Engine);
        Assert.Null(status.Fault);
        Assert.InRange(status.SizeInUseBytes, 1000, status.SizeBytes);
    }
}
