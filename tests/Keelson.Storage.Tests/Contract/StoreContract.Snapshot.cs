namespace Keelson.Storage.Tests.Contract;

public abstract partial class StoreContract
{
    [Fact]
    public async Task A_restored_snapshot_is_the_store_as_it_was_and_goes_on_above()
    {
        var lease = await Store.GrantLeaseAsync(LongLease, 0, Deadline);
        var old = await PutAsync("a", "1");
        await PutAsync("gone", "x");
        await CommitAsync(PutOf("a", "2"), DeleteOf("gone"), PutOf("leased", "l", lease.Id));
        var picture = await PictureAsync(0);
        var status = await Store.StatusAsync(Deadline);

        if (await SnapshotAndRestoreAsync() is not { } restored) return;
        await PutAsync("a", "after the snapshot");
        Assert.Equal(picture, await PictureAsync(restored, 0));
        Assert.Equal("a=1@" + old + "v1", await PictureAsync(restored, old));
        Assert.Equal((status.Revision, status.CompactedRevision), ((await restored.StatusAsync(Deadline)).Revision, (await restored.StatusAsync(Deadline)).CompactedRevision));
        Assert.Equal(["leased"], (await restored.GetLeaseAsync(lease.Id, Deadline))!.Keys.Select(key => Name(key)));

        var next = await restored.CommitAsync(new Transaction([], [PutOf("a", "3")], []), Deadline);
        Assert.Equal(status.Revision + 1, next.Revision);
        Assert.True(await restored.RevokeLeaseAsync(lease.Id, Deadline));
        Assert.Null(await restored.GetAsync(Key("leased"), 0, Deadline));
        Assert.NotNull(await GetAsync("leased"));
    }

    [Fact]
    public async Task A_restored_store_can_be_watched_from_before_the_snapshot()
    {
        var first = await PutAsync("a", "1");
        await PutAsync("a", "2");
        await DeleteAsync("a");
        if (await SnapshotAndRestoreAsync() is not { } restored) return;
        await using var watch = new Watching(restored.WatchAsync(new WatchRequest(Everything, first, WithPrevious: true), Deadline).GetAsyncEnumerator(Deadline));
        var changes = await watch.TakeAsync(3);
        Assert.Equal(["a=1", "a=2", "-a"], changes.Select(Told));
        Assert.Equal("2", Text(changes[2].Previous!.Value));
    }

    [Fact]
    public async Task A_snapshot_taken_while_writers_go_on_holds_whole_transactions()
    {
        await CommitAsync(PutOf("x", "0"), PutOf("y", "0"));
        for (var i = 0; i < 300; i++) await PutAsync($"filler{i}", new string('f', 2000));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Deadline);
        var writing = Task.Run(async () =>
        {
            for (var i = 1; !stop.IsCancellationRequested; i++) await CommitAsync(PutOf("x", $"{i}"), PutOf("y", $"{i}"));
        });
        var restored = await SnapshotAndRestoreAsync();
        await stop.CancelAsync();
        await writing;
        if (restored is null) return;
        var x = await restored.GetAsync(Key("x"), 0, Deadline);
        var y = await restored.GetAsync(Key("y"), 0, Deadline);
        Assert.Equal((Text(x!.Value), x.ModRevision), (Text(y!.Value), y.ModRevision));
        Assert.Equal(302, (await restored.RangeAsync(new RangeRequest(Everything, CountOnly: true), Deadline)).Count);
    }

    [Fact]
    public async Task A_damaged_snapshot_is_not_restored()
    {
        for (var i = 0; i < 20; i++) await PutAsync($"k{i}", $"value {i}");
        using var file = new MemoryStream();
        await Store.SnapshotAsync(file, Deadline);
        var whole = file.ToArray();
        if (await RestoreAsync(new MemoryStream(whole)) is not { } good) return;
        _owned.Add(good);

        var random = new Random(11);
        for (var round = 0; round < 40; round++)
        {
            var damaged = whole.ToArray();
            if (round % 4 == 0) damaged = damaged[..random.Next(damaged.Length)];
            else if (round % 4 == 1) damaged = [.. damaged, 0];
            else damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            await RefusedAsync(StoreError.Damaged, async () => await RestoreAsync(new MemoryStream(damaged)));
        }
    }

    private async Task<IStore?> SnapshotAndRestoreAsync()
    {
        using var file = new MemoryStream();
        await Store.SnapshotAsync(file, Deadline);
        Assert.True(file.Length > 0);
        file.Position = 0;
        var restored = await RestoreAsync(file);
        if (restored is not null) _owned.Add(restored);
        return restored;
    }

    private async Task<string> PictureAsync(IStore store, long revision) =>
        string.Join(' ', (await store.RangeAsync(new RangeRequest(Everything, revision), Deadline)).Items
            .Select(item => $"{Name(item.Key)}={Text(item.Value)}@{item.ModRevision}v{item.Version}"));
}
