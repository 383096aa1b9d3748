namespace Keelson.Storage.Tests.Contract;

public abstract partial class StoreContract
{
    [Fact]
    public async Task A_watch_from_a_revision_gets_every_change_since_in_order()
    {
        await PutAsync("before", "x");
        var first = await PutAsync("a", "1");
        await PutAsync("a", "2");
        await using var watch = Watch(new WatchRequest(Everything, first));
        var old = await watch.TakeAsync(2);
        var deleted = await DeleteAsync("a");
        await PutAsync("b", "3");
        var now = await watch.TakeAsync(2);

        Assert.Equal(["a=1", "a=2", "-a", "b=3"], old.Concat(now).Select(Told));
        Same(new StoredItem(Key("a"), Bytes("1"), first, first, 1), old[0].Item);
        Same(new StoredItem(Key("a"), default, 0, deleted, 0), now[0].Item);
        Assert.All(old, change => Assert.Null(change.Previous));
    }

    [Fact]
    public async Task A_watch_from_now_gets_what_happens_after_it_stood()
    {
        var before = await PutAsync("a", "before");
        await using var watch = Watch(new WatchRequest(Everything));
        var first = watch.NextAsync();
        var last = 0L;
        while (!first.IsCompleted)
        {
            last = await PutAsync("a", "again");
            await Task.WhenAny(first, Task.Delay(20, Deadline));
        }

        last = await PutAsync("a", "last");
        var changes = await watch.TakeUntilAsync(last);
        Assert.All(changes, change => Assert.True(change.Item.ModRevision > before));
        Assert.Equal(Enumerable.Range(0, changes.Count).Select(i => changes[0].Item.ModRevision + i), changes.Select(change => change.Item.ModRevision));
    }

    [Fact]
    public async Task A_watch_gets_only_its_keys()
    {
        var start = await PutAsync("x", "0");
        await using var one = Watch(new WatchRequest(KeyRange.Single(Key("b")), start));
        await using var some = Watch(new WatchRequest(Between("b", "d"), start));
        foreach (var key in new[] { "a", "b", "b1", "c", "d", "b" }) await PutAsync(key, key);

        Assert.Equal(["b=b", "b=b"], (await one.TakeAsync(2)).Select(Told));
        Assert.Equal(["b=b", "b1=b1", "c=c", "b=b"], (await some.TakeAsync(4)).Select(Told));
    }

    [Fact]
    public async Task The_changes_of_one_revision_come_in_one_batch()
    {
        var start = await PutAsync("x", "0");
        await using var watch = Watch(new WatchRequest(Everything, start + 1));
        var revision = (await CommitAsync(PutOf("a", "1"), PutOf("b", "2"), DeleteOf("x"))).Revision;
        WatchBatch batch;
        do batch = await watch.NextAsync();
        while (batch.Changes.Count == 0);
        Assert.Equal(["-x", "a=1", "b=2"], batch.Changes.Select(Told).Order(StringComparer.Ordinal));
        Assert.True(batch.Revision >= revision);
        Assert.All(batch.Changes, change => Assert.Equal(revision, change.Item.ModRevision));
    }

    [Fact]
    public async Task A_watch_tells_what_was_there_before_when_asked_to()
    {
        var first = await PutAsync("a", "1");
        var second = await PutAsync("a", "2");
        await using var watch = Watch(new WatchRequest(Everything, first, WithPrevious: true));
        var changes = await watch.TakeAsync(2);
        await DeleteAsync("a");
        await PutAsync("a", "3");
        changes.AddRange(await watch.TakeAsync(2));

        Assert.Null(changes[0].Previous);
        Same(new StoredItem(Key("a"), Bytes("1"), first, first, 1), changes[1].Previous);
        Same(new StoredItem(Key("a"), Bytes("2"), first, second, 2), changes[2].Previous);
        Assert.True(changes[2].IsDeletion);
        Assert.Null(changes[3].Previous);
    }

    [Fact]
    public async Task A_watch_from_the_future_begins_there()
    {
        var now = await PutAsync("a", "1");
        await using var watch = Watch(new WatchRequest(Everything, now + 3));
        for (var i = 1; i <= 4; i++) await PutAsync("a", $"+{i}");
        Assert.Equal(["a=+3", "a=+4"], (await watch.TakeAsync(2)).Select(Told));
    }

