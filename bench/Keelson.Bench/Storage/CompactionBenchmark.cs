using System.Diagnostics;
using Keelson.Bench.Harness;

namespace Keelson.Bench.Storage;

/// <summary>Whether writers feel a compaction.</summary>
internal sealed class CompactionBenchmark : StoreBenchmark
{
    private const int Keys = 2_000;
    private const int Clients = 4;
    private const string Prefix = "/registry/pods/default/";

    public override string Name => "storage/compaction";

    public override string About => $"{Clients} clients put 1 kB while {Revisions(false):N0} old versions of {Keys:N0} keys are compacted away; latencies of the puts from the beginning of the compaction on.";

    public override IReadOnlyList<Metric> Metrics =>
    [
        new("p99 before", "ms"),
        new("p99 while compacting", "ms"),
        new("longest while compacting", "ms"),
        new("the call to compact", "ms"),
    ];

    protected override async Task<IReadOnlyDictionary<string, double>> RunRoundAsync(OpenedStore opened, BenchmarkRun run, CancellationToken cancel)
    {
        for (var written = 0; written < Revisions(run.IsQuick); written += Keys) await FillAsync(opened.Store, Prefix, Keys, cancel);
        var (_, before) = await LoadAsync(opened, run, cancel);
        var revision = (await opened.Store.StatusAsync(cancel)).Revision;

        var load = LoadAsync(opened, run, cancel);
        var begun = Stopwatch.GetTimestamp();
        await opened.Store.CompactAsync(revision, cancel);
        var compacting = Stopwatch.GetElapsedTime(begun);
        var (_, during) = await load;
        return new Dictionary<string, double>
        {
            ["p99 before"] = before.Percentile(0.99),
            ["p99 while compacting"] = during.Percentile(0.99),
            ["longest while compacting"] = during.Percentile(1),
            ["the call to compact"] = compacting.TotalMilliseconds,
        };
    }

    private static int Revisions(bool isQuick) => isQuick ? 10_000 : 50_000;

    private static Task<(double PerSecond, Latencies Latencies)> LoadAsync(OpenedStore opened, BenchmarkRun run, CancellationToken cancel) =>
        ClosedLoop.RunAsync(Clients, run.RoundTime, async (client, n) =>
            await PutAsync(opened.Store, Key($"/registry/leases/{client}/", n % 100), Value(n), cancel), cancel);
}
