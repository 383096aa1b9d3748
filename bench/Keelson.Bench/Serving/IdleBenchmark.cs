using Keelson.Bench.Harness;

namespace Keelson.Bench.Serving;

/// <summary>What the API server costs while nobody wants anything of it.</summary>
internal sealed class IdleBenchmark : IBenchmark
{
    private const string Memory = "memory";
    private const string Processor = "processor";

    public string Name => "api/idle";

    public string About => "The API server alone after a start on an empty folder: memory (proportional set size) and share of one core. Upstream's memory is that of its API server and etcd; its 5.9% of a core is all parts with a few pods.";

    public IReadOnlyList<Metric> Metrics => [new(Memory, "MB", new Target(TargetKind.AtMost, 90)), new(Processor, "% of a core", new Target(TargetKind.AtMost, 0.5))];

    public IReadOnlyList<string> Contestants => [Contestant.Served, QuotedFigures.Upstream];

    public async Task<IContestant> OpenAsync(string contestant, BenchmarkRun run, CancellationToken cancel) => contestant == QuotedFigures.Upstream
        ? new QuotedFigures(new Dictionary<string, double> { [Memory] = 278, [Processor] = 5.9 })
        : new Idler(await ApiServerProcess.StartAsync(Path.Combine(run.Folder, "api-idle"), cancel), TimeSpan.FromSeconds(run.IsQuick ? 3 : 5));

    private sealed class Idler(ApiServerProcess server, TimeSpan time) : IContestant
    {
        public async Task<IReadOnlyDictionary<string, double>> RunRoundAsync(CancellationToken cancel)
        {
            var used = server.Process.ProcessorTime;
            await Task.Delay(time, cancel);
            return new Dictionary<string, double>
            {
                [Memory] = server.Process.ProportionalSetSize / 1e6,
                [Processor] = (server.Process.ProcessorTime - used) / time * 100,
            };
        }

        public ValueTask DisposeAsync() => server.DisposeAsync();
    }
}
