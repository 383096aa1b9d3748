using System.Diagnostics;
using Keelson.Api.Core.V1;
using Keelson.Bench.Harness;
using Keelson.Client;
using Keelson.Client.Informers;
using Keelson.Control.Scheduler;
using Keelson.Server.Serving;
using Keelson.Storage.Memory;

namespace Keelson.Bench.Scheduling;

/// <summary>How many pods a second are bound with everything there is but a socket: API server, informers, bindings, events.</summary>
internal sealed class ApiBenchmark : IBenchmark
{
    private const int Nodes = 1000;
    private const string Bound = "bound";
    private const string PerProcessor = "bound per processor second";

    public string Name => "scheduler/api";

    public string About => $"Pods bound a second, through an API server in the same process with its store in memory, on {Nodes:N0} nodes. Upstream's server and scheduler reached 190 on such a machine.";

    public IReadOnlyList<Metric> Metrics => [new(Bound, "pods/s", new Target(TargetKind.AtLeast, 1900)), new(PerProcessor, "pods/s")];

    public IReadOnlyList<string> Contestants => [Contestant.InProcess];

    public Task<IContestant> OpenAsync(string contestant, BenchmarkRun run, CancellationToken cancel) =>
        Task.FromResult<IContestant>(new Whole(run.IsQuick ? 2000 : 5000));

    private sealed class Whole(int pods) : IContestant
    {
        public async Task<IReadOnlyDictionary<string, double>> RunRoundAsync(CancellationToken cancel)
        {
            await using var store = new MemoryStore(TimeProvider.System);
            await using var server = new ApiServer(new ApiServerOptions { DisabledAdmissionPlugins = [.. ApiServerOptions.PluginsThatNeedControllers, "Priority"], Store = store, Time = TimeProvider.System, Random = new Random(1) });
            await server.StartAsync(cancel);
            using var handler = server.CreateHandler();
            using var client = new ApiClient(new ApiClientOptions { Handler = handler, UseProtobuf = true });
            for (var i = 0; i < Nodes; i++) await client.Resource<Node>().CreateAsync(Workload.Node(i), cancel: cancel);
            for (var i = 0; i < pods; i++) await CreateAsync(client, i, cancel);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            var informers = new InformerFactory(client);
            var bound = 0;
            var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            informers.For<Pod>().AddHandler(new InformerHandler<Pod>
            {
                Updated = (before, after) =>
                {
                    if (before.Spec.NodeName.Length == 0 && after.Spec.NodeName.Length > 0 && ++bound == pods) all.TrySetResult();
                },
            });
            var started = Stopwatch.GetTimestamp();
            var processor = Environment.CpuUsage.TotalTime;
            Task[] running = [informers.RunAsync(stop.Token), new PodScheduler(client, new SchedulerOptions(), informers).RunAsync(stop.Token)];
            await all.Task.WaitAsync(TimeSpan.FromMinutes(2), cancel);
            var elapsed = Stopwatch.GetElapsedTime(started);
            processor = Environment.CpuUsage.TotalTime - processor;
            await stop.CancelAsync();
            await Task.WhenAll(running);
            return new Dictionary<string, double> { [Bound] = pods / elapsed.TotalSeconds, [PerProcessor] = pods / processor.TotalSeconds };
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static Task CreateAsync(ApiClient client, int i, CancellationToken cancel)
        {
            var pod = Workload.All[0].Pod(i);
            return client.Resource<Pod>().CreateAsync(pod with { Metadata = pod.Metadata with { Uid = "", Namespace = "default" } }, cancel: cancel);
        }
    }
}
