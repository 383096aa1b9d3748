using Keelson.Bench.Harness;

namespace Keelson.Bench.Serving;

/// <summary>How many answers a second 16 clients get that each ask for the same path again and again.</summary>
internal sealed class ReadBenchmark : IBenchmark
{
    private const int Clients = 16;
    private const string Rate = "answers";
    private const string Constant = "constant bytes";

    public required string Name { get; init; }

    public required string About { get; init; }

    public required string Path { get; init; }

    /// <summary>What upstream was measured with, and how many times that is wanted.</summary>
    public required (double PerSecond, double Times) Upstream { get; init; }

    public int Pods { get; init; }

    public int ConfigMaps { get; init; } = 100;

    /// <summary>Whether the memory that 16 such answers take while they are under way is looked at.</summary>
    public bool LooksAtMemory { get; init; }

    public static IReadOnlyList<IBenchmark> All { get; } =
    [
        new ReadBenchmark { Name = "api/get", About = "16 clients get one small object. Beside it a web server that answers with as many constant bytes.", Path = Samples.ConfigMaps + "/m-00042", Upstream = (3850, 10) },
        new ReadBenchmark { Name = "api/list-100", About = "16 clients list 100 small objects.", Path = Samples.ConfigMaps, Upstream = (1800, 10) },
        new ReadBenchmark { Name = "api/list-3000", About = "16 clients list 3,000 pods. Upstream's figure from its cache; with a quorum read it was 16/s.", Path = Samples.Pods, Upstream = (30, 8), Pods = 3000, LooksAtMemory = true },
        new ReadBenchmark { Name = "api/selector", About = "16 clients list with a selector that matches none of 3,000 pods.", Path = Samples.Pods + "?labelSelector=app%3Dnone", Upstream = (33, 50), Pods = 3000 },
    ];

    public IReadOnlyList<Metric> Metrics =>
    [
        new(Rate, "1/s", new Target(TargetKind.AtLeastTimes, Upstream.Times, QuotedFigures.Upstream)),
        new("p50", "ms"),
        new("p99", "ms"),
        new("server's processor time", "µs each"),
        new("bytes each", "kB"),
        .. LooksAtMemory ? new Metric[] { new("memory of 64 under way", "kB each") } : [],
    ];

    public IReadOnlyList<string> Contestants => [Contestant.Served, Constant, QuotedFigures.Upstream];

    public async Task<IContestant> OpenAsync(string contestant, BenchmarkRun run, CancellationToken cancel)
    {
        if (contestant == QuotedFigures.Upstream) return new QuotedFigures(new Dictionary<string, double> { [Rate] = Upstream.PerSecond });
        var folder = System.IO.Path.Combine(run.Folder, Name.Replace('/', '-') + contestant.Replace(' ', '-'));
        if (contestant == Constant)
        {
            var constant = await ConstantServer.StartAsync(folder, await LengthAsync(run, cancel), cancel);
            return new Reader(constant, null, await constant.ConnectAsync(Clients, cancel), LeanConnection.Request("GET", "/"), run.RoundTime, false);
        }

        var server = await ApiServerProcess.StartAsync(folder, cancel);
        var connections = await server.ConnectAsync(Clients, cancel);
        await connections[0].SendAsync(Samples.DefaultAccount, cancel, isWelcomeToFail: true);
        await ApiServerProcess.FillAsync(connections, ConfigMaps, number => Samples.CreateConfigMap($"m-{number:D5}"), cancel);
        await ApiServerProcess.FillAsync(connections, Pods, Samples.CreatePod, cancel);
        return new Reader(server, server, connections, LeanConnection.Request("GET", Path), run.RoundTime, LooksAtMemory);
    }

    // As long as the real answer, which another server is asked for.
    private async Task<int> LengthAsync(BenchmarkRun run, CancellationToken cancel)
    {
        var folder = System.IO.Path.Combine(run.Folder, Name.Replace('/', '-') + "-length");
        await using var server = await ApiServerProcess.StartAsync(folder, cancel);
        var connections = await server.ConnectAsync(Clients, cancel);
        await connections[0].SendAsync(Samples.DefaultAccount, cancel, isWelcomeToFail: true);
        await ApiServerProcess.FillAsync(connections, ConfigMaps, number => Samples.CreateConfigMap($"m-{number:D5}"), cancel);
        await ApiServerProcess.FillAsync(connections, Pods, Samples.CreatePod, cancel);
        var length = await connections[0].SendAsync(LeanConnection.Request("GET", Path), cancel);
        foreach (var connection in connections) await connection.DisposeAsync();
        return (int)length;
    }

    private sealed class Reader(IAsyncDisposable owner, ApiServerProcess? server, LeanConnection[] connections, byte[] request, TimeSpan roundTime, bool looksAtMemory) : IContestant
    {
        private const int UnderWay = 64;

        private int _round;

        public async Task<IReadOnlyDictionary<string, double>> RunRoundAsync(CancellationToken cancel)
        {
            long length = 0;

            // The first round warms up, and takes as long as the compiler needs to come to an end.
            var time = _round++ == 0 ? roundTime * 2 : roundTime;
            var used = server?.Process.ProcessorTime;
            var (rate, latencies) = await ClosedLoop.RunAsync(Clients, time, async (client, _) => length = await connections[client].SendAsync(request, cancel), cancel);
            var figures = new Dictionary<string, double>
            {
                [Rate] = rate,
                ["p50"] = latencies.Percentile(0.5),
                ["p99"] = latencies.Percentile(0.99),
                ["bytes each"] = length / 1000.0,
            };
            if (server?.Process.ProcessorTime - used is { } spent) figures["server's processor time"] = spent.TotalMicroseconds / latencies.Count;
            if (looksAtMemory && server is not null) figures["memory of 64 under way"] = await MemoryAsync(server, cancel);
            return figures;
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var connection in connections) await connection.DisposeAsync();
            await owner.DisposeAsync();
        }

        // Clients that ask and read only the beginning: whatever the server holds for them, it holds now.
        private async Task<double> MemoryAsync(ApiServerProcess asked, CancellationToken cancel)
        {
            var waiting = await asked.ConnectAsync(UnderWay, cancel);
            var before = asked.Process.ProportionalSetSize;
            foreach (var connection in waiting) await connection.BeginAsync(request, cancel);
            await Task.Delay(200, cancel);
            var after = asked.Process.ProportionalSetSize;
            foreach (var connection in waiting) await connection.DisposeAsync();
            return Math.Max(0, after - before) / 1000.0 / UnderWay;
        }
    }
}