    [Fact]
    public async Task Many_watchers_get_all_that_many_writers_write()
    {
        var start = await PutAsync("start", "");
        var watchers = Enumerable.Range(0, 8).Select(i => Watch(new WatchRequest(Everything, start + 1))).ToArray();
        var readers = watchers.Select(watch => Task.Run(() => watch.TakeAsync(400))).ToArray();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 50; i++) await PutAsync($"w{writer}", $"{i}");
        })));

        foreach (var changes in await Task.WhenAll(readers))
        {
            Assert.Equal(Enumerable.Range(1, 400).Select(i => start + i), changes.Select(change => change.Item.ModRevision));
            foreach (var writer in changes.GroupBy(change => Name(change.Item.Key)))
            {
                Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{i}"), writer.Select(change => Text(change.Item.Value)));
            }
        }

        foreach (var watch in watchers) await watch.DisposeAsync();
    }

    [Fact]
    public async Task A_watcher_that_stalls_costs_the_others_nothing_and_misses_nothing()
    {
        var start = await PutAsync("start", "");
        await using var stalled = Watch(new WatchRequest(Everything, start + 1));
        await using var quick = Watch(new WatchRequest(Everything, start + 1));
        var filler = new string('x', 20_000);
        for (var i = 0; i < 500; i++) await PutAsync($"k{i % 10}", $"{i} {filler}");

        Assert.Equal(500, (await quick.TakeAsync(500)).Count);
        var late = await stalled.TakeAsync(500);
        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"{i}"), late.Select(change => Text(change.Item.Value).Split(' ')[0]));
    }

    [Fact]
    public async Task A_quiet_watch_says_how_far_it_is()
    {
        await PutAsync("elsewhere", "1");
        var every = TimeSpan.FromMilliseconds(500);
        await using var watch = Watch(new WatchRequest(KeyRange.Single(Key("quiet")), ProgressEvery: every));
        var mark = watch.NextAsync();
        if (!mark.IsCompleted) await PassTimeAsync(every);
        var batch = await mark;
        var revision = await PutAsync("elsewhere", "2");
        while (batch.Revision < revision)
        {
            Assert.Empty(batch.Changes);
            mark = watch.NextAsync();
            await PassTimeAsync(every);
            batch = await mark;
        }

        var change = await PutAsync("quiet", "now");
        Assert.Equal(change, Assert.Single(await watch.TakeUntilAsync(change)).Item.ModRevision);
    }

    [Fact]
    public async Task A_watch_from_before_the_compacted_revision_ends_at_once()
    {
        var first = await PutAsync("a", "1");
        await PutAsync("a", "2");
        var compacted = await PutAsync("a", "3");
        await Store.CompactAsync(compacted, Deadline);

        await using var watch = Watch(new WatchRequest(Everything, first));
        var refusal = await RefusedAsync(StoreError.Compacted, () => watch.TakeAsync(1));
        Assert.Equal(compacted, refusal.CompactedRevision);
    }

    [Fact]
    public async Task A_watch_from_the_compacted_revision_misses_nothing()
    {
        await CommitAsync(PutOf("a", "1"), PutOf("b", "1"));
        var compacted = (await CommitAsync(PutOf("a", "2"), DeleteOf("b"))).Revision;
        var last = await PutAsync("a", "3");
        await Store.CompactAsync(compacted, Deadline);

        await using var watch = Watch(new WatchRequest(Everything, compacted));
        var told = (await watch.TakeUntilAsync(last)).Select(Told).Order(StringComparer.Ordinal).ToList();

        // Where they are forgotten, that takes its time.
        if (!KeepsDeletionsOfCompactedRevision) told.Remove("-b");
        Assert.Equal(KeepsDeletionsOfCompactedRevision ? ["-b", "a=2", "a=3"] : ["a=2", "a=3"], told);
    }

    [Fact]
    public async Task A_cancelled_watch_ends()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Deadline);
        var reading = Task.Run(async () =>
        {
            await foreach (var batch in Store.WatchAsync(new WatchRequest(Everything), cancel.Token)) Assert.Empty(batch.Changes);
        });
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        await PutAsync("a", "still works");
    }

    [Fact]
    public async Task A_watch_of_an_empty_key_is_refused()
    {
        await using var watch = Watch(new WatchRequest(KeyRange.Single(default)));
        await RefusedAsync(StoreError.InvalidRequest, () => watch.TakeAsync(1));
    }

    private string Told(Change change) => change.IsDeletion ? $"-{Name(change.Item.Key)}" : $"{Name(change.Item.Key)}={Text(change.Item.Value)}";

    private Watching Watch(WatchRequest request) => new(Store.WatchAsync(request, Deadline).GetAsyncEnumerator(Deadline));

    /// <summary>A watch being read; checks on the way what holds for every watch.</summary>
    private sealed class Watching(IAsyncEnumerator<WatchBatch> batches) : IAsyncDisposable
    {
        private readonly Queue<Change> _ahead = new();
        private long _revision;

        public async Task<WatchBatch> NextAsync()
        {
            Assert.True(await batches.MoveNextAsync());
            var batch = batches.Current;
            Assert.True(batch.Revision >= _revision, "a watch goes back");
            foreach (var change in batch.Changes)
            {
                Assert.InRange(change.Item.ModRevision, _revision, batch.Revision);
                _ahead.Enqueue(change);
            }

            _revision = batch.Revision;
            return batch;
        }

        public async Task<List<Change>> TakeAsync(int count)
        {
            while (_ahead.Count < count) await NextAsync();
            return [.. Enumerable.Range(0, count).Select(_ => _ahead.Dequeue())];
        }

        public async Task<List<Change>> TakeUntilAsync(long revision)
        {
            while (_revision < revision) await NextAsync();
            return await TakeAsync(_ahead.Count);
        }

        public ValueTask DisposeAsync() => batches.DisposeAsync();
    }
}
