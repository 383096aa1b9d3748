using Keelson.Bench.Harness;

namespace Keelson.Bench.Storage;

/// <summary>Reads of single keys, in a store that has ten thousand.</summary>
internal sealed class GetBenchmark(int clients) : StoreBenchmark
{
    private const int Keys = 10_000;
    private const string Prefix = "/registry/pods/default/";

    public override string Name => $"storage/get-{clients}";

    public override string About => $"{(clients == 1 ? "One client gets" : $"{clients} clients get")} single objects of 1 kB out of {Keys:N0}, by their keys.";

    public override IReadOnlyList<Metric> Metrics => [new("gets", "1/s"), new("p50", "ms"), new("p99", "ms")];

    protected override Task PrepareAsync(OpenedStore opened, BenchmarkRun run, CancellationToken cancel) =>
        FillAsync(opened.Store, Prefix, Keys, cancel);

    protected override async Task<IReadOnlyDictionary<string, double>> RunRoundAsync(OpenedStore opened, BenchmarkRun run, CancellationToken cancel)
    {
        var (perSecond, latencies) = await ClosedLoop.RunAsync(clients, run.RoundTime, async (client, n) =>
        {
            // A stride that visits all keys in no order.
            var item = await opened.Store.GetAsync(Key(Prefix, (n * 7919L + client * 613L) % Keys), cancel: cancel);
            if (item is null || item.Value.Length != ValueBytes) throw new InvalidOperationException("A key that was put is not there.");
        }, cancel);
        return new Dictionary<string, double>
        {
            ["gets"] = perSecond,
            ["p50"] = latencies.Percentile(0.5),
            ["p99"] = latencies.Percentile(0.99),
        };
    }
}
