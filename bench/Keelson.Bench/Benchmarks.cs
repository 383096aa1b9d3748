using System.Globalization;
using System.Text;
using Keelson.Bench.Clusters;
using Keelson.Bench.Harness;
using Keelson.Bench.Proxying;
using Keelson.Bench.Scheduling;
using Keelson.Bench.Serving;
using Keelson.Bench.Storage;
using Keelson.Bench.Testing;

namespace Keelson.Bench;

/// <summary>All benchmarks, and running some of them.</summary>
internal static class Benchmarks
{
    public static IReadOnlyList<IBenchmark> All { get; } =
    [
        new PutBenchmark(1),
        new PutBenchmark(16),
        new PutBenchmark(1000),
        new GetBenchmark(1),
        new GetBenchmark(16),
        new RangeBenchmark(),
        new WatchBenchmark(stalledShare: 0),
        new WatchBenchmark(stalledShare: 10),
        new CompactionBenchmark(),
        new MemoryBenchmark(),
        new ClusterStartBenchmark(),
        new ClusterBenchmark(),
        .. Workload.All.Select(workload => new EngineBenchmark(workload)),
        new ApiBenchmark(),
        new ChangeBenchmark(500),
        new ChangeBenchmark(5000),
        .. ReadBenchmark.All,
        .. WriteBenchmark.All,
        new FanOutBenchmark(stalledShare: 0),
        new FanOutBenchmark(stalledShare: 10),
        new InformersBenchmark(),
        new DefinitionBenchmark(),
        new StartBenchmark(),
        new IdleBenchmark(),
    ];

    public static async Task<int> RunAsync(string[] names, bool isQuick, FileInfo? output, DirectoryInfo? folder, CancellationToken cancel)
    {
        var chosen = All.Where(benchmark => names.Length == 0 || names.Any(name => IsMeant(name, benchmark))).ToList();
        if (chosen.Count == 0)
        {
            Console.Error.WriteLine($"No benchmark is called {string.Join(" or ", names)}; 'list' lists them.");
            return 2;
        }

        var data = folder ?? Directory.CreateTempSubdirectory("keelson-bench-");
        data.Create();
        var run = new BenchmarkRun(data.FullName, isQuick);
        var report = new StringBuilder();
        report.Append(CultureInfo.InvariantCulture, $"Measured on {Machine.Describe(data.FullName)}. Medians of {run.Rounds} rounds in turn{(isQuick ? "; quick, with fewer objects than the texts say" : "")}. Load of the machine before the run: {Machine.Load()}.\n");
        try
        {
            foreach (var benchmark in chosen)
            {
                cancel.ThrowIfCancellationRequested();
                var results = await new Runner(run, Console.Error).RunAsync(benchmark, cancel);
                report.Append('\n').Append(results.Table());
                report.Append(CultureInfo.InvariantCulture, $"\nLoad of the machine after it: {Machine.Load()}.\n");
            }
        }
        finally
        {
            if (folder is null) data.Delete(recursive: true);
        }

        Console.Write(report);
        if (output is not null) await File.WriteAllTextAsync(output.FullName, $"# Figures\n\n{report}", cancel);
        return 0;
    }

    // storage/put-1 is itself and not also storage/put-16.
    private static bool IsMeant(string name, IBenchmark benchmark) => All.Any(other => other.Name == name)
        ? benchmark.Name == name
        : benchmark.Name.StartsWith(name, StringComparison.Ordinal);
}
