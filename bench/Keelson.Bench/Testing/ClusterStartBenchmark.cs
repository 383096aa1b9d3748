using System.Diagnostics;
using System.Globalization;
using Keelson.Bench.Harness;
using Keelson.Testing;

namespace Keelson.Bench.Testing;

/// <summary>How long an in-process cluster takes to start, each time in a process of its own.</summary>
internal sealed class ClusterStartBenchmark : IBenchmark
{
    /// <summary>The hidden command that does the starting and prints the two times in milliseconds.</summary>
    public const string Command = "measure-cluster-start";

    public string Name => "testing/start";

    public string About => "Start of an in-process cluster, the first in a process (everything still to be loaded and compiled) and the next.";

    public IReadOnlyList<Metric> Metrics =>
    [
        new("first", "ms", new Target(TargetKind.AtMost, 100)),
        new("next", "ms", new Target(TargetKind.AtMost, 20)),
    ];

    public IReadOnlyList<string> Contestants => [Contestant.InProcess];

    public Task<IContestant> OpenAsync(string contestant, BenchmarkRun run, CancellationToken cancel) =>
        Task.FromResult<IContestant>(new Starter());

    public static async Task MeasureAsync(CancellationToken cancel)
    {
        foreach (var _ in (int[])[1, 2])
        {
            var started = Stopwatch.GetTimestamp();
            await using var cluster = await TestCluster.StartAsync(cancel: cancel);
            Console.WriteLine(Stopwatch.GetElapsedTime(started).TotalMilliseconds.ToString(CultureInfo.InvariantCulture));
        }
    }

    private sealed class Starter : IContestant
    {
        public async Task<IReadOnlyDictionary<string, double>> RunRoundAsync(CancellationToken cancel)
        {
            var start = new ProcessStartInfo("dotnet", [typeof(ClusterStartBenchmark).Assembly.Location, Command]) { RedirectStandardOutput = true };
            using var process = Process.Start(start)!;
            var lines = (await process.StandardOutput.ReadToEndAsync(cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            await process.WaitForExitAsync(cancel);
            return new Dictionary<string, double>
            {
                ["first"] = double.Parse(lines[0], CultureInfo.InvariantCulture),
                ["next"] = double.Parse(lines[1], CultureInfo.InvariantCulture),
            };
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
