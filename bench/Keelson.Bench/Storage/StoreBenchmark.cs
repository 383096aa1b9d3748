using System.Globalization;
using System.Text;
using Keelson.Bench.Harness;
using Keelson.Storage;

namespace Keelson.Bench.Storage;

/// <summary>What the benchmarks of the store have in common: the contestants and how they are opened.</summary>
internal abstract class StoreBenchmark : IBenchmark
{
    /// <summary>About what a small pod takes.</summary>
    protected const int ValueBytes = 1024;

    public abstract string Name { get; }

    public abstract string About { get; }

    public abstract IReadOnlyList<Metric> Metrics { get; }

    public virtual IReadOnlyList<string> Contestants => [Contestant.InProcess, Contestant.Served, Contestant.Peer];

    public virtual async Task<IContestant> OpenAsync(string contestant, BenchmarkRun run, CancellationToken cancel)
    {
        var folder = Path.Combine(run.Folder, $"{Name}-{contestant}".Replace('/', '-').Replace(' ', '-'));
        var opened = await OpenedStore.OpenAsync(contestant, folder, cancel);
        try
        {
            await PrepareAsync(opened, run, cancel);
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }

        return new StoreContestant(opened, token => RunRoundAsync(opened, run, token));
    }

    /// <summary>Fills the store before the first round.</summary>
    protected virtual Task PrepareAsync(OpenedStore opened, BenchmarkRun run, CancellationToken cancel) => Task.CompletedTask;

    protected abstract Task<IReadOnlyDictionary<string, double>> RunRoundAsync(OpenedStore opened, BenchmarkRun run, CancellationToken cancel);

    protected static ReadOnlyMemory<byte> Key(string text) => Encoding.UTF8.GetBytes(text);

    protected static ReadOnlyMemory<byte> Key(string prefix, long number) =>
        Key(string.Create(CultureInfo.InvariantCulture, $"{prefix}{number:D8}"));

    /// <summary>A value that does not compress: each has its own noise, from a fixed seed.</summary>
    protected static byte[] Value(int seed)
    {
        var value = new byte[ValueBytes];
        new Random(seed).NextBytes(value);
        return value;
    }

    protected static async ValueTask<long> PutAsync(IStore store, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, CancellationToken cancel) =>
        (await store.CommitAsync(new Transaction([], [new Operation.Put(key, value)], []), cancel)).Revision;

    /// <summary>Puts many keys with many writers, for the preparation only.</summary>
    protected static Task FillAsync(IStore store, string prefix, int count, CancellationToken cancel) =>
        Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = cancel },
            async (number, token) => await PutAsync(store, Key(prefix, number), Value(number), token));

    private sealed class StoreContestant(
        OpenedStore opened, Func<CancellationToken, Task<IReadOnlyDictionary<string, double>>> round) : IContestant
    {
        public Task<IReadOnlyDictionary<string, double>> RunRoundAsync(CancellationToken cancel) => round(cancel);

        public ValueTask DisposeAsync() => opened.DisposeAsync();
    }
}
