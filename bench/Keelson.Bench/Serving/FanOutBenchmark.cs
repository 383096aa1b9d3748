using System.Buffers.Text;
using System.Diagnostics;
using Keelson.Bench.Harness;

namespace Keelson.Bench.Serving;

/// <summary>How long a write takes to all who watch; optionally some of them read nothing.</summary>
internal sealed class FanOutBenchmark(int stalledShare) : IBenchmark
{
    private const int Watchers = 200;
    private const int WritesPerSecond = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public string Name => stalledShare == 0 ? "api/watch" : "api/watch-stalled";

    public string About =>
        $"{Watchers} watchers with a connection each, {WritesPerSecond} creates of small objects a second; from before the write until the watcher has the event"
        + (stalledShare == 0 ? "." : $", while {stalledShare}% of the watchers read nothing.");

    public IReadOnlyList<Metric> Metrics => [new("p50", "ms"), new("p99", "ms", new Target(TargetKind.AtMost, 10)), new("longest", "ms"), new("processors the server used", "%")];

    public IReadOnlyList<string> Contestants => [Contestant.Served, QuotedFigures.Upstream];

    public async Task<IContestant> OpenAsync(string contestant, BenchmarkRun run, CancellationToken cancel) => contestant == QuotedFigures.Upstream
        ? new QuotedFigures(new Dictionary<string, double> { ["p50"] = 47, ["p99"] = 140 })
        : new Fan(await ApiServerProcess.StartAsync(Path.Combine(run.Folder, Name.Replace('/', '-')), cancel), Watchers * stalledShare / 100, (int)(run.RoundTime.TotalSeconds * WritesPerSecond));

    private sealed class Fan(ApiServerProcess server, int stalledCount, int writes) : IContestant
    {
        private readonly long[] _sent = new long[writes];
        private int _round;

        public async Task<IReadOnlyDictionary<string, double>> RunRoundAsync(CancellationToken cancel)
        {
            var round = _round++;
            var watchers = await server.ConnectAsync(Watchers, cancel);
            var request = LeanConnection.Request("GET", $"{Samples.ConfigMaps}?watch=1&labelSelector=app%3Dbench&resourceVersion={await VersionAsync(cancel)}");
            foreach (var watcher in watchers) await watcher.BeginAsync(request, cancel);
            var reading = watchers.Skip(stalledCount).Select(watcher => Task.Run(() => ReadAsync(watcher, cancel), cancel)).ToArray();
            var (used, started) = (server.Process.ProcessorTime, Stopwatch.GetTimestamp());
            await WriteAsync(round, cancel);
            var all = new Latencies();
            foreach (var watcher in reading) all.Merge(await watcher.WaitAsync(Patience, cancel));
            used = server.Process.ProcessorTime - used;
            var elapsed = Stopwatch.GetElapsedTime(started);
            foreach (var watcher in watchers) await watcher.DisposeAsync();
            return new Dictionary<string, double>
            {
                ["p50"] = all.Percentile(0.5),
                ["p99"] = all.Percentile(0.99),
                ["longest"] = all.Percentile(1),
                ["processors the server used"] = used / elapsed * 100,
            };
        }

        public ValueTask DisposeAsync() => server.DisposeAsync();

        private async Task<string> VersionAsync(CancellationToken cancel)
        {
            await using var connection = await server.ConnectAsync(cancel);
            var list = await ApiServerProcess.GetAsync(connection, Samples.ConfigMaps + "?limit=1", cancel);
            return list.Split("\"resourceVersion\":\"")[1].Split('"')[0];
        }

        // At a fixed pace whatever a write takes, so that a slow server does not slow its own load down.
        private async Task WriteAsync(int round, CancellationToken cancel)
        {
            var connections = new Stack<LeanConnection>(await server.ConnectAsync(8, cancel));
            var begun = Stopwatch.GetTimestamp();
            var writing = new List<Task>();
            for (var n = 0; n < writes; n++)
            {
                var due = TimeSpan.FromSeconds((double)n / WritesPerSecond) - Stopwatch.GetElapsedTime(begun);
                if (due > TimeSpan.Zero) await Task.Delay(due, cancel);
                LeanConnection? free;
                lock (connections)
                {
                    if (!connections.TryPop(out free)) free = null;
                }

                writing.Add(CreateAsync(free ?? await server.ConnectAsync(cancel), round, n));
            }

            await Task.WhenAll(writing);
            foreach (var connection in connections) await connection.DisposeAsync();

            async Task CreateAsync(LeanConnection connection, int turn, int number)
            {
                var create = Samples.CreateConfigMap($"f-{turn}-{number}", $"seq{number:D6}");
                Volatile.Write(ref _sent[number], Stopwatch.GetTimestamp());
                await connection.SendAsync(create, cancel);
                lock (connections) connections.Push(connection);
            }
        }

        private async Task<Latencies> ReadAsync(LeanConnection watcher, CancellationToken cancel)
        {
            var latencies = new Latencies();
            while (latencies.Count < writes && await watcher.ReadBodyAsync(cancel) is { IsEmpty: false } part) Take(part.Span, latencies);
            return latencies;
        }

        // An event is written in one piece, so what it says is in one part.
        private void Take(ReadOnlySpan<byte> part, Latencies latencies)
        {
            while (part.IndexOf("\"seq"u8) is >= 0 and var place)
            {
                part = part[(place + 4)..];
                if (Utf8Parser.TryParse(part, out int number, out var digits) && digits == 6) latencies.Add(Volatile.Read(ref _sent[number]));
            }
        }
    }
}
