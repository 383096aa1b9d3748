namespace Keelson.Storage.Tests.Contract;

public abstract partial class StoreContract
{
    [Fact]
    public async Task A_key_that_was_never_written_is_not_there() => Assert.Null(await GetAsync("nothing"));

    [Fact]
    public async Task A_written_key_comes_back_with_its_history_in_numbers()
    {
        var first = await PutAsync("a", "one");
        var second = await PutAsync("a", "two");

        Same(new StoredItem(Key("a"), Bytes("two"), first, second, 2), await GetAsync("a"));
        Same(new StoredItem(Key("a"), Bytes("one"), first, first, 1), await GetAsync("a", first));
    }

    [Fact]
    public async Task A_key_that_is_deleted_and_written_again_begins_anew()
    {
        var first = await PutAsync("a", "one");
        var deleted = await DeleteAsync("a");
        var again = await PutAsync("a", "two");

        Assert.NotNull(await GetAsync("a", first));
        Assert.Null(await GetAsync("a", deleted));
        Same(new StoredItem(Key("a"), Bytes("two"), again, again, 1), await GetAsync("a"));
    }

    [Fact]
    public async Task A_read_before_a_key_existed_finds_nothing()
    {
        var before = await PutAsync("other", "x");
        await PutAsync("a", "one");
        Assert.Null(await GetAsync("a", before));
    }

    [Fact]
    public async Task Empty_values_and_arbitrary_bytes_are_kept()
    {
        byte[] key = [.. Key("bytes"), 0, 255, 1];
        byte[] value = [0, 255, 13, 10, 0];
        await Store.CommitAsync(new Transaction([], [new Operation.Put(key, value), PutOf("empty", "")], []), Deadline);

        Assert.Equal(value, (await Store.GetAsync(key, 0, Deadline))!.Value.ToArray());
        Assert.Empty((await GetAsync("empty"))!.Value.ToArray());
    }

    [Fact]
    public async Task A_large_value_comes_back_whole()
    {
        var value = new byte[1_400_000];
        new Random(7).NextBytes(value);
        await Store.CommitAsync(new Transaction([], [new Operation.Put(Key("large"), value)], []), Deadline);
        Assert.Equal(value, (await Store.GetAsync(Key("large"), 0, Deadline))!.Value.ToArray());
    }

    [Fact]
    public async Task A_read_from_the_future_is_refused()
    {
        var revision = await PutAsync("a", "one");
        await RefusedAsync(StoreError.FutureRevision, () => GetAsync("a", revision + 1000));
        await RefusedAsync(StoreError.FutureRevision, () => RangeAsync(revision + 1000));
    }

    [Fact]
    public async Task An_empty_key_is_refused()
    {
        await RefusedAsync(StoreError.InvalidRequest, async () => await Store.GetAsync(default, 0, Deadline));
        await RefusedAsync(StoreError.InvalidRequest, () => CommitAsync(new Operation.Put(default, Bytes("x"))));
    }

    [Fact]
    public async Task A_range_is_in_the_order_of_bytes_and_stops_before_its_end()
    {
        foreach (var name in new[] { "c", "a", "b/2", "b", "b/1", "d" }) await PutAsync(name, name);

        Assert.Equal(["a", "b", "b/1", "b/2", "c", "d"], Names((await RangeAsync()).Items));
        Assert.Equal(["b", "b/1", "b/2"], Names((await Store.RangeAsync(new RangeRequest(Between("b", "c")), Deadline)).Items));
        Assert.Equal(["b/1", "b/2"], Names((await Store.RangeAsync(new RangeRequest(KeyRange.Prefix(Key("b/"))), Deadline)).Items));
        Assert.Equal(["b"], Names((await Store.RangeAsync(new RangeRequest(KeyRange.Single(Key("b"))), Deadline)).Items));
        Assert.Empty((await Store.RangeAsync(new RangeRequest(Between("c", "b")), Deadline)).Items);
    }

    [Fact]
    public async Task A_range_without_end_goes_to_the_last_key()
    {
        await CommitAsync(PutOf("a", "1"), PutOf("b", "2"));
        var result = await Store.RangeAsync(new RangeRequest(new KeyRange(Key("b"), null)), Deadline);
        Assert.Equal("b", Name(result.Items[0].Key));
    }

    [Fact]
    public async Task A_limited_range_says_how_many_there_are_and_goes_on_at_the_same_revision()
    {
        for (var i = 0; i < 25; i++) await PutAsync($"k{i:00}", $"{i}");
        var first = await RangeAsync(limit: 10);
        Assert.Equal((10, 25L, true), (first.Items.Count, first.Count, first.More));

        await DeleteAsync("k15");
        await PutAsync("k16", "changed");
        await PutAsync("k999", "late");

        var seen = first.Items.ToList();
        var page = first;
        while (page.More)
        {
            byte[] start = [.. seen[^1].Key.Span, 0];
            page = await Store.RangeAsync(new RangeRequest(new KeyRange(start, Everything.End), first.Revision, 10), Deadline);
            Assert.Equal(25 - seen.Count, page.Count);
            seen.AddRange(page.Items);
        }

        Assert.Equal(Enumerable.Range(0, 25).Select(i => $"k{i:00}"), Names(seen));
        Assert.Equal("16", Text(seen[16].Value));
        Assert.Equal(25, (await RangeAsync(first.Revision)).Count);
        Assert.Equal(25, (await RangeAsync()).Count);
    }

    [Fact]
    public async Task A_limit_that_just_suffices_leaves_nothing_more()
    {
        await CommitAsync(PutOf("a", "1"), PutOf("b", "2"));
        var result = await RangeAsync(limit: 2);
        Assert.Equal((2, 2L, false), (result.Items.Count, result.Count, result.More));
    }

    [Fact]
    public async Task Keys_and_counts_can_be_read_without_values()
    {
        var revision = await PutAsync("a", "one");
        await PutAsync("b", "two");

        var keys = await RangeAsync(keysOnly: true);
        Assert.Equal(["a", "b"], Names(keys.Items));
        Assert.All(keys.Items, item => Assert.True(item.Value.IsEmpty));
        Assert.Equal((revision, revision, 1L), (keys.Items[0].CreateRevision, keys.Items[0].ModRevision, keys.Items[0].Version));

        var count = await RangeAsync(countOnly: true);
        Assert.Equal((0, 2L), (count.Items.Count, count.Count));
        Assert.Equal(1, (await RangeAsync(revision, countOnly: true)).Count);
    }

    [Fact]
    public async Task Every_old_revision_stays_readable_as_it_was()
    {
        var pictures = new List<(long Revision, string Picture)>();
        for (var i = 0; i < 60; i++)
        {
            var revision = i % 7 == 6 && await GetAsync($"k{i % 5}") is not null ? await DeleteAsync($"k{i % 5}") : await PutAsync($"k{i % 5}", $"{i}");
            pictures.Add((revision, await PictureAsync(0)));
        }

        foreach (var (revision, picture) in pictures) Assert.Equal(picture, await PictureAsync(revision));
    }

    [Fact]
    public async Task A_range_tells_the_newest_revision_also_when_it_reads_an_old_one()
    {
        var old = await PutAsync("a", "1");
        var now = await PutAsync("a", "2");
        Assert.Equal(now, (await RangeAsync(old)).Revision);
        Assert.Equal(now, (await Store.StatusAsync(Deadline)).Revision);
    }

    private async Task<string> PictureAsync(long revision) =>
        string.Join(' ', (await RangeAsync(revision)).Items.Select(item => $"{Name(item.Key)}={Text(item.Value)}@{item.ModRevision}v{item.Version}"));
}
