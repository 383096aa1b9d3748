using Keelson.Api.Core.V1;
using Keelson.Client.Recording;
using Keelson.Client.Tests.Support;

namespace Keelson.Client.Tests.Recording;

public sealed class EventRecorderTests
{
    [Fact]
    public async Task The_same_event_again_raises_its_count()
    {
        await using var run = await Run.StartAsync();
        for (var i = 0; i < 4; i++) run.Recorder.Warn(run.Pod, "FailedScheduling", "0/1 nodes are available.");
        run.Recorder.Record(run.Pod, "Scheduled", "Assigned.");
        var events = await run.WaitForAsync(events => events.Count == 2 && events.Exists(e => e.Count == 4) && events.Exists(e => e.Reason == "Scheduled"));
        var failed = events.Single(e => e.Reason == "FailedScheduling");
        Assert.Equal(("Warning", "0/1 nodes are available.", "tests", "default"), (failed.Type, failed.Message, failed.Source.Component, failed.Metadata.Namespace));
        Assert.Equal(("Pod", "one", run.Pod.Metadata.Uid, "v1"), (failed.InvolvedObject.Kind, failed.InvolvedObject.Name, failed.InvolvedObject.Uid, failed.InvolvedObject.ApiVersion));
    }

    [Fact]
    public async Task Many_that_differ_little_are_combined()
    {
        await using var run = await Run.StartAsync();
        for (var i = 0; i < 15; i++) run.Recorder.Record(run.Pod, "Pulling", $"attempt {i}");
        var events = await run.WaitForAsync(events => events.Exists(e => e.Count == 6));
        Assert.Equal(10, events.Count);
        Assert.StartsWith("(combined from similar events): attempt 14", events.Single(e => e.Count == 6).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_about_one_object_are_dropped_until_time_has_passed()
    {
        await using var run = await Run.StartAsync();
        for (var i = 0; i < 40; i++) run.Recorder.Record(run.Pod, $"Reason{i}", "text");
        await run.WaitForAsync(events => events.Count == 25 && run.Recorder.Dropped == 15);
        run.Server.Clock.Advance(TimeSpan.FromMinutes(10));
        for (var i = 40; i < 50; i++) run.Recorder.Record(run.Pod, $"Reason{i}", "text");
        await run.WaitForAsync(events => events.Count == 27 && run.Recorder.Dropped == 23);
    }

    [Fact]
    public async Task An_event_that_expired_begins_anew()
    {
        await using var run = await Run.StartAsync();
        run.Recorder.Record(run.Pod, "Pulled", "text");
        var first = (await run.WaitForAsync(events => events.Count == 1))[0];
        await run.Client.Resource<Event>().DeleteAsync(new ObjectKey("default", first.Metadata.Name), cancel: Eventually.Limit());
        run.Recorder.Record(run.Pod, "Pulled", "text");
        Assert.Equal(2, (await run.WaitForAsync(events => events.Count == 1))[0].Count);
    }

    [Fact]
    public void A_recorder_that_nobody_runs_keeps_a_bounded_number()
    {
        using var api = new FakeApi();
        using var client = new ApiClient(api);
        var recorder = new EventRecorder(client, new EventRecorderOptions { Component = "tests", QueueLimit = 5 });
        for (var i = 0; i < 8; i++) recorder.Record(Samples.Pod("one"), "Reason", "text");
        Assert.Equal(3, recorder.Dropped);
    }

    private sealed class Run : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private Task _running = Task.CompletedTask;

        public required LocalServer Server { get; init; }

        public required ApiClient Client { get; init; }

        public required Pod Pod { get; init; }

        public required EventRecorder Recorder { get; init; }

        public static async Task<Run> StartAsync()
        {
            var server = await LocalServer.StartAsync();
            var client = server.CreateClient();
            var pod = await client.Resource<Pod>().CreateAsync(Samples.Pod("one"), cancel: Eventually.Limit());
            var run = new Run { Server = server, Client = client, Pod = pod, Recorder = new EventRecorder(client, new EventRecorderOptions { Component = "tests" }) };
            run._running = run.Recorder.RunAsync(run._stop.Token);
            return run;
        }

        public async Task<List<Event>> WaitForAsync(Predicate<List<Event>> condition)
        {
            List<Event> events = [];
            for (var i = 0; i < 2000; i++)
            {
                events = [.. (await Client.Resource<Event>().ListAsync(cancel: Eventually.Limit())).Items];
                if (condition(events)) return events;
                await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System);
            }

            throw new TimeoutException($"The events are\n{string.Join('\n', events.Select(e => $"{e.Count} {e.Reason} {e.Message}"))}, {Recorder.Dropped} dropped");
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _running.WaitAsync(Eventually.Deadline);
            Client.Dispose();
            await Server.DisposeAsync();
        }
    }
}
