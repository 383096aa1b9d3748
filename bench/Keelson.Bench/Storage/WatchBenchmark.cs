using System.Buffers.Binary;
using System.Diagnostics;
using Keelson.Bench.Harness;
using Keelson.Storage;

namespace Keelson.Bench.Storage;

/// <summary>How long a change takes to all who watch; optionally some of them read nothing.</summary>
internal sealed class WatchBenchmark(int stalledShare) : StoreBenchmark
{
    private const int Watchers = 200;
    private const int WritesPerSecond = 100;
    private const string Prefix = "/registry/pods/default/";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public override string Name => stalledShare == 0 ? "storage/watch" : "storage/watch-stalled";

    public override string About =>
        $"{Watchers} watchers of one prefix, {WritesPerSecond} puts of 1 kB a second; from before the put until the watcher has the change"
        + (stalledShare == 0 ? "." : $", while {stalledShare}% of the watchers read nothing.");

    public override IReadOnlyList<Metric> Metrics =>
        [new("p50", "ms"), new("p99", "ms", new Target(TargetKind.AtMost, 10)), new("longest", "ms")];

    protected override async Task<IReadOnlyDictionary<string, double>> RunRoundAsync(OpenedStore opened, BenchmarkRun run, CancellationToken cancel)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var writes = (int)(run.RoundTime.TotalSeconds * WritesPerSecond);
        var from = (await opened.Store.StatusAsync(cancel)).Revision + 1;
        var request = new WatchRequest(KeyRange.Prefix(Key(Prefix)), from);
        var stalledCount = Watchers * stalledShare / 100;
        var stalled = new List<IAsyncEnumerator<WatchBatch>>();
        for (var i = 0; i < stalledCount; i++) stalled.Add(await StallAsync(opened.Store, request, end.Token));
        var reading = Enumerable.Range(0, Watchers - stalledCount)
            .Select(_ => Task.Run(() => ReadAsync(opened.Store, request, writes, end.Token), end.Token)).ToArray();

        await WriteAsync(opened.Store, writes, cancel);

        var all = new Latencies();
        foreach (var watcher in reading) all.Merge(await watcher.WaitAsync(Patience, cancel));
        await end.CancelAsync();
        foreach (var watcher in stalled) await EndAsync(watcher);
        return new Dictionary<string, double>
        {
            ["p50"] = all.Percentile(0.5),
            ["p99"] = all.Percentile(0.99),
            ["longest"] = all.Percentile(1),
        };
    }

    // At a fixed pace whatever a put takes, so that a slow store does not slow its own load down.
    private static async Task WriteAsync(IStore store, int writes, CancellationToken cancel)
    {
        var begun = Stopwatch.GetTimestamp();
        var puts = new List<Task>();
        for (var n = 0; n < writes; n++)
        {
            var due = TimeSpan.FromSeconds((double)n / WritesPerSecond) - Stopwatch.GetElapsedTime(begun);
            if (due > TimeSpan.Zero) await Task.Delay(due, cancel);
            var value = Value(n);
            BinaryPrimitives.WriteInt64LittleEndian(value, Stopwatch.GetTimestamp());
            puts.Add(PutAsync(store, Key(Prefix, n % 1000), value, cancel).AsTask());
        }

        await Task.WhenAll(puts);
    }

    private static async Task<Latencies> ReadAsync(IStore store, WatchRequest request, int writes, CancellationToken cancel)
    {
        var latencies = new Latencies();
        await foreach (var batch in store.WatchAsync(request, cancel))
        {
            foreach (var change in batch.Changes) latencies.Add(BinaryPrimitives.ReadInt64LittleEndian(change.Item.Value.Span));
            if (latencies.Count >= writes) break;
        }

        return latencies;
    }

    // Begins to watch and never reads on.
    private static async Task<IAsyncEnumerator<WatchBatch>> StallAsync(IStore store, WatchRequest request, CancellationToken cancel)
    {
        var watcher = store.WatchAsync(request with { ProgressEvery = TimeSpan.FromSeconds(1) }, cancel).GetAsyncEnumerator(cancel);
        await Task.WhenAny(watcher.MoveNextAsync().AsTask(), Task.Delay(50, cancel));
        return watcher;
    }

    private static async Task EndAsync(IAsyncEnumerator<WatchBatch> watcher)
    {
        try
        {
            await watcher.DisposeAsync();
        }
        catch (Exception error) when (error is OperationCanceledException or NotSupportedException or StoreException)
        {
            // Its read was under way when it was cancelled; ending is all that was wanted of it.
        }
    }
}
