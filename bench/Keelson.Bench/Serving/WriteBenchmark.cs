using Keelson.Bench.Harness;

namespace Keelson.Bench.Serving;

/// <summary>How many writes a second 16 clients get done, each on disk before it is acknowledged.</summary>
internal sealed class WriteBenchmark(string verb) : IBenchmark
{
    private const int Clients = 16;

    /// <summary>What is deleted has to be made first, which takes longer.</summary>
    private static readonly TimeSpan DeletingTime = TimeSpan.FromSeconds(1);

    public static IReadOnlyList<IBenchmark> All { get; } = [new WriteBenchmark("create"), new WriteBenchmark("update"), new WriteBenchmark("patch"), new WriteBenchmark("delete")];

    public string Name => "api/" + verb;

    public string About => $"16 clients {verb} small objects, each one after another, durably.";

    public IReadOnlyList<Metric> Metrics =>
    [
        new("writes", "1/s", new Target(TargetKind.AtLeastTimes, 4, QuotedFigures.Upstream)),
        new("p50", "ms"),
        new("p99", "ms", new Target(TargetKind.AtMost, 10)),
        new("server's processor time", "µs each"),
    ];

    public IReadOnlyList<string> Contestants => [Contestant.Served, QuotedFigures.Upstream];

    public async Task<IContestant> OpenAsync(string contestant, BenchmarkRun run, CancellationToken cancel)
    {
        // Upstream's verbs lay between 1,300 and 2,200 a second and 6 and 10 ms.
        if (contestant == QuotedFigures.Upstream) return new QuotedFigures(new Dictionary<string, double> { ["writes"] = 1750, ["p50"] = 8 });
        var server = await ApiServerProcess.StartAsync(Path.Combine(run.Folder, "api-" + verb), cancel);
        return new Writer(server, await server.ConnectAsync(Clients, cancel), verb, verb == "delete" ? DeletingTime : run.RoundTime);
    }

    private sealed class Writer(ApiServerProcess server, LeanConnection[] connections, string verb, TimeSpan roundTime) : IContestant
    {
        /// <summary>Objects that are there to be deleted in a second of the round; more than can be.</summary>
        private const int DeletedPerSecond = 40_000;

        private int _round;

        public async Task<IReadOnlyDictionary<string, double>> RunRoundAsync(CancellationToken cancel)
        {
            var round = _round++;

            // The first round warms up, and takes as long as the compiler needs to come to an end.
            var time = round == 0 ? roundTime * 2 : roundTime;
            var before = verb switch { "create" => 0, "delete" => (int)(DeletedPerSecond * time.TotalSeconds) / Clients, _ => round == 0 ? 1 : 0 };
            await Task.WhenAll(connections.Select((connection, client) => PrepareAsync(connection, round, client, before, cancel)));
            var used = server.Process.ProcessorTime;
            var (rate, latencies) = await ClosedLoop.RunAsync(Clients, time, (client, n) => WriteAsync(round, client, n, before, cancel), cancel);
            used = server.Process.ProcessorTime - used;
            return new Dictionary<string, double>
            {
                ["writes"] = rate, ["p50"] = latencies.Percentile(0.5), ["p99"] = latencies.Percentile(0.99), ["server's processor time"] = used.TotalMicroseconds / latencies.Count,
            };
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var connection in connections) await connection.DisposeAsync();
            await server.DisposeAsync();
        }

        private string ObjectName(int round, int client, int n) => verb is "create" or "delete" ? $"w-{round}-{client}-{n}" : $"w-{client}";

        private async Task PrepareAsync(LeanConnection connection, int round, int client, int count, CancellationToken cancel)
        {
            for (var n = 0; n < count; n++) await connection.SendAsync(Samples.CreateConfigMap(ObjectName(round, client, n)), cancel);
        }

        private async ValueTask WriteAsync(int round, int client, int n, int prepared, CancellationToken cancel)
        {
            if (verb == "delete" && n >= prepared) throw new InvalidOperationException("There was nothing left to delete; prepare more.");
            var name = ObjectName(round, client, n);
            var path = $"{Samples.ConfigMaps}/{name}";
            var request = verb switch
            {
                "create" => Samples.CreateConfigMap(name),
                "update" => LeanConnection.Request("PUT", path, Samples.ConfigMap(name, $"value {round} {n}")),
                "patch" => LeanConnection.Request("PATCH", path, System.Text.Encoding.ASCII.GetBytes($$$"""{"data":{"key":"value {{{round}}} {{{n}}}"}}"""), "application/merge-patch+json"),
                _ => LeanConnection.Request("DELETE", path),
            };
            await connections[client].SendAsync(request, cancel);
        }
    }
}
