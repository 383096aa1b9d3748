namespace Keelson.Bench.Harness;

/// <summary>Lets the contestants of a benchmark take turns and keeps every round's figures.</summary>
internal sealed class Runner(BenchmarkRun run, TextWriter progress)
{
    public async Task<Results> RunAsync(IBenchmark benchmark, CancellationToken cancel)
    {
        progress.WriteLine($"{benchmark.Name}: {benchmark.About}");
        var contestants = new List<(string Name, IContestant Opened)>();
        var results = new Results(benchmark);
        try
        {
            foreach (var name in benchmark.Contestants)
            {
                contestants.Add((name, await benchmark.OpenAsync(name, run, cancel)));
            }

            // The first turn of each warms caches and the compiler up, and does not count.
            for (var round = 0; round <= run.Rounds; round++)
            {
                foreach (var (name, opened) in contestants)
                {
                    var figures = await opened.RunRoundAsync(cancel);
                    progress.WriteLine($"  {(round == 0 ? "warm-up" : $"round {round}")}, {name}: {Text(benchmark, figures)}");
                    if (round > 0) results.Add(name, figures);
                }
            }
        }
        finally
        {
            foreach (var (_, opened) in contestants) await opened.DisposeAsync();
        }

        return results;
    }

    private static string Text(IBenchmark benchmark, IReadOnlyDictionary<string, double> figures) =>
        string.Join(", ", benchmark.Metrics.Where(metric => figures.ContainsKey(metric.Name))
            .Select(metric => $"{metric.Name} {Results.Text(figures[metric.Name])} {metric.Unit}"));
}
