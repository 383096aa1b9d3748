using Keelson.Bench.Harness;

namespace Keelson.Bench.Storage;

/// <summary>Durable puts of 1 kB, by clients that each wait for the answer before the next put.</summary>
internal sealed class PutBenchmark(int clients) : StoreBenchmark
{
    private readonly byte[][] _values = [.. Enumerable.Range(0, 64).Select(Value)];
    private int _rounds;

    public override string Name => $"storage/put-{clients}";

    public override string About => clients == 1
        ? "One client puts 1 kB durably, one after another; beside it one write and fdatasync of the same size."
        : $"{clients:N0} clients put 1 kB durably, each one after another.";

    public override IReadOnlyList<string> Contestants => clients == 1 ? [.. base.Contestants, Contestant.Disk] : base.Contestants;

    public override IReadOnlyList<Metric> Metrics =>
    [
        clients >= 1000
            ? new("puts", "1/s", new Target(TargetKind.AtLeastTimes, 5))
            : new("puts", "1/s"),
        clients == 1
            ? new("p50", "ms", new Target(TargetKind.AtMostTimes, 0.5), new Target(TargetKind.AtMostTimes, 1.5, Contestant.Disk))
            : new("p50", "ms"),
        new("p99", "ms"),
    ];

    public override async Task<IContestant> OpenAsync(string contestant, BenchmarkRun run, CancellationToken cancel) =>
        contestant == Contestant.Disk ? new DiskContestant(run) : await base.OpenAsync(contestant, run, cancel);

    protected override async Task<IReadOnlyDictionary<string, double>> RunRoundAsync(OpenedStore opened, BenchmarkRun run, CancellationToken cancel)
    {
        var round = Interlocked.Increment(ref _rounds);
        var (perSecond, latencies) = await ClosedLoop.RunAsync(clients, run.RoundTime, async (client, n) =>
        {
            // As in a cluster, most writes update one of the objects that are there.
            var key = Key($"/registry/pods/client-{client:D4}/{round % 2}-", n % 100);
            await PutAsync(opened.Store, key, _values[n % _values.Length], cancel);
        }, cancel);
        return new Dictionary<string, double>
        {
            ["puts"] = perSecond,
            ["p50"] = latencies.Percentile(0.5),
            ["p99"] = latencies.Percentile(0.99),
        };
    }
}
