using System.Text;
using Keelson.Storage.Sqlite;

namespace Keelson.Storage.Tests.Faults;

/// <summary>
/// Files that are torn, cut off or altered. The rule is one: whatever the store answers is what was
/// written, or it says that it is damaged. It never answers something else, and never keeps silent.
/// </summary>
public sealed class DamageTests : IAsyncLifetime
{
    private const int Seed = 4711;

    private static readonly string[] Files = ["store.db", "store.db-wal"];

    private readonly TemporaryDirectory _directory = new();
    private readonly Dictionary<string, byte[]> _files = [];
    private readonly List<Written> _history = [];
    private readonly SortedDictionary<string, string> _expected = [];
    private long _revision;
    private bool _afterCrash;

    private static int Rounds => Environment.GetEnvironmentVariable("KEELSON_TEST_ALL") is "1" ? 2_000 : 60;

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync()
    {
        _directory.Dispose();
        return default;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_flipped_bit_is_found_or_hurts_nothing(bool afterCrash)
    {
        await PrepareAsync(afterCrash);
        var random = new Random(Seed);
        for (var round = 0; round < Rounds; round++)
        {
            var file = Files[random.Next(afterCrash ? 2 : 1)];
            var place = random.Next(_files[file].Length);
            var bit = (byte)(1 << random.Next(8));
            await CheckAsync($"bit {bit} of byte {place} of {file} flipped", files => files[file][place] ^= bit);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_overwritten_sector_is_found_or_hurts_nothing(bool afterCrash)
    {
        await PrepareAsync(afterCrash);
        var random = new Random(Seed);
        for (var round = 0; round < Rounds / 2; round++)
        {
            var file = Files[random.Next(afterCrash ? 2 : 1)];
            var sector = random.Next(_files[file].Length / 512) * 512;
            var zeros = random.Next(2) == 0;
            await CheckAsync($"sector {sector} of {file} overwritten", files =>
            {
                var span = files[file].AsSpan(sector, Math.Min(512, files[file].Length - sector));
                if (zeros) span.Clear();
                else random.NextBytes(span);
            });
        }
    }

    [Theory]
    [InlineData("store.db", false)]
    [InlineData("store.db", true)]
    [InlineData("store.db-wal", true)]
    public async Task A_file_that_was_cut_off_is_found(string file, bool afterCrash)
    {
        await PrepareAsync(afterCrash);
        var random = new Random(Seed);
        for (var round = 0; round < Rounds / 2; round++)
        {
            var length = round == 0 ? 0 : random.Next(_files[file].Length);
            await CheckAsync($"{file} cut off at {length}", files => files[file] = files[file][..length]);
        }
    }

    [Fact]
    public async Task A_missing_log_with_acknowledged_commits_is_found()
    {
        await PrepareAsync(afterCrash: true);
        var fault = await CheckAsync("no log", files => files.Remove("store.db-wal"));
        Assert.Contains("was acknowledged", fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_store_refuses_writes_names_the_cure_and_serves_what_verifies()
    {
        await PrepareAsync(afterCrash: false);

        // A byte of one value: the row is wrong, everything else is right.
        var victim = _history.Last(written => written.Value.Length < 400 && _expected.GetValueOrDefault(written.Key) == written.Value);
        var place = _files["store.db"].AsSpan().IndexOf(Encoding.UTF8.GetBytes(victim.Value));
        Assert.True(place > 0);
        var data = Write(files => files["store.db"][place + 5] ^= 1);
        await using var store = await SqliteStore.OpenAsync(data, new TurnedClock());
        Assert.Null((await store.StatusAsync()).Fault);

        var read = await Assert.ThrowsAsync<StoreException>(async () => await store.GetAsync(Encoding.UTF8.GetBytes(victim.Key)));
        Assert.Equal(StoreError.Damaged, read.Error);
        Assert.Contains($"revision {victim.Revision}", read.Message, StringComparison.Ordinal);

        var write = await Assert.ThrowsAsync<StoreException>(async () =>
            await store.CommitAsync(new Transaction([], [new Operation.Put("new"u8.ToArray(), default)], [])));
        Assert.Equal(StoreError.Damaged, write.Error);
        Assert.Contains("keelson store restore FILE", write.Message, StringComparison.Ordinal);
        Assert.Equal(write.Message, (await store.StatusAsync()).Fault);
        await Assert.ThrowsAsync<StoreException>(async () => await store.SnapshotAsync(Stream.Null));

        foreach (var (key, value) in _expected.Where(pair => pair.Key != victim.Key))
        {
            Assert.Equal(value, Encoding.UTF8.GetString((await store.GetAsync(Encoding.UTF8.GetBytes(key)))!.Value.Span));
        }
    }

    // A store with a past: overwritten and deleted keys, compacted in the middle, large values, and after a
    // crash a log that was never copied.
    private async Task PrepareAsync(bool afterCrash)
    {
        _afterCrash = afterCrash;
        var data = _directory.New();
        var random = new Random(Seed);
        var store = await SqliteStore.OpenAsync(data, new TurnedClock());
        await FillAsync(store, random, 120);
        await store.CompactAsync(_revision - 60);
        if (!afterCrash) await FillAsync(store, random, 40);
        await store.DisposeAsync();
        if (afterCrash)
        {
            await using var again = await SqliteStore.OpenAsync(data, new TurnedClock());
            await FillAsync(again, random, 80);
            Copy(data);
        }
        else
        {
            Copy(data);
        }
    }

    private async Task FillAsync(SqliteStore store, Random random, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var key = $"/k/{random.Next(40)}";
            var value = $"{i} of {key} {new string((char)('a' + i % 26), random.Next(10) == 0 ? 9_000 : random.Next(600))}";
            var delete = random.Next(5) == 0 && _expected.ContainsKey(key);
            Operation operation = delete
                ? new Operation.Delete(KeyRange.Single(Encoding.UTF8.GetBytes(key)))
                : new Operation.Put(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value));
            _revision = (await store.CommitAsync(new Transaction([], [operation], []))).Revision;
            if (delete) _expected.Remove(key);
            else _expected[key] = value;
            if (!delete) _history.Add(new Written(_revision, key, value));
        }
    }

    private void Copy(string data)
    {
        foreach (var path in Directory.EnumerateFiles(data))
        {
            var name = Path.GetFileName(path);
            if (name is not ("store.db" or "store.db-wal" or "acknowledged")) continue;
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            _files[name] = bytes;
        }

        Assert.Equal(_afterCrash, _files.ContainsKey("store.db-wal"));
    }

    private string Write(Action<Dictionary<string, byte[]>> damage)
    {
        var files = _files.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray());
        damage(files);
        var data = _directory.New();
        Directory.CreateDirectory(data);
        foreach (var (name, bytes) in files) File.WriteAllBytes(Path.Combine(data, name), bytes);
        return data;
    }

    /// <summary>Opens a damaged copy and reads all of it; says what the store said of its damage.</summary>
    private async Task<string?> CheckAsync(string what, Action<Dictionary<string, byte[]>> damage)
    {
        var data = Write(damage);
        try
        {
            await using var store = await SqliteStore.OpenAsync(data, new TurnedClock());
            var wasFound = (await store.StatusAsync()).Fault is not null;
            foreach (var written in _history)
            {
                if (await ReadAsync(store, written) is { } answer) Assert.True(answer == written.Value, $"{what}: {written.Key} at {written.Revision} was answered wrongly");
            }

            var now = await ReadAllAsync(store);
            var fault = (await store.StatusAsync()).Fault;
            if (fault is null) Assert.True(_expected.SequenceEqual(now!), $"{what}: something is lost, and nothing was said");
            if (wasFound) await Assert.ThrowsAsync<StoreException>(async () => await store.CommitAsync(new Transaction([], [new Operation.Put("x"u8.ToArray(), default)], [])));
            return fault;
        }
        catch (StoreException refusal)
        {
            Assert.True(refusal.Error is StoreError.Damaged or StoreError.Unavailable, $"{what}: {refusal}");
            return refusal.Message;
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    // The value that a key was given at a revision; null where the store says that it cannot tell.
    private static async Task<string?> ReadAsync(SqliteStore store, Written written)
    {
        try
        {
            var item = await store.GetAsync(Encoding.UTF8.GetBytes(written.Key), written.Revision);
            if (item is not null && item.ModRevision == written.Revision) return Encoding.UTF8.GetString(item.Value.Span);
            return (await store.StatusAsync()).Fault is null ? "missing" : null;
        }
        catch (StoreException refusal) when (refusal.Error is StoreError.Damaged or StoreError.Compacted or StoreError.FutureRevision)
        {
            return null;
        }
    }

    private static async Task<SortedDictionary<string, string>?> ReadAllAsync(SqliteStore store)
    {
        try
        {
            var items = (await store.RangeAsync(new RangeRequest(KeyRange.All))).Items;
            return new(items.ToDictionary(item => Encoding.UTF8.GetString(item.Key.Span), item => Encoding.UTF8.GetString(item.Value.Span)));
        }
        catch (StoreException refusal) when (refusal.Error == StoreError.Damaged)
        {
            return null;
        }
    }

    private sealed record Written(long Revision, string Key, string Value);
}
