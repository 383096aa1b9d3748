using System.Text;
using Keelson.Storage.Sqlite;

namespace Keelson.Storage.Tests.Faults;

/// <summary>
/// What is on disk when the power goes: everything that was synced, and of what was written since any
/// sectors in any mixture. The images are made from the files as they were after every acknowledgement.
/// </summary>
public sealed class PowerFailureTests : IDisposable
{
    private const int Sector = 512;
    private const int Seed = 99;

    private readonly TemporaryDirectory _directory = new();

    private static int Rounds => Environment.GetEnvironmentVariable("KEELSON_TEST_ALL") is "1" ? 1_000 : 50;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Whatever_was_written_after_the_last_sync_is_there_whole_or_not_at_all()
    {
        var data = _directory.New();
        var moments = new List<(long Revision, byte[] Log)>();
        await using var store = await SqliteStore.OpenAsync(data, new TurnedClock());
        for (var i = 0; i < 40; i++)
        {
            var revision = await PutAsync(store, i);
            moments.Add((revision, Read(data, "store.db-wal")));
        }

        var database = Read(data, "store.db");
        var random = new Random(Seed);
        for (var round = 0; round < Rounds; round++)
        {
            // The commit after this moment was being written, and its fsync had not returned.
            var moment = random.Next(moments.Count - 1);
            var (synced, next) = (moments[moment].Log, moments[moment + 1].Log);
            var log = next[..random.Next(synced.Length, next.Length + 1)];
            for (var at = synced.Length; at < log.Length; at += Sector)
            {
                if (random.Next(3) == 0) log.AsSpan(at, Math.Min(Sector, log.Length - at)).Clear();
            }

            await CheckAsync(database, log, moments[moment].Revision, $"round {round}, after revision {moments[moment].Revision}");
        }
    }

    [Fact]
    public async Task A_copy_of_the_log_that_was_cut_short_is_done_again()
    {
        var data = _directory.New();
        long revision = 0;
        byte[] log, before;
        await using (var store = await SqliteStore.OpenAsync(data, new TurnedClock()))
        {
            for (var i = 0; i < 100; i++) revision = await PutAsync(store, i);
            (before, log) = (Read(data, "store.db"), Read(data, "store.db-wal"));
        }

        // The orderly end copied the log; the power goes while it does, in any page.
        var after = Read(data, "store.db");
        var random = new Random(Seed);
        for (var round = 0; round < Rounds / 5; round++)
        {
            var torn = after[..random.Next(before.Length, after.Length + 1)];
            for (var at = 0; at < torn.Length; at += Sector)
            {
                var rest = Math.Min(Sector, torn.Length - at);
                if (random.Next(2) == 0 && at + rest <= before.Length) before.AsSpan(at, rest).CopyTo(torn.AsSpan(at));
                else if (random.Next(4) == 0) random.NextBytes(torn.AsSpan(at, at == 0 ? 0 : rest));
            }

            await CheckAsync(torn, log, revision, $"round {round}");
        }
    }

    [Fact]
    public async Task A_revision_is_not_given_again_when_the_log_is_gone()
    {
        var data = _directory.New();
        long revision;
        await using (var store = await SqliteStore.OpenAsync(data, new TurnedClock())) revision = await PutAsync(store, 0);
        File.Delete(Path.Combine(data, "store.db"));
        await using var emptied = await SqliteStore.OpenAsync(data, new TurnedClock());
        var refusal = await Assert.ThrowsAsync<StoreException>(() => PutAsync(emptied, 1));
        Assert.Equal(StoreError.Damaged, refusal.Error);
        Assert.Contains($"revision {revision} was acknowledged", refusal.Message, StringComparison.Ordinal);
    }

    private static async Task<long> PutAsync(SqliteStore store, int i)
    {
        var value = Encoding.UTF8.GetBytes($"{i} {new string('v', 37 * i % 5_000)}");
        var operations = new Operation[] { new Operation.Put("/one"u8.ToArray(), value), new Operation.Put(Encoding.UTF8.GetBytes($"/k/{i % 17}"), value) };
        return (await store.CommitAsync(new Transaction([], operations, []))).Revision;
    }

    private static byte[] Read(string data, string name)
    {
        using var file = new FileStream(Path.Combine(data, name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    private async Task CheckAsync(byte[] database, byte[] log, long acknowledged, string what)
    {
        var data = _directory.New();
        Directory.CreateDirectory(data);
        await File.WriteAllBytesAsync(Path.Combine(data, "store.db"), database);
        await File.WriteAllBytesAsync(Path.Combine(data, "store.db-wal"), log);
        await using (var store = await SqliteStore.OpenAsync(data, new TurnedClock()))
        {
            var status = await store.StatusAsync();
            Assert.True(status.Fault is null, $"{what}: {status.Fault}");
            Assert.True(status.Revision >= acknowledged && status.Revision <= acknowledged + 1, $"{what}: {status.Revision} is the newest");
            var one = await store.GetAsync("/one"u8.ToArray());
            var other = (await store.RangeAsync(new RangeRequest(KeyRange.Prefix("/k/"u8.ToArray())))).Items.MaxBy(item => item.ModRevision);
            Assert.Equal((status.Revision, Encoding.UTF8.GetString(one!.Value.Span)), (other!.ModRevision, Encoding.UTF8.GetString(other.Value.Span)));
            Assert.Equal(status.Revision + 1, await PutAsync(store, 1));
        }

        Directory.Delete(data, recursive: true);
    }
}
