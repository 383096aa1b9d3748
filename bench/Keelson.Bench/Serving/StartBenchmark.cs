using Keelson.Bench.Harness;

namespace Keelson.Bench.Serving;

/// <summary>How long the API server takes to start: from before its process until /readyz answers.</summary>
internal sealed class StartBenchmark : IBenchmark
{
    private const string Empty = "on an empty folder";
    private const string Again = "on its data";
    private const string Processor = "processor time on its data";

    public string Name => "api/start";

    public string About => "Start of the API server with its store on disk: from before the process starts until /readyz answers over HTTPS.";

    public IReadOnlyList<Metric> Metrics => [new(Empty, "ms", new Target(TargetKind.AtMost, 500)), new(Again, "ms", new Target(TargetKind.AtMost, 500)), new(Processor, "ms")];

    public IReadOnlyList<string> Contestants => [Contestant.Served, QuotedFigures.Upstream];

    // Upstream's API server and etcd took between 2.4 and 3.4 seconds.
    public Task<IContestant> OpenAsync(string contestant, BenchmarkRun run, CancellationToken cancel) => Task.FromResult<IContestant>(contestant == QuotedFigures.Upstream
        ? new QuotedFigures(new Dictionary<string, double> { [Empty] = 2900 })
        : new Starter(run.Folder));

    private sealed class Starter(string folder) : IContestant
    {
        private int _round;

        public async Task<IReadOnlyDictionary<string, double>> RunRoundAsync(CancellationToken cancel)
        {
            var data = Path.Combine(folder, $"api-start-{_round++}");
            double empty;
            await using (var first = await ApiServerProcess.StartAsync(data, cancel)) empty = first.StartTime.TotalMilliseconds;
            await using var second = await ApiServerProcess.StartAsync(data, cancel);
            return new Dictionary<string, double> { [Empty] = empty, [Again] = second.StartTime.TotalMilliseconds, [Processor] = second.Process.ProcessorTime.TotalMilliseconds };
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
