using System.Text;
using Keelson.Storage.Sqlite;

namespace Keelson.Storage.Tests.Sqlite;

/// <summary>What the store finds when it opens: one test for each of its checks.</summary>
public sealed class IntegrityTests : IDisposable
{
    private readonly TurnedClock _clock = new();
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_row_that_is_gone_above_the_compacted_revision_leaves_a_gap()
    {
        var data = await MakeAsync(compact: false);
        Change(data, "DELETE FROM versions WHERE id = (SELECT max(id) FROM versions WHERE id < (20 << 20))");
        Assert.Contains("changes are missing between revision 18 and change 0 of revision 20", await FaultAsync(data), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_that_is_gone_below_the_compacted_revision_is_missed()
    {
        var data = await MakeAsync(compact: true);
        Assert.Null(await FaultAsync(data));
        Change(data, "DELETE FROM versions WHERE id = (SELECT min(id) FROM versions)");
        Assert.Contains("there should be", await FaultAsync(data), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_that_was_altered_fails_its_checksum()
    {
        var data = await MakeAsync(compact: false);
        Change(data, "UPDATE versions SET lease = 7 WHERE id = (20 << 20)");
        Assert.Contains("a version written at revision 20 fails its checksum", await FaultAsync(data), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPDATE facts SET value = value - 1 WHERE name = 'compacted'", "the fact 'compacted' fails its checksum")]
    [InlineData("UPDATE leases SET ticks = ticks + 1", "lease 77 fails its checksum")]
    [InlineData("DELETE FROM leases", "hangs on a lease that does not exist")]
    public async Task A_fact_or_a_lease_that_was_altered_is_found(string statement, string finding)
    {
        var data = await MakeAsync(compact: true);
        Change(data, statement);
        Assert.Contains(finding, await FaultAsync(data), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_newer_layout_is_refused_with_what_to_do()
    {
        var data = await MakeAsync(compact: false);
        Change(data, "PRAGMA user_version = 2");
        var refusal = await Assert.ThrowsAsync<StoreException>(async () => await SqliteStore.OpenAsync(data, _clock));
        Assert.Contains("has layout 2", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_frame_in_the_middle_of_the_log_is_found_and_one_at_its_end_is_not_damage()
    {
        var data = _directory.New();
        await using var store = await SqliteStore.OpenAsync(data, _clock);
        for (var i = 0; i < 20; i++) await PutAsync(store, $"k{i}", $"value {i}");
        var path = Path.Combine(data, "store.db-wal");
        var log = Read(path);
        const int FrameBytes = 24 + Schema.PageBytes;
        var frames = (log.Length - 32) / FrameBytes;
        Assert.Equal(32 + frames * FrameBytes, log.Length);

        var copy = _directory.New();
        Assert.Null(Inspect(log, copy, -1));
        var last = Enumerable.Range(0, frames).Last(frame => frame < frames - 1 && IsCommit(log, frame, FrameBytes));
        for (var frame = 0; frame < frames; frame++)
        {
            var place = 32 + frame * FrameBytes + frame * 37 % FrameBytes;
            Assert.Equal(frame <= last, Inspect(log, copy, place) is not null);
        }

        // Without the mark of what was acknowledged, too: after a power failure that may be older.
        var crashed = _directory.New();
        Directory.CreateDirectory(crashed);
        await File.WriteAllBytesAsync(Path.Combine(crashed, "store.db"), Read(Path.Combine(data, "store.db")));
        log[32 + 5 * FrameBytes + 100] ^= 1;
        await File.WriteAllBytesAsync(Path.Combine(crashed, "store.db-wal"), log);
        Assert.Contains("frame 6 of the write-ahead log is damaged", await FaultAsync(crashed), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damage_of_pages_is_found_after_a_crash()
    {
        var data = await MakeAsync(compact: true);
        var database = Read(Path.Combine(data, "store.db"));

        // The number of free pages, in the header; a log that is no longer than its header says that there was a crash.
        database[39]++;
        await File.WriteAllBytesAsync(Path.Combine(data, "store.db"), database);
        Assert.Null(await FaultAsync(data));
        await File.WriteAllBytesAsync(Path.Combine(data, "store.db-wal"), new byte[32]);
        Assert.Contains("reelist", await FaultAsync(data), StringComparison.Ordinal);
    }

    [Fact]
    public void The_library_in_use_is_new_enough()
    {
        SqliteLibrary.Prepare();
        unsafe
        {
            var version = Encoding.ASCII.GetString(System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpanFromNullTerminated(NativeSqlite.Version()));
            Assert.True(Version.Parse(version) >= new Version(3, 35));
        }
    }

    private static bool IsCommit(byte[] log, int frame, int frameBytes) => log.AsSpan(32 + frame * frameBytes + 4, 4).IndexOfAnyExcept((byte)0) >= 0;

    private static string? Inspect(byte[] log, string path, int flip)
    {
        var bytes = log.ToArray();
        if (flip >= 0) bytes[flip] ^= 4;
        File.WriteAllBytes(path, bytes);
        return LogInspection.FindDamage(path);
    }

    private static byte[] Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    // Revisions 2 to 41, a lease, and where wanted the first twenty compacted away.
    private async Task<string> MakeAsync(bool compact)
    {
        var data = _directory.New();
        await using var store = await SqliteStore.OpenAsync(data, _clock);
        await store.GrantLeaseAsync(TimeSpan.FromHours(1), 77);
        for (var i = 0; i < 40; i++) await PutAsync(store, $"k{i % 10}", $"value {i}", i == 39 ? 77 : 0);
        if (!compact) return data;
        await store.CompactAsync(21);

        // The note of what there should be is written when all garbage is gone.
        var settled = 0L;
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var reader = Connection.Open(Path.Combine(data, "store.db"), write: false);
        while (settled != 21)
        {
            deadline.Token.ThrowIfCancellationRequested();
            settled = reader.QueryInteger("SELECT value FROM facts WHERE name = 'settled'");
            await Task.Yield();
        }

        return data;
    }

    private static void Change(string data, string statement)
    {
        using var connection = Connection.Open(Path.Combine(data, "store.db"), write: true);
        connection.Execute(statement);
    }

    private async Task<string?> FaultAsync(string data)
    {
        await using var store = await SqliteStore.OpenAsync(data, _clock);
        var fault = (await store.StatusAsync()).Fault;
        if (fault is not null) await Assert.ThrowsAsync<StoreException>(() => PutAsync(store, "x", "x"));
        return fault;
    }

    private static async Task PutAsync(SqliteStore store, string key, string value, long lease = 0) =>
        await store.CommitAsync(new Transaction([], [new Operation.Put(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value), lease)], []));
}
