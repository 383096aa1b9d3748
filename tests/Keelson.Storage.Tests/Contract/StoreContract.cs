using System.Text;

namespace Keelson.Storage.Tests.Contract;

/// <summary>
/// What every engine promises. An engine runs the whole suite through a subclass that makes a store.
/// The store need not be empty: every test keeps to keys of its own, so that one server can serve them all.
/// </summary>
public abstract partial class StoreContract : IAsyncLifetime
{
    private static int s_prefixes;

    private readonly string _prefix = $"/contract/{Environment.ProcessId}-{Interlocked.Increment(ref s_prefixes)}/";
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(60));
    private readonly List<IAsyncDisposable> _owned = [];

    protected IStore Store { get; private set; } = null!;

    /// <summary>Ends whatever a test waits for in vain.</summary>
    protected CancellationToken Deadline => _deadline.Token;

    public async ValueTask InitializeAsync()
    {
        Store = await CreateAsync();
        _owned.Add(Store);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var owned in _owned) await owned.DisposeAsync();
        await CleanUpAsync();
        _deadline.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A store that nobody else changes while the test runs.</summary>
    protected abstract ValueTask<IStore> CreateAsync();

    /// <summary>Lets so much of the store's time go by.</summary>
    protected abstract ValueTask PassTimeAsync(TimeSpan time);

    /// <summary>A second store with the content of a snapshot, or null where the engine cannot make one by itself.</summary>
    protected abstract ValueTask<IStore?> RestoreAsync(Stream snapshot);

    /// <summary>Removes what the stores left behind.</summary>
    protected virtual ValueTask CleanUpAsync() => default;

    /// <summary>Whether a watch from the compacted revision itself still gets that revision's deletions. etcd before 3.5.18 forgets them.</summary>
    protected virtual bool KeepsDeletionsOfCompactedRevision => true;

    protected static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    protected static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    protected byte[] Key(string name) => Bytes(_prefix + name);

    /// <summary>A key without the test's own prefix.</summary>
    protected string Name(ReadOnlyMemory<byte> key) => Text(key)[_prefix.Length..];

    protected KeyRange Everything => KeyRange.Prefix(Bytes(_prefix));

    protected KeyRange Between(string start, string end) => new(Key(start), Key(end));

    protected Operation.Put PutOf(string key, string value, long lease = 0, bool previous = false) =>
        new(Key(key), Bytes(value), lease, previous);

    protected Operation.Delete DeleteOf(string key, bool previous = false) => new(KeyRange.Single(Key(key)), previous);

    protected Comparison When(string key, CompareTarget target, CompareOperator test, long number) =>
        new(KeyRange.Single(Key(key)), target, test, number);

    protected Comparison WhenValue(string key, CompareOperator test, string value) =>
        new(KeyRange.Single(Key(key)), CompareTarget.Value, test, 0, Bytes(value));

    protected async Task<CommitResult> CommitAsync(params Operation[] operations) =>
        await Store.CommitAsync(new Transaction([], operations, []), Deadline);

    /// <summary>Writes a key and says at which revision.</summary>
    protected async Task<long> PutAsync(string key, string value, long lease = 0) => (await CommitAsync(PutOf(key, value, lease))).Revision;

    protected async Task<long> DeleteAsync(string key) => (await CommitAsync(DeleteOf(key))).Revision;

    protected async Task<StoredItem?> GetAsync(string key, long revision = 0) => await Store.GetAsync(Key(key), revision, Deadline);

    protected async Task<string?> ValueAsync(string key, long revision = 0) => await GetAsync(key, revision) is { } item ? Text(item.Value) : null;

    protected async Task<RangeResult> RangeAsync(long revision = 0, int limit = 0, bool keysOnly = false, bool countOnly = false) =>
        await Store.RangeAsync(new RangeRequest(Everything, revision, limit, keysOnly, countOnly), Deadline);

    protected string[] Names(IEnumerable<StoredItem> items) => [.. items.Select(item => Name(item.Key))];

    protected static async Task<StoreException> RefusedAsync(StoreError error, Func<Task> action)
    {
        var refusal = await Assert.ThrowsAsync<StoreException>(action);
        Assert.Equal(error, refusal.Error);
        Assert.NotEmpty(refusal.Message);
        return refusal;
    }

    /// <summary>Waits until something holds.</summary>
    protected async Task UntilAsync(Func<Task<bool>> holds)
    {
        while (!await holds()) await Task.Delay(5, Deadline);
    }

    protected static void Same(StoredItem? expected, StoredItem? actual)
    {
        if (expected is null || actual is null)
        {
            Assert.Equal(expected, actual);
            return;
        }

        Assert.Equal(Text(expected.Key), Text(actual.Key));
        Assert.Equal(Text(expected.Value), Text(actual.Value));
        Assert.Equal(
            (expected.CreateRevision, expected.ModRevision, expected.Version, expected.Lease),
            (actual.CreateRevision, actual.ModRevision, actual.Version, actual.Lease));
    }
}
