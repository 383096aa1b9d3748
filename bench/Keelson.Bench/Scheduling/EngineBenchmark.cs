using System.Diagnostics;
using Keelson.Bench.Harness;
using Keelson.Client;
using Keelson.Control.Scheduler;

namespace Keelson.Bench.Scheduling;

/// <summary>How many pods a second the scheduler's engine places: queue, filters, scores, account; no API server.</summary>
internal sealed class EngineBenchmark(Workload workload) : IBenchmark
{
    /// <summary>What one processor does that nobody else uses.</summary>
    private const string PerProcessor = "placed per processor second";

    public string Name => "scheduler/" + workload.Name;

    public string About => $"The engine alone: {workload.Pods:N0} {workload.About} on {workload.Nodes:N0} nodes. Upstream's gates with its API server are 680 (basic), 35 (affinity), 60 (anti-affinity), 460 (spread).";

    public IReadOnlyList<Metric> Metrics => [new("placed", "pods/s", new Target(TargetKind.AtLeast, workload.Target)), new("with reading", "pods/s"), new(PerProcessor, "pods/s")];

    public IReadOnlyList<string> Contestants => [Contestant.InProcess];

    public Task<IContestant> OpenAsync(string contestant, BenchmarkRun run, CancellationToken cancel) => Task.FromResult<IContestant>(new Engine(workload));

    private sealed class Engine(Workload workload) : IContestant
    {
        public Task<IReadOnlyDictionary<string, double>> RunRoundAsync(CancellationToken cancel)
        {
            var pods = Enumerable.Range(0, workload.Pods).Select(workload.Pod).ToList();
            var profile = DefaultProfile.Create(DefaultProfile.SchedulerName, () => [], (_, _, _) => Task.CompletedTask, 1);
            var core = new SchedulerCore([profile], new EngineOptions { Seed = 1 });
            var now = DateTimeOffset.UnixEpoch;
            for (var i = 0; i < workload.Nodes; i++) core.SetNode($"node-{i}", Workload.Node(i), now);
            GC.Collect();
            var started = Stopwatch.GetTimestamp();
            foreach (var pod in pods) core.SetPod(new ObjectKey(pod.Metadata.Namespace, pod.Metadata.Name), pod, now);
            var read = Stopwatch.GetTimestamp();
            var processor = Environment.CpuUsage.TotalTime;
            var placed = 0;
            while (core.Next(now) is { } decision)
            {
                if (decision.Node is not null) placed++;
            }

            var ended = Stopwatch.GetTimestamp();
            processor = Environment.CpuUsage.TotalTime - processor;
            if (placed != pods.Count) throw new InvalidOperationException($"{pods.Count - placed} pods found no node.");
            return Task.FromResult<IReadOnlyDictionary<string, double>>(new Dictionary<string, double>
            {
                ["placed"] = placed / Stopwatch.GetElapsedTime(read, ended).TotalSeconds,
                [PerProcessor] = placed / processor.TotalSeconds,
                ["with reading"] = placed / Stopwatch.GetElapsedTime(started, ended).TotalSeconds,
            });
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
