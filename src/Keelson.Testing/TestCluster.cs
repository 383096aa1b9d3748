using Keelson.Storage;
using Keelson.Storage.Memory;
using Keelson.Testing.Faults;

namespace Keelson.Testing;

/// <summary>
/// A cluster inside the test's process: its state in memory, its clock turned by the test, no socket and
/// no file.
/// </summary>
/// <remarks>
/// It consists of what Keelson has so far, which is the store. Whatever is composed into it later gets the
/// cluster's clock, chance and store from here, and from nowhere else.
/// </remarks>
public sealed class TestCluster : IAsyncDisposable
{
    private readonly MemoryStore _memory;
    private readonly FaultyStore _store;

    private TestCluster(MemoryStore memory, VirtualClock clock, RandomSource random)
    {
        _memory = memory;
        _store = new FaultyStore(memory);
        Clock = clock;
        Random = random;
    }

    /// <summary>The only clock that the cluster knows.</summary>
    public VirtualClock Clock { get; }

    /// <summary>The only chance that the cluster knows.</summary>
    public RandomSource Random { get; }

    /// <summary>The state, as the cluster's own parts see it, faults included.</summary>
    public IStore Store => _store;

    /// <summary>What goes wrong with the store.</summary>
    public StoreFaults Faults => _store.Faults;

    /// <summary>Starts a cluster; when this returns it is ready.</summary>
    public static ValueTask<TestCluster> StartAsync(TestClusterOptions? options = null, CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        options ??= new TestClusterOptions();
        var clock = new VirtualClock(options.StartTime);
        return new(new TestCluster(new MemoryStore(clock, options.Store), clock, new RandomSource(options.Seed)));
    }

    /// <summary>
    /// A second cluster that begins with everything this one has at this moment, and from there on goes its
    /// own way: its own clock that shows the same time, its own chance, no faults.
    /// </summary>
    /// <remarks>Costs the same however much the cluster holds. Watches stay with the original.</remarks>
    public ValueTask<TestCluster> ForkAsync(CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        var clock = new VirtualClock(Clock.GetUtcNow());
        return new(new TestCluster(_memory.Fork(clock), clock, Random.Fork()));
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();
}
