using System.Text;
using Keelson.Bench.Harness;

namespace Keelson.Bench.Serving;

/// <summary>What a custom resource definition costs in memory.</summary>
internal sealed class DefinitionBenchmark : IBenchmark
{
    private const string Cost = "memory a definition";

    public string Name => "api/definition";

    public string About => "Custom resource definitions with a schema of some 60 fields: what each adds to the server's memory (proportional set size), some seconds later.";

    public IReadOnlyList<Metric> Metrics => [new(Cost, "kB", new Target(TargetKind.AtMost, 100)), new("creates", "1/s")];

    public IReadOnlyList<string> Contestants => [Contestant.Served, QuotedFigures.Upstream];

    public async Task<IContestant> OpenAsync(string contestant, BenchmarkRun run, CancellationToken cancel) => contestant == QuotedFigures.Upstream
        ? new QuotedFigures(new Dictionary<string, double> { [Cost] = 13_000 })
        : new Definer(await ApiServerProcess.StartAsync(Path.Combine(run.Folder, "api-definition"), cancel));

    private static byte[] Create(int round, int number)
    {
        var fields = string.Join(',', Enumerable.Range(0, 20).Select(field =>
            $$$"""
            "group{{{field}}}":{"type":"object","description":"What the operator does in this case.","properties":{"enabled":{"type":"boolean"},"amount":{"type":"integer","minimum":0,"default":3} } }
            """));
        return LeanConnection.Request("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", Encoding.UTF8.GetBytes(
            $$$"""
            {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"things{{{number}}}.round{{{round}}}.example.com" },
            "spec":{"group":"round{{{round}}}.example.com","scope":"Namespaced","names":{"plural":"things{{{number}}}","singular":"thing{{{number}}}","kind":"Thing{{{number}}}","listKind":"Thing{{{number}}}List" },
            "versions":[{"name":"v1","served":true,"storage":true,"subresources":{"status":{} },"schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","properties":{ {{{fields}}} } },"status":{"type":"object","x-kubernetes-preserve-unknown-fields":true} } } } }] } }
            """));
    }

    private sealed class Definer(ApiServerProcess server) : IContestant
    {
        private const int Definitions = 100;
        private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

        private int _round;

        public async Task<IReadOnlyDictionary<string, double>> RunRoundAsync(CancellationToken cancel)
        {
            var round = _round++;
            await using var connection = await server.ConnectAsync(cancel);
            await Task.Delay(Settling, cancel);
            var before = server.Process.ProportionalSetSize;
            var started = System.Diagnostics.Stopwatch.GetTimestamp();
            for (var i = 0; i < Definitions; i++) await connection.SendAsync(Create(round, i), cancel);
            while (!(await ApiServerProcess.GetAsync(connection, $"/apis/round{round}.example.com/v1", cancel, isWelcomeToFail: true)).Contains($"\"things{Definitions - 1}\"", StringComparison.Ordinal)) await Task.Delay(10, cancel);
            var elapsed = System.Diagnostics.Stopwatch.GetElapsedTime(started);
            await Task.Delay(Settling, cancel);
            var after = server.Process.ProportionalSetSize;
            return new Dictionary<string, double> { [Cost] = Math.Max(0, after - before) / 1000.0 / Definitions, ["creates"] = Definitions / elapsed.TotalSeconds };
        }

        public ValueTask DisposeAsync() => server.DisposeAsync();
    }
}
