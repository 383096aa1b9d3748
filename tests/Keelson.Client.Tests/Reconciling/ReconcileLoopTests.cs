using System.Collections.Concurrent;
using Keelson.Api.Apps.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Client.Informers;
using Keelson.Client.Queues;
using Keelson.Client.Reconciling;
using Keelson.Client.Tests.Support;

namespace Keelson.Client.Tests.Reconciling;

public sealed class ReconcileLoopTests
{
    [Fact]
    public async Task Changes_of_an_object_and_of_what_it_owns_reach_the_reconciler()
    {
        await using var server = await LocalServer.StartAsync();
        using var client = server.CreateClient();
        var factory = new InformerFactory(client);
        var reconciler = new Recorder { Outcomes = _ => Outcome.Done };
        using var loop = new ReconcileLoop<Deployment>(reconciler, new ReconcileLoopOptions { Queue = new WorkQueueOptions<ObjectKey> { Time = server.Clock } });
        loop.Watch(factory.For<Deployment>()).Watch(factory.For<ConfigMap>(), map => Owners.ControllerKeys<Deployment>(map.Metadata));
        using var stop = new CancellationTokenSource();
        var running = Task.WhenAll(factory.RunAsync(stop.Token), loop.RunAsync(stop.Token));

        var owner = await client.Resource<Deployment>().CreateAsync(Samples.Deployment("web", 1), cancel: Eventually.Limit());
        await Eventually.HoldsAsync(() => reconciler.Keys.Count == 1, "the deployment was reconciled");
        await client.Resource<ConfigMap>().CreateAsync(
            new ConfigMap { Metadata = new ObjectMeta { Name = "owned", Namespace = "default", OwnerReferences = [Owners.ControllerReference(owner)] } }, cancel: Eventually.Limit());
        await client.Resource<ConfigMap>().CreateAsync(new ConfigMap { Metadata = new ObjectMeta { Name = "free", Namespace = "default" } }, cancel: Eventually.Limit());
        await Eventually.HoldsAsync(() => reconciler.Keys.Count == 2, "the owned object's owner was reconciled");
        Assert.All(reconciler.Keys, key => Assert.Equal(new ObjectKey("default", "web"), key));
        await stop.CancelAsync();
        await running.WaitAsync(Eventually.Deadline);
    }

    [Fact]
    public async Task A_failure_is_tried_again_and_a_delay_is_kept()
    {
        var clock = new Testing.VirtualClock();
        var errors = new ConcurrentQueue<(int Failures, string Message)>();
        var calls = new ConcurrentQueue<DateTimeOffset>();
        var reconciler = new Recorder
        {
            Outcomes = count =>
            {
                calls.Enqueue(clock.GetUtcNow());
                return count switch
                {
                    < 3 => throw new InvalidOperationException($"attempt {count}"),
                    3 => Outcome.After(TimeSpan.FromMinutes(1)),
                    _ => Outcome.Done,
                };
            },
        };
        using var loop = new ReconcileLoop<Deployment>(reconciler, new ReconcileLoopOptions
        {
            Queue = new WorkQueueOptions<ObjectKey> { Time = clock },
            OnError = (_, failures, failure) => errors.Enqueue((failures, failure.Message)),
        });
        using var stop = new CancellationTokenSource();
        var running = loop.RunAsync(stop.Token);
        loop.Queue.Add(new ObjectKey("default", "web"));
        await clock.AdvanceUntilAsync(() => calls.Count == 4, TimeSpan.FromMinutes(5));
        Assert.Equal([(1, "attempt 1"), (2, "attempt 2")], errors);
        var times = calls.Select(call => (call - Testing.VirtualClock.DefaultStart).TotalMilliseconds).ToList();
        Assert.Equal([0, 5, 15, 60_015], times);
        Assert.Equal(0, loop.Queue.Failures(new ObjectKey("default", "web")));
        await stop.CancelAsync();
        await running.WaitAsync(Eventually.Deadline);
    }

    private sealed class Recorder : IReconciler<Deployment>
    {
        private int _count;

        public required Func<int, Outcome> Outcomes { get; init; }

        public ConcurrentQueue<ObjectKey> Keys { get; } = [];

        public Task<Outcome> ReconcileAsync(ObjectKey key, CancellationToken cancel)
        {
            Keys.Enqueue(key);
            return Task.FromResult(Outcomes(Interlocked.Increment(ref _count)));
        }
    }
}
