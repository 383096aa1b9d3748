using System.Text;
using Keelson.Storage;
using Keelson.Storage.Memory;
using Keelson.Testing.Faults;

namespace Keelson.Testing.Tests.Faults;

public sealed class FaultyStoreTests : IAsyncDisposable
{
    private static readonly ReadOnlyMemory<byte> Key = Encoding.UTF8.GetBytes("/a");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly FaultyStore _store = new(new MemoryStore(new VirtualClock()));

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task Without_faults_it_is_the_store_it_wraps()
    {
        var revision = await PutAsync("1");
        Assert.Equal("1", await GetAsync());
        Assert.Single((await _store.RangeAsync(new RangeRequest(KeyRange.All))).Items);
        Assert.Equal(revision, (await _store.StatusAsync()).Revision);

        var lease = await _store.GrantLeaseAsync(TimeSpan.FromSeconds(5));
        Assert.NotNull(await _store.KeepLeaseAliveAsync(lease.Id));
        Assert.NotNull(await _store.GetLeaseAsync(lease.Id));
        Assert.Equal([lease.Id], await _store.ListLeasesAsync());
        Assert.True(await _store.RevokeLeaseAsync(lease.Id));

        using var snapshot = new MemoryStream();
        await _store.SnapshotAsync(snapshot);
        Assert.True(snapshot.Length > 0);
        await PutAsync("2");
        await _store.CompactAsync(revision + 1);
        Assert.Equal(revision + 1, (await _store.StatusAsync()).CompactedRevision);
    }

    [Fact]
    public async Task A_call_that_fails_changes_nothing_and_the_one_after_it_works()
    {
        await PutAsync("1");
        _store.Faults.FailNext(2, StoreCalls.Commit, StoreError.NoSpace);

        for (var i = 0; i < 2; i++)
        {
            var error = await Assert.ThrowsAsync<StoreException>(() => PutAsync("2"));
            Assert.Equal(StoreError.NoSpace, error.Error);
        }

        Assert.Equal("1", await GetAsync());
        await PutAsync("3");
        Assert.Equal("3", await GetAsync());
    }

    [Fact]
    public async Task A_fault_hits_only_the_calls_it_is_for()
    {
        _store.Faults.FailNext(1, StoreCalls.Commit);
        Assert.Null(await GetAsync());
        await Assert.ThrowsAsync<StoreException>(() => PutAsync("1"));
    }

    [Fact]
    public async Task Faults_can_be_dropped()
    {
        _store.Faults.FailNext(100);
        _store.Faults.Clear();
        await PutAsync("1");
    }

    [Fact]
    public async Task A_write_whose_answer_is_lost_is_done_nevertheless()
    {
        _store.Faults.LoseAnswerOfNext();
        var error = await Assert.ThrowsAsync<StoreException>(() => PutAsync("1"));
        Assert.Equal(StoreError.Unavailable, error.Error);
        Assert.Equal("1", await GetAsync());
        Assert.Throws<ArgumentException>(() => _store.Faults.LoseAnswerOfNext(1, StoreCalls.Get));
    }

    [Fact]
    public async Task Held_calls_wait_until_they_are_released_and_others_do_not()
    {
        var hold = _store.Faults.Hold(StoreCalls.Commit);
        var first = PutAsync("1");
        var second = PutAsync("2");
        await hold.WhenHeldAsync(2).WaitAsync(Patience);
        Assert.Equal(2, hold.HeldCount);
        Assert.Null(await GetAsync());
        Assert.False(first.IsCompleted || second.IsCompleted);

        hold.Dispose();

        await Task.WhenAll(first, second).WaitAsync(Patience);
        Assert.Equal(0, hold.HeldCount);
        await PutAsync("3");
        Assert.Equal("3", await GetAsync());
    }

    [Fact]
    public async Task A_held_call_that_is_cancelled_does_nothing()
    {
        using var hold = _store.Faults.Hold(StoreCalls.Commit);
        using var cancel = new CancellationTokenSource();
        var put = PutAsync("1", cancel.Token);
        await hold.WhenHeldAsync().WaitAsync(Patience);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => put);
        Assert.Equal(0, hold.HeldCount);
        Assert.Null(await GetAsync());
    }

    [Fact]
    public async Task Watches_that_are_broken_end_with_an_error_and_new_ones_run()
    {
        await PutAsync("1");
        await using var before = _store.WatchAsync(new WatchRequest(KeyRange.All, FromRevision: 1)).GetAsyncEnumerator();
        Assert.True(await ReadChangeAsync(before));
        var next = ReadChangeAsync(before);

        _store.Faults.BreakWatches();

        var error = await Assert.ThrowsAsync<StoreException>(() => next.WaitAsync(Patience));
        Assert.Equal(StoreError.Unavailable, error.Error);
        await using var after = _store.WatchAsync(new WatchRequest(KeyRange.All, FromRevision: 1)).GetAsyncEnumerator();
        Assert.True(await ReadChangeAsync(after));
    }

    [Fact]
    public async Task A_watch_can_fail_to_begin()
    {
        _store.Faults.FailNext(1, StoreCalls.Watch);
        await using var watch = _store.WatchAsync(new WatchRequest(KeyRange.All)).GetAsyncEnumerator();
        await Assert.ThrowsAsync<StoreException>(async () => await watch.MoveNextAsync());
    }

    private static async Task<bool> ReadChangeAsync(IAsyncEnumerator<WatchBatch> watch)
    {
        while (await watch.MoveNextAsync())
        {
            if (watch.Current.Changes.Count > 0) return true;
        }

        return false;
    }

    private async Task<long> PutAsync(string value, CancellationToken cancel = default) =>
        (await _store.CommitAsync(new Transaction([], [new Operation.Put(Key, Encoding.UTF8.GetBytes(value))], []), cancel)).Revision;

    private async Task<string?> GetAsync() =>
        await _store.GetAsync(Key) is { } item ? Encoding.UTF8.GetString(item.Value.Span) : null;
}
