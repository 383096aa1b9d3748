using Keelson.Bench.Harness;

namespace Keelson.Bench.Clusters;

/// <summary>A whole cluster with real containers: how soon it is there, how soon its pods run, what it takes, and how soon it is gone.</summary>
internal sealed class ClusterBenchmark : IBenchmark
{
    private const string Bare = "ctr run";
    private const string ControlPlane = "start to API";
    private const string Ready = "start to node Ready";
    private const string FirstPod = "start to first pod Running";
    private const string OnePod = "one pod, create to Running";
    private const string Fifty = "50 pods at once";
    private const string Hundred = "50 more, 100 on the node";
    private const string Memory = "memory idle, without shims and containers";
    private const string Processor = "processor idle";
    private const string Again = "start again to node Ready";
    private const string Down = "down --delete";
    private const int IdlePods = 3;

    private static readonly string[] Kinds = ["server", "node agent", "containerd", "shims"];

    private readonly List<double> _bare = [];

    public string Name => "cluster";

    public string About => "One node with real containers (keelson up --isolated), beside the same image run by containerd's own tool on the same containerd, in turn. The start of everything is the command's; the first pod's is that plus its own time, without the loading of its image. Idle is with 3 pods, for 30 s.";

    public IReadOnlyList<Metric> Metrics =>
    [
        new(ControlPlane, "ms", new Target(TargetKind.AtMost, 500)),
        new(Ready, "ms", new Target(TargetKind.AtMost, 1500)),
        new(FirstPod, "ms", new Target(TargetKind.AtMost, 3000)),
        new(OnePod, "ms", new Target(TargetKind.AtMostTimes, 1.5, Bare)),
        new(Fifty, "ms", new Target(TargetKind.AtMost, 5000)),
        new(Hundred, "ms"),
        new(Memory, "MB", new Target(TargetKind.AtMost, 200)),
        .. Kinds.Select(kind => new Metric($"memory idle, {kind}", "MB")),
        new(Processor, "% of a core", new Target(TargetKind.AtMost, 0.5)),
        new(Again, "ms"),
        new(Down, "ms", new Target(TargetKind.AtMost, 5000)),
    ];

    public IReadOnlyList<string> Contestants => [Contestant.Served, Bare];

    public Task<IContestant> OpenAsync(string contestant, BenchmarkRun run, CancellationToken cancel)
    {
        if (BenchCluster.WhyNot is { } why) throw new InvalidOperationException(why);
        return Task.FromResult<IContestant>(contestant == Bare ? new BareRuns(_bare) : new Whole(run, _bare));
    }

    private sealed class Whole(BenchmarkRun run, List<double> bare) : IContestant
    {
        private int _round;

        public async Task<IReadOnlyDictionary<string, double>> RunRoundAsync(CancellationToken cancel)
        {
            var figures = new Dictionary<string, double>();
            await using var cluster = new BenchCluster(Path.Combine(run.Folder, $"cluster-{_round++}"));
            var steps = await cluster.UpAsync(cancel);
            (figures[ControlPlane], figures[Ready]) = (steps[0], steps[1]);
            await cluster.LoadImageAsync(cancel);
            using (var client = cluster.Connect())
            {
                await using var pods = new PodTimes(client);
                await MeasurePodsAsync(cluster, pods, figures, cancel);
            }

            await cluster.DownAsync(delete: false, cancel);
            figures[Again] = (await cluster.UpAsync(cancel))[1];
            figures[Down] = await cluster.DownAsync(delete: true, cancel);
            return figures;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private async Task MeasurePodsAsync(BenchCluster cluster, PodTimes pods, Dictionary<string, double> figures, CancellationToken cancel)
        {
            var (first, names) = await pods.StartAsync(1, cancel);
            figures[FirstPod] = figures[Ready] + first;
            await pods.DeleteAsync(names, cancel);

            List<double> single = [];
            bare.Clear();
            for (var turn = 0; turn < (run.IsQuick ? 5 : 11); turn++)
            {
                var (took, name) = await pods.StartAsync(1, cancel);
                await pods.DeleteAsync(name, cancel);
                single.Add(took);
                bare.Add(await cluster.RunBareAsync($"bare-{turn}", cancel));
            }

            figures[OnePod] = Median(single);
            var idle = (await pods.StartAsync(IdlePods, cancel)).Names;
            await MeasureIdleAsync(cluster, figures, cancel);
            await pods.DeleteAsync(idle, cancel);

            (figures[Fifty], var fifty) = await pods.StartAsync(50, cancel);
            (figures[Hundred], var more) = await pods.StartAsync(50, cancel);
            await pods.DeleteAsync([.. fifty, .. more.Skip(IdlePods)], cancel);
        }

        private async Task MeasureIdleAsync(BenchCluster cluster, Dictionary<string, double> figures, CancellationToken cancel)
        {
            var time = TimeSpan.FromSeconds(run.IsQuick ? 10 : 30);
            // What was just done has its own aftermath, which is not idleness.
            await Task.Delay(TimeSpan.FromSeconds(5), cancel);
            var before = cluster.Processes().ProcessorSeconds;
            await Task.Delay(time, cancel);
            var after = cluster.Processes();
            figures[Processor] = (after.ProcessorSeconds - before) / time.TotalSeconds * 100;
            var memory = after.Memory;
            foreach (var kind in Kinds) figures[$"memory idle, {kind}"] = memory.GetValueOrDefault(kind);
            figures[Memory] = Kinds.Where(kind => kind != "shims").Sum(kind => memory.GetValueOrDefault(kind));
        }
    }

    // Measured in turn with the pods, on their containerd; here the figures are only handed in.
    private sealed class BareRuns(List<double> runs) : IContestant
    {
        public Task<IReadOnlyDictionary<string, double>> RunRoundAsync(CancellationToken cancel) =>
            Task.FromResult<IReadOnlyDictionary<string, double>>(new Dictionary<string, double> { [OnePod] = Median(runs) });

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private static double Median(IEnumerable<double> figures)
    {
        var sorted = figures.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
