using Keelson.Bench.Harness;

namespace Keelson.Bench.Serving;

/// <summary>What the server takes of memory while very many informers begin at once and none of them is quick.</summary>
internal sealed class InformersBenchmark : IBenchmark
{
    private const int Informers = 1024;
    private const int ObjectBytes = 20_000;
    private const int Objects = 20_000;
    private const double Megabyte = 1e6;

    public string Name => "api/informers";

    public string About => $"{Informers:N0} informers begin a streaming list of the same objects and have read the first 64 kB: memory (proportional set size) of the server, in relation to the objects' JSON. Of 400 MB of objects 16 informers can end a server without streaming lists.";

    public IReadOnlyList<Metric> Metrics =>
    [
        new("objects", "MB"),
        new("memory with the objects", "MB"),
        new("memory with the informers", "MB"),
        new("an informer", "kB"),
        new("memory : objects", "times", new Target(TargetKind.AtMost, 1.2)),
    ];

    public IReadOnlyList<string> Contestants => [Contestant.Served];

    public async Task<IContestant> OpenAsync(string contestant, BenchmarkRun run, CancellationToken cancel)
    {
        var server = await ApiServerProcess.StartAsync(Path.Combine(run.Folder, "api-informers"), cancel);
        var connections = await server.ConnectAsync(4, cancel);
        var text = new string('x', ObjectBytes);
        await ApiServerProcess.FillAsync(connections, Objects, number => Samples.CreateConfigMap($"i-{number:D5}", text), cancel);
        foreach (var connection in connections) await connection.DisposeAsync();
        return new Crowd(server);
    }

    private sealed class Crowd(ApiServerProcess server) : IContestant
    {
        /// <summary>A server that has come to rest gives memory back within some seconds.</summary>
        private static readonly TimeSpan Settling = TimeSpan.FromSeconds(12);

        public async Task<IReadOnlyDictionary<string, double>> RunRoundAsync(CancellationToken cancel)
        {
            await Task.Delay(Settling, cancel);
            var before = server.Process.ProportionalSetSize;
            var request = LeanConnection.Request("GET", Samples.ConfigMaps + "?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true");
            var informers = await server.ConnectAsync(Informers, cancel);
            try
            {
                await Task.WhenAll(informers.Select(async informer =>
                {
                    await informer.BeginAsync(request, cancel);
                    for (var read = 0; read < 64_000;) read += (await informer.ReadBodyAsync(cancel)).Length;
                }));
                var during = server.Process.ProportionalSetSize;
                var objects = (double)Objects * (ObjectBytes + 500);
                return new Dictionary<string, double>
                {
                    ["objects"] = objects / Megabyte,
                    ["memory with the objects"] = before / Megabyte,
                    ["memory with the informers"] = during / Megabyte,
                    ["an informer"] = (during - before) / 1000.0 / Informers,
                    ["memory : objects"] = during / objects,
                };
            }
            finally
            {
                foreach (var informer in informers) await informer.DisposeAsync();
            }
        }

        public ValueTask DisposeAsync() => server.DisposeAsync();
    }
}
