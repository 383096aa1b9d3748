using Keelson.Bench.Harness;

namespace Keelson.Bench.Storage;

/// <summary>What a store with many objects takes of the machine's memory.</summary>
internal sealed class MemoryBenchmark : StoreBenchmark
{
    private const double Megabyte = 1 << 20;
    private const string Prefix = "/registry/pods/default/";
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

    private readonly Dictionary<OpenedStore, double> _emptyMegabytes = [];

    public override string Name => "storage/memory";

    public override string About => $"Memory (proportional set size) of the serving process, empty and with {Objects(false):N0} objects of 1 kB, some seconds after the last put.";

    public override IReadOnlyList<string> Contestants => [Contestant.Served, Contestant.Peer];

    public override IReadOnlyList<Metric> Metrics => [new("empty", "MB"), new("full", "MB"), new("database", "MB")];

    protected override async Task PrepareAsync(OpenedStore opened, BenchmarkRun run, CancellationToken cancel)
    {
        await Task.Delay(Settling, cancel);
        _emptyMegabytes[opened] = opened.Process!.ProportionalSetSize / Megabyte;
        await FillAsync(opened.Store, Prefix, Objects(run.IsQuick), cancel);
    }

    // Filled once: the rounds look at it again and again, each after a while of rest.
    protected override async Task<IReadOnlyDictionary<string, double>> RunRoundAsync(OpenedStore opened, BenchmarkRun run, CancellationToken cancel)
    {
        await Task.Delay(Settling, cancel);
        return new Dictionary<string, double>
        {
            ["empty"] = _emptyMegabytes[opened],
            ["full"] = opened.Process!.ProportionalSetSize / Megabyte,
            ["database"] = (await opened.Store.StatusAsync(cancel)).SizeBytes / Megabyte,
        };
    }

    private static int Objects(bool isQuick) => isQuick ? 10_000 : 100_000;
}
