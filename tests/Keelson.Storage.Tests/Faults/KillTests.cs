using System.Text;
using Keelson.Storage.Sqlite;

namespace Keelson.Storage.Tests.Faults;

/// <summary>kill -9 under load, again and again, on one and the same data directory.</summary>
public sealed class KillTests : IDisposable
{
    private const int Clients = 6;
    private const int MostAcknowledged = 150;
    private const int Seed = 20_261_120;

    private readonly TemporaryDirectory _directory = new();

    private static int Rounds => Environment.GetEnvironmentVariable("KEELSON_TEST_ALL") is "1" ? 1_000 : 40;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_killed_store_has_lost_nothing_that_it_acknowledged()
    {
        var data = _directory.New();
        var random = new Random(Seed);
        var counters = new int[Clients];
        var revision = 0L;
        for (var round = 0; round < Rounds; round++)
        {
            var acknowledged = await RunAndKillAsync(data, round, random.Next(MostAcknowledged));
            Assert.True(acknowledged.All(line => line.Revision > revision), $"round {round}: a revision was given twice");
            Assert.Equal(acknowledged.Count, acknowledged.Select(line => line.Revision).Distinct().Count());

            await using var store = await SqliteStore.OpenAsync(data, new TurnedClock());
            var status = await store.StatusAsync();
            Assert.True(status.Fault is null, $"round {round}: {status.Fault}");
            revision = acknowledged.Select(line => line.Revision).Append(revision).Max();
            Assert.True(status.Revision >= revision, $"round {round}: revision {revision} was acknowledged, and {status.Revision} is the newest");
            revision = status.Revision;
            foreach (var line in acknowledged) await CheckAsync(store, status, line);
            for (var client = 0; client < Clients; client++) counters[client] = await CheckAsync(store, client, counters[client], acknowledged);
        }
    }

    private static async Task<List<Acknowledged>> RunAndKillAsync(string data, int round, int until)
    {
        await using var worker = WorkerProcess.Start(StoreWorker.Load, data, $"{Clients}", $"{Seed + round * 100}");
        Assert.Equal("open", await worker.ReadAsync());
        var lines = new List<string>();
        while (lines.Count < until) lines.Add(await worker.ReadAsync() ?? throw new InvalidOperationException($"round {round}: the worker ended by itself after {string.Join('\n', lines.TakeLast(3))}"));
        lines.AddRange(await worker.KillAsync());

        // The very last line may be torn; then nobody was told.
        return [.. lines.Select(Acknowledged.Parse).OfType<Acknowledged>()];
    }

    // What was written is there, under its revision, in both keys.
    private static async Task CheckAsync(SqliteStore store, StoreStatus status, Acknowledged line)
    {
        if (line.Revision < status.CompactedRevision) return;
        var (one, other) = StoreWorker.Keys(line.Client);
        foreach (var key in new[] { one, other })
        {
            var item = await store.GetAsync(key, line.Revision);
            Assert.Equal((line.Revision, line.Counter), (item!.ModRevision, StoreWorker.Counter(item)));
        }
    }

    private static async Task<int> CheckAsync(SqliteStore store, int client, int before, List<Acknowledged> acknowledged)
    {
        var (one, other) = StoreWorker.Keys(client);
        var (first, second) = (await store.GetAsync(one), await store.GetAsync(other));
        Assert.Equal(first is null, second is null);
        if (first is null || second is null) return 0;
        Assert.Equal(Encoding.UTF8.GetString(first.Value.Span), Encoding.UTF8.GetString(second.Value.Span));
        Assert.Equal((first.ModRevision, first.Version), (second.ModRevision, second.Version));
        var counter = StoreWorker.Counter(first);
        var promised = acknowledged.Where(line => line.Client == client).Select(line => line.Counter).Append(before).Max();

        // One more than was promised may be there: written, and killed before it could be said.
        Assert.InRange(counter, promised, promised + 1);
        Assert.Equal(counter, first.Version);
        return counter;
    }

    private sealed record Acknowledged(int Client, int Counter, long Revision)
    {
        public static Acknowledged? Parse(string line) =>
            line.Split(' ') is [var client, var counter, var revision]
                ? new(StoreWorker.Number(client), StoreWorker.Number(counter), StoreWorker.Number(revision))
                : null;
    }
}
