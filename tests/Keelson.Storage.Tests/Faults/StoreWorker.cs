using System.Globalization;
using System.Text;
using Keelson.Storage.Sqlite;

namespace Keelson.Storage.Tests.Faults;

/// <summary>
/// What runs in the process that the crash tests kill: it uses a store, and says on standard output what
/// happened. A line about a commit is a promise that the store must keep.
/// </summary>
internal static class StoreWorker
{
    public const string Argument = "store-worker";

    /// <summary>Writes from several clients until it is killed: directory, clients, seed.</summary>
    public const string Load = "load";

    /// <summary>Writes values of so many bytes until there is no room, waits for room, writes again: directory, bytes.</summary>
    public const string Fill = "fill";

    /// <summary>Opens the store and keeps it until standard input ends: directory.</summary>
    public const string Hold = "hold";

    /// <summary>A file in the data directory that the worker removes when it is told that there is room.</summary>
    public const string Ballast = "ballast";

    public static async Task<int> RunAsync(string[] arguments)
    {
        var (verb, directory) = (arguments[0], arguments[1]);
        try
        {
            // A short log makes watchers and readers use the database, too.
            await using var store = await SqliteStore.OpenAsync(directory, TimeProvider.System, new SqliteStoreOptions { WatchLogRevisions = 50 });
            if (verb == Load) await LoadAsync(store, Number(arguments[2]), Number(arguments[3]));
            if (verb == Fill) await FillAsync(store, Number(arguments[2]), Path.Combine(directory, Ballast));
            Say("open");
            await Console.In.ReadToEndAsync();
            return 0;
        }
        catch (StoreException exception)
        {
            Say($"{exception.Error}: {exception.Message}");
            return 3;
        }
    }

    public static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>The number at the beginning of a value that <see cref="Load"/> wrote.</summary>
    public static int Counter(StoredItem item) => Number(Encoding.UTF8.GetString(item.Value.Span).Split(' ')[0]);

    /// <summary>The two keys that every transaction of a client writes.</summary>
    public static (byte[] One, byte[] Other) Keys(int client) => (Encoding.UTF8.GetBytes($"/a/{client}"), Encoding.UTF8.GetBytes($"/b/{client}"));

    // One write a line, so that at most the last one of a killed process is torn.
    private static void Say(string line)
    {
        var bytes = Encoding.UTF8.GetBytes(line + "\n");
        lock (Argument)
        {
            using var output = Console.OpenStandardOutput();
            output.Write(bytes);
        }
    }

    private static async Task LoadAsync(SqliteStore store, int clients, int seed)
    {
        Say("open");
        var tasks = Enumerable.Range(0, clients).Select(client => Task.Run(() => WriteAsync(store, client, new Random(seed + client))));
        await await Task.WhenAny(tasks.Append(Task.Run(() => CompactAsync(store))));
    }

    private static async Task WriteAsync(SqliteStore store, int client, Random random)
    {
        var (one, other) = Keys(client);
        var start = await store.GetAsync(one) is { } item ? Counter(item) : 0;
        for (var i = start + 1; ; i++)
        {
            var value = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{i} {new string('x', random.Next(3000))}"));
            var third = Encoding.UTF8.GetBytes($"/c/{random.Next(20)}");
            Operation more = random.Next(4) == 0 ? new Operation.Delete(KeyRange.Single(third)) : new Operation.Put(third, value);
            var result = await store.CommitAsync(new Transaction([], [new Operation.Put(one, value), new Operation.Put(other, value), more], []));
            Say(string.Create(CultureInfo.InvariantCulture, $"{client} {i} {result.Revision}"));
        }
    }

    private static async Task CompactAsync(SqliteStore store)
    {
        await foreach (var batch in store.WatchAsync(new WatchRequest(KeyRange.Single(Keys(0).One))))
        {
            if (batch.Changes.Count == 0 || batch.Revision % 7 != 0) continue;
            var goal = batch.Revision - 20;
            if (goal > (await store.StatusAsync()).CompactedRevision) await store.CompactAsync(goal);
        }
    }

    private static async Task FillAsync(SqliteStore store, int bytes, string ballast)
    {
        var value = new byte[bytes];
        var written = 0;
        try
        {
            for (; ; written++) await PutAsync(written);
        }
        catch (StoreException exception)
        {
            Say($"full after {written}: {exception.Error}: {exception.Message}");
        }

        var there = 0;
        while (await store.GetAsync(Key(there)) is not null) there++;
        Say($"there are {there}, fault: {(await store.StatusAsync()).Fault ?? "none"}");

        await Console.In.ReadLineAsync();
        File.Delete(ballast);
        await PutAsync(written);
        Say($"went on to {(await store.RangeAsync(new RangeRequest(KeyRange.All))).Count}");

        async Task PutAsync(int i) => await store.CommitAsync(new Transaction([], [new Operation.Put(Key(i), value)], []));
        static byte[] Key(int i) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"/fill/{i:000000}"));
    }
}
