using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using Keelson.Storage.Memory;
using Keelson.Storage.Sqlite;

namespace Keelson.Storage.Tests.Sqlite;

public sealed class SqliteStoreTests : IDisposable
{
    private readonly TurnedClock _clock = new();
    private readonly TemporaryDirectory _directory = new();
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(60));

    public void Dispose()
    {
        _directory.Dispose();
        _deadline.Dispose();
    }

    [Fact]
    public async Task Everything_survives_a_restart()
    {
        var data = _directory.New();
        long first, last, compacted;
        LeaseState lease;
        await using (var store = await SqliteStore.OpenAsync(data, _clock))
        {
            await PutAsync(store, "a", "0");
            first = await PutAsync(store, "a", "1");
            compacted = await PutAsync(store, "b", "1");
            await store.CompactAsync(compacted);
            lease = await store.GrantLeaseAsync(TimeSpan.FromSeconds(10));
            await PutAsync(store, "leased", "l", lease.Id);
            last = (await store.CommitAsync(new Transaction([], [new Operation.Delete(KeyRange.Single(Bytes("b")))], []))).Revision;
            _clock.Turn(TimeSpan.FromSeconds(9));
        }

        await using var again = await SqliteStore.OpenAsync(data, _clock);
        var status = await again.StatusAsync();
        Assert.Equal((last, compacted, null), (status.Revision, status.CompactedRevision, status.Fault));
        Assert.Equal(("1", null), (await ValueAsync(again, "a"), await ValueAsync(again, "b")));
        Assert.Equal("1", await ValueAsync(again, "b", compacted));
        Assert.Equal(StoreError.Compacted, (await Assert.ThrowsAsync<StoreException>(() => ValueAsync(again, "a", first))).Error);

        // A lease has its whole time again: nobody could keep it alive meanwhile.
        Assert.Equal(TimeSpan.FromSeconds(10), (await again.GetLeaseAsync(lease.Id))!.Remaining);
        _clock.Turn(TimeSpan.FromSeconds(9));
        Assert.NotNull(await ValueAsync(again, "leased"));
        _clock.Turn(TimeSpan.FromSeconds(1));
        await UntilAsync(async () => await ValueAsync(again, "leased") is null);
        Assert.Equal(last + 2, await PutAsync(again, "c", "1"));
    }

    [Fact]
    public async Task A_revision_is_not_given_again_when_its_last_trace_was_compacted()
    {
        var data = _directory.New();
        long last;
        await using (var store = await SqliteStore.OpenAsync(data, _clock))
        {
            await PutAsync(store, "a", "1");
            last = (await store.CommitAsync(new Transaction([], [new Operation.Delete(KeyRange.All)], []))).Revision;
            await store.CompactAsync(last);
        }

        await using var again = await SqliteStore.OpenAsync(data, _clock);
        Assert.Equal(last, (await again.StatusAsync()).Revision);
        Assert.Equal(last + 1, await PutAsync(again, "a", "2"));
    }

    [Fact]
    public async Task A_watch_is_served_from_the_database_where_memory_does_not_reach()
    {
        var data = _directory.New();
        var options = new SqliteStoreOptions { WatchLogRevisions = 5 };
        await using (var store = await SqliteStore.OpenAsync(data, _clock, options))
        {
            for (var i = 0; i < 1_500; i++) await PutAsync(store, $"k{i % 3}", $"{i}");
        }

        await using var again = await SqliteStore.OpenAsync(data, _clock, options);
        var next = 0;
        await foreach (var batch in again.WatchAsync(new WatchRequest(KeyRange.All, 2, WithPrevious: true), _deadline.Token))
        {
            foreach (var change in batch.Changes)
            {
                Assert.Equal($"{next}", Text(change.Item.Value));
                Assert.Equal(next < 3 ? null : $"{next - 3}", change.Previous is null ? null : Text(change.Previous.Value));
                next++;
            }

            // Written while the watch catches up: it must go over from the database to the log without a gap.
            if (next < 1_500) await PutAsync(again, $"k{(1_500 + batch.Revision) % 3}", "");
            else break;
        }

        Assert.True(next >= 1_500);
    }

    [Fact]
    public async Task A_stalled_watch_ends_when_what_it_has_not_read_is_compacted()
    {
        await using var store = await SqliteStore.OpenAsync(_directory.New(), _clock, new SqliteStoreOptions { WatchLogRevisions = 10 });
        var start = await PutAsync(store, "a", "1");
        await using var watch = store.WatchAsync(new WatchRequest(KeyRange.All, start), _deadline.Token).GetAsyncEnumerator();
        await watch.MoveNextAsync();
        for (var i = 0; i < 200; i++) await PutAsync(store, "a", $"{i}");
        await store.CompactAsync(start + 150);
        var end = await Assert.ThrowsAsync<StoreException>(async () =>
        {
            while (await watch.MoveNextAsync()) { }
        });
        Assert.Equal((StoreError.Compacted, start + 150), (end.Error, end.CompactedRevision));
    }

    [Fact]
    public async Task The_store_compacts_itself_and_gives_room_back()
    {
        var data = _directory.New();
        var options = new SqliteStoreOptions { KeepRevisions = 100, KeepHistoryFor = TimeSpan.FromMinutes(5) };
        await using var store = await SqliteStore.OpenAsync(data, _clock, options);
        var value = new string('x', 20_000);
        for (var i = 0; i < 1_000; i++) await PutAsync(store, $"k{i % 10}", value);
        var full = await store.StatusAsync();
        Assert.True(full.SizeInUseBytes > 20_000_000);

        // Nothing is old enough before five minutes are over.
        for (var minute = 0; minute < 5; minute++) _clock.Turn(TimeSpan.FromMinutes(1));
        Assert.Equal(0, (await store.StatusAsync()).CompactedRevision);
        _clock.Turn(TimeSpan.FromMinutes(1));
        await UntilAsync(async () => (await store.StatusAsync()).CompactedRevision == full.Revision - 100);
        await UntilAsync(async () => (await store.StatusAsync()).SizeInUseBytes < 4_000_000);
        Assert.Equal(value, await ValueAsync(store, "k3"));
    }

    [Fact]
    public async Task The_files_do_not_grow_without_bound()
    {
        var data = _directory.New();
        await using var store = await SqliteStore.OpenAsync(data, _clock);
        var value = new string('x', 50_000);
        long largest = 0, largestLog = 0;
        for (var i = 0; i < 40; i++)
        {
            var revisions = await Task.WhenAll(Enumerable.Range(0, 50).Select(n => PutAsync(store, $"k{n}", value)));
            await store.CompactAsync(revisions.Max());
            var status = await store.StatusAsync();
            (largest, largestLog) = (Math.Max(largest, status.SizeBytes), Math.Max(largestLog, new FileInfo(Path.Combine(data, "store.db-wal")).Length));
        }

        // 100 MB were written, 2.5 MB of which are there.
        Assert.InRange(largestLog, 1, 80_000_000);
        await UntilAsync(async () => (await store.StatusAsync()).SizeInUseBytes < 8_000_000);
        Assert.InRange(largest, 1, 110_000_000);
    }

    [Fact]
    public async Task What_was_garbage_before_a_restart_is_removed_after_it()
    {
        var data = _directory.New();
        await using (var store = await SqliteStore.OpenAsync(data, _clock))
        {
            for (var i = 0; i < 500; i++) await PutAsync(store, "a", new string('x', 5_000));
            await store.CompactAsync(await PutAsync(store, "a", "last"));
        }

        await using var again = await SqliteStore.OpenAsync(data, _clock);
        await UntilAsync(async () => (await again.StatusAsync()).SizeInUseBytes < 200_000);
        Assert.Equal("last", await ValueAsync(again, "a"));
    }

    [Fact]
    public async Task A_snapshot_goes_from_one_engine_to_the_other()
    {
        await using var store = await SqliteStore.OpenAsync(_directory.New(), _clock);
        var first = await PutAsync(store, "a", "1");
        await PutAsync(store, "a", "2");
        using var file = new MemoryStream();
        await store.SnapshotAsync(file);
        file.Position = 0;
        await using var memory = await MemoryStore.RestoreAsync(file, _clock);
        Assert.Equal(("2", "1"), (await ValueAsync(memory, "a"), await ValueAsync(memory, "a", first)));

        using var back = new MemoryStream();
        await memory.SnapshotAsync(back);
        Assert.Equal(file.ToArray(), back.ToArray());
    }

    [Fact]
    public async Task A_restored_store_can_go_on_far_above_its_snapshot()
    {
        using var file = new MemoryStream();
        long revision;
        await using (var store = await SqliteStore.OpenAsync(_directory.New(), _clock))
        {
            await PutAsync(store, "a", "1");
            revision = await PutAsync(store, "a", "2");
            await store.SnapshotAsync(file);
        }

        file.Position = 0;
        var data = _directory.New();
        await SqliteStore.RestoreAsync(file, data, revisionBump: 1_000);
        await using var restored = await SqliteStore.OpenAsync(data, _clock);
        Assert.Equal(revision + 1_001, await PutAsync(restored, "b", "1"));
        Assert.Equal("2", await ValueAsync(restored, "a"));

        // Whoever watched the lost revisions must list again.
        var refusal = await Assert.ThrowsAsync<StoreException>(async () =>
        {
            await foreach (var _ in restored.WatchAsync(new WatchRequest(KeyRange.All, revision + 500), _deadline.Token)) { }
        });
        Assert.Equal(StoreError.Compacted, refusal.Error);
    }

    [Fact]
    public async Task A_snapshot_is_restored_into_an_empty_directory_only()
    {
        var data = _directory.New();
        using var file = new MemoryStream();
        await using (var store = await SqliteStore.OpenAsync(data, _clock))
        {
            await PutAsync(store, "a", "1");
            await store.SnapshotAsync(file);
        }

        file.Position = 0;
        var refusal = await Assert.ThrowsAsync<StoreException>(async () => await SqliteStore.RestoreAsync(file, data));
        Assert.Equal(StoreError.InvalidRequest, refusal.Error);
        Assert.Contains("not empty", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_closing_store_writes_what_was_queued()
    {
        var data = _directory.New();
        var store = await SqliteStore.OpenAsync(data, _clock);
        var writes = Enumerable.Range(0, 500).Select(i => PutAsync(store, $"k{i}", "x")).ToArray();
        await store.DisposeAsync();
        foreach (var write in writes) await write;
        Assert.Equal(StoreError.Unavailable, (await Assert.ThrowsAsync<StoreException>(() => PutAsync(store, "late", "x"))).Error);
        await using var again = await SqliteStore.OpenAsync(data, _clock);
        Assert.Equal(500, (await again.RangeAsync(new RangeRequest(KeyRange.All, CountOnly: true))).Count);
    }

    [Fact]
    public async Task Writers_at_the_same_time_share_commits()
    {
        var data = _directory.New();
        await using var store = await SqliteStore.OpenAsync(data, _clock);
        await PutAsync(store, "warm", "x");
        var before = new FileInfo(Path.Combine(data, "store.db-wal")).Length;
        await Task.WhenAll(Enumerable.Range(0, 1_000).Select(i => PutAsync(store, $"k{i:0000}", "x")));

        // One by one, a thousand commits would write at least a page each.
        Assert.InRange(new FileInfo(Path.Combine(data, "store.db-wal")).Length - before, 4_096, 2_000_000);
    }

    [Fact]
    public async Task The_store_counts_what_it_does()
    {
        var counts = new ConcurrentDictionary<string, long>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, it) =>
        {
            if (instrument.Meter.Name == "Keelson.Storage") it.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => counts.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value));
        listener.Start();
        await using var store = await SqliteStore.OpenAsync(_directory.New(), _clock);
        for (var i = 0; i < 5; i++) await PutAsync(store, $"k{i}", "x");
        listener.RecordObservableInstruments();

        // Other tests' stores count as well.
        Assert.True(counts["keelson.store.writes"] >= 5);
        Assert.True(counts["keelson.store.commits"] >= 5);
        Assert.True(counts["keelson.store.keys"] >= 5);
        Assert.True(counts["keelson.store.watch.log"] > 0);
    }

    [Fact]
    public async Task Only_the_owner_may_read_the_files()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has access lists instead of modes.");
            return;
        }

        var data = _directory.New();
        await using var store = await SqliteStore.OpenAsync(data, _clock);
        await PutAsync(store, "secret", "x");
        const UnixFileMode Others = (UnixFileMode)0b000_111_111;
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(data) & Others);
        foreach (var file in Directory.EnumerateFiles(data, "store.db*")) Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(file) & Others);
    }

    private static async Task<long> PutAsync(IStore store, string key, string value, long lease = 0) =>
        (await store.CommitAsync(new Transaction([], [new Operation.Put(Bytes(key), Bytes(value), lease)], []))).Revision;

    private static async Task<string?> ValueAsync(IStore store, string key, long revision = 0) =>
        await store.GetAsync(Bytes(key), revision) is { } item ? Text(item.Value) : null;

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    private async Task UntilAsync(Func<Task<bool>> holds)
    {
        while (!await holds()) await Task.Delay(5, _deadline.Token);
    }
}
