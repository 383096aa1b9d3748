using Keelson.Bench.Harness;
using Keelson.Storage;

namespace Keelson.Bench.Storage;

/// <summary>Reads of a thousand neighbours, as a list page of the API server is.</summary>
internal sealed class RangeBenchmark : StoreBenchmark
{
    private const int Keys = 10_000;
    private const int Page = 1000;
    private const string Prefix = "/registry/pods/default/";

    public override string Name => "storage/range-1000";

    public override string About => $"One client reads ranges of {Page:N0} objects of 1 kB out of {Keys:N0}.";

    public override IReadOnlyList<Metric> Metrics => [new("ranges", "1/s"), new("p50", "ms"), new("p99", "ms")];

    protected override Task PrepareAsync(OpenedStore opened, BenchmarkRun run, CancellationToken cancel) =>
        FillAsync(opened.Store, Prefix, Keys, cancel);

    protected override async Task<IReadOnlyDictionary<string, double>> RunRoundAsync(OpenedStore opened, BenchmarkRun run, CancellationToken cancel)
    {
        var end = KeyRange.Prefix(Key(Prefix)).End;
        var (perSecond, latencies) = await ClosedLoop.RunAsync(1, run.RoundTime, async (_, n) =>
        {
            var start = Key(Prefix, n % (Keys / Page) * Page);
            var result = await opened.Store.RangeAsync(new RangeRequest(new KeyRange(start, end), Limit: Page), cancel);
            if (result.Items.Count != Page) throw new InvalidOperationException($"{result.Items.Count} items where {Page} were asked for.");
        }, cancel);
        return new Dictionary<string, double>
        {
            ["ranges"] = perSecond,
            ["p50"] = latencies.Percentile(0.5),
            ["p99"] = latencies.Percentile(0.99),
        };
    }
}
