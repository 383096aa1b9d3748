using System.Collections.Concurrent;
using System.Net;
using Keelson.Api.Core.V1;
using Keelson.Client.Informers;
using Keelson.Client.Tests.Support;
using Keelson.Testing;

namespace Keelson.Client.Tests.Informers;

public sealed class InformerTests
{
    [Fact]
    public async Task The_first_state_comes_as_a_stream_that_goes_on_as_the_watch()
    {
        await using var run = new Run();
        var watch = run.Api.Watch();
        watch.Event("ADDED", Samples.Map("a", 1)).Event("ADDED", Samples.Map("b", 2));
        run.Start();
        await Eventually.HoldsAsync(() => run.Api.Requests.Count == 1, "the stream was asked for");
        Assert.False(run.Informer.HasSynced);
        Assert.Contains("sendInitialEvents=true", run.Api.Requests[0].Path, StringComparison.Ordinal);
        Assert.Contains("resourceVersionMatch=NotOlderThan", run.Api.Requests[0].Path, StringComparison.Ordinal);
        watch.Event("BOOKMARK", Samples.Bookmark(5, endsInitialEvents: true)).Event("MODIFIED", Samples.Map("a", 6, value: "x"));
        await run.Informer.WaitForSyncAsync(Eventually.Limit());
        await run.SeesAsync("add a initially, add b initially, update a 1 to 6", sorted: false);
        Assert.Equal("6", run.Informer.Snapshot.ResourceVersion);
        Assert.Single(run.Api.Requests);
    }

    [Fact]
    public async Task A_server_without_streams_is_listed_in_pages_and_watched()
    {
        await using var run = new Run();
        run.Api.Refuse(HttpStatusCode.UnprocessableEntity, "Invalid")
            .Answer(Samples.Page(7, "next", Samples.Map("a", 1)))
            .Answer(Samples.Page(7, "", Samples.Map("b", 2)));
        var watch = run.Api.Watch();
        watch.Event("DELETED", Samples.Map("a", 8));
        run.Start();
        await run.SeesAsync("add a initially, add b initially, delete a");
        var paths = run.Api.Requests.Select(request => request.Path).ToList();
        Assert.Contains("resourceVersion=0", paths[1], StringComparison.Ordinal);
        Assert.Contains("continue=next", paths[2], StringComparison.Ordinal);
        Assert.Contains("resourceVersion=7", paths[3], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_never_says_that_this_was_all_is_listed()
    {
        await using var run = new Run();
        run.Api.Watch().Event("ADDED", Samples.Map("a", 1)).Event("BOOKMARK", Samples.Bookmark(3));
        run.Api.Answer(Samples.List(4, Samples.Map("a", 1)));
        run.Start();
        await run.SeesAsync("add a initially");
        Assert.Equal("4", run.Informer.Snapshot.ResourceVersion);
    }

    [Fact]
    public async Task After_a_break_the_watch_goes_on_from_the_last_version()
    {
        await using var run = new Run(streaming: false);
        run.Api.Answer(Samples.List(5));
        var first = run.Api.Watch();
        first.Event("ADDED", Samples.Map("a", 6)).Event("BOOKMARK", Samples.Bookmark(9));
        run.Api.Watch().Event("MODIFIED", Samples.Map("a", 10));
        run.Start();
        await Eventually.HoldsAsync(() => run.Informer.Snapshot.ResourceVersion == "9", "the bookmark was seen");
        first.Break();
        await run.SeesAsync("add a, update a 6 to 10");
        Assert.Contains("resourceVersion=9", run.Api.Requests[2].Path, StringComparison.Ordinal);
        Assert.Equal(1, run.Informer.Lists);
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("{\"type\":\"ADDED\",\"object\":{\"metadata\":7}}\n")]
    [InlineData("{\"type\":\"ADDED\",\"object\":{\"met")]
    [InlineData("{\"type\":\"WHATEVER\",\"object\":{}}\n")]
    [InlineData("{\"type\":\"ADDED\"}\n")]
    public async Task Garbage_on_the_stream_is_reported_and_the_watch_begun_anew(string garbage)
    {
        await using var run = new Run(streaming: false);
        run.Api.Answer(Samples.List(5));
        run.Api.Watch().Event("ADDED", Samples.Map("a", 6)).Send(garbage).End();
        run.Api.Watch().Event("DELETED", Samples.Map("a", 7));
        run.Start();
        await run.SeesAsync("add a, delete a");
        Assert.NotEmpty(run.Errors);
    }

    [Fact]
    public async Task A_version_that_is_too_old_leads_to_a_new_list_and_tells_only_what_differs()
    {
        await using var run = new Run(streaming: false);
        run.Api.Answer(Samples.List(5, Samples.Map("same", 1), Samples.Map("changed", 2), Samples.Map("gone", 3), Samples.Map("again", 4)));
        run.Api.Watch().Event("ERROR", Samples.Gone).End();
        run.Api.Answer(Samples.List(20, Samples.Map("same", 1), Samples.Map("changed", 12), Samples.Map("new", 13), Samples.Map("again", 14, uid: "other")));
        run.Start();
        await run.SeesAsync("add again initially, add changed initially, add gone initially, add same initially, "
            + "add again, add new, delete again unseen, delete gone unseen, update changed 2 to 12");
        Assert.DoesNotContain("resourceVersion=", run.Api.Requests[2].Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_continuation_that_is_too_old_leads_to_a_list_in_one_piece()
    {
        await using var run = new Run(streaming: false);
        run.Api.Answer(Samples.Page(5, "next", Samples.Map("a", 1))).Refuse(HttpStatusCode.Gone, "Expired").Answer(Samples.List(6, Samples.Map("b", 2)));
        run.Start();
        await run.SeesAsync("add b initially");
        Assert.DoesNotContain("limit", run.Api.Requests[2].Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_away_is_asked_again_with_growing_pauses()
    {
        await using var run = new Run(streaming: false);
        for (var i = 0; i < 6; i++) run.Api.Fail(new HttpRequestException("connection refused"));
        run.Api.Answer(Samples.List(5, Samples.Map("a", 1)));
        var began = run.Clock.GetUtcNow();
        run.Start();
        await run.SeesAsync("add a initially");
        var waited = run.Clock.GetUtcNow() - began;
        Assert.InRange(waited.TotalSeconds, 0.8 + 1.6 + 3.2 + 6.4 + 12.8 + 25.6, 2 * (0.8 + 1.6 + 3.2 + 6.4 + 12.8 + 25.6));
    }

    [Fact]
    public async Task A_late_handler_is_told_of_what_is_there_and_a_failing_one_disturbs_nobody()
    {
        await using var run = new Run(streaming: false);
        run.Api.Answer(Samples.List(5, Samples.Map("a", 1)));
        var watch = run.Api.Watch();
        run.Informer.AddHandler(_ => throw new InvalidOperationException("a handler's mistake"));
        run.Start();
        await run.SeesAsync("add a initially");
        var keys = new ConcurrentQueue<ObjectKey>();
        using (run.Informer.AddHandler(keys.Enqueue))
        {
            Assert.Equal([new ObjectKey("default", "a")], keys);
            watch.Event("MODIFIED", Samples.Map("a", 6));
            await run.SeesAsync("add a initially, update a 1 to 6");
            Assert.Equal(2, keys.Count);
        }

        watch.Event("MODIFIED", Samples.Map("a", 7));
        await run.SeesAsync("add a initially, update a 1 to 6, update a 6 to 7");
        Assert.Equal(2, keys.Count);
        Assert.Contains(run.Errors, error => error.Message == "a handler's mistake");
    }

    [Fact]
    public async Task A_handler_that_asks_for_it_is_told_of_all_objects_again_and_again()
    {
        await using var run = new Run(streaming: false);
        run.Api.Answer(Samples.List(5, Samples.Map("a", 1)));
        var again = 0;
        run.Informer.AddHandler(new InformerHandler<ConfigMap> { Updated = (before, after) => again += ReferenceEquals(before, after) ? 1 : 0 }, TimeSpan.FromMinutes(1));
        run.Start();
        await run.SeesAsync("add a initially");
        run.Clock.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal(3, again);
    }

    [Fact]
    public async Task Everyone_who_asks_the_factory_shares_one_informer()
    {
        await using var server = await LocalServer.StartAsync();
        using var client = server.CreateClient();
        var factory = new InformerFactory(client);
        Assert.Same(factory.For<ConfigMap>(), factory.For<ConfigMap>());
        Assert.NotSame(factory.For<ConfigMap>(), factory.For<ConfigMap>("default"));
        using var stop = new CancellationTokenSource();
        var running = factory.RunAsync(stop.Token);
        // Also what is asked for while it runs.
        var metadata = factory.Metadata(ApiResource.Of<Namespace>());
        await factory.WaitForSyncAsync(Eventually.Limit());
        Assert.NotNull(metadata.Get(new ObjectKey("", "default")));
        await stop.CancelAsync();
        await running.WaitAsync(Eventually.Deadline);
    }

    private sealed class Run : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly ApiClient _client;
        private readonly List<string> _seen = [];
        private Task _running = Task.CompletedTask;

        public Run(bool streaming = true)
        {
            _client = new ApiClient(new ApiClientOptions { Handler = Api, Time = Clock });
            Informer = new Informer<ConfigMap>(_client.Resource<ConfigMap>(), new InformerOptions { UseStreamingList = streaming, OnError = Errors.Enqueue });
            Informer.AddHandler(new Recorder(this));
        }

        public FakeApi Api { get; } = new();

        public VirtualClock Clock { get; } = new();

        public Informer<ConfigMap> Informer { get; }

        public ConcurrentQueue<Exception> Errors { get; } = [];

        public void Start() => _running = Informer.RunAsync(_stop.Token);

        public async Task SeesAsync(string expected, bool sorted = true)
        {
            var last = "";
            try
            {
                await Clock.AdvanceUntilAsync(() => (last = Text()) == expected, TimeSpan.FromMinutes(5));
            }
            catch (TimeoutException)
            {
                Assert.Equal(expected, last);
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _running.WaitAsync(Eventually.Deadline);
            _client.Dispose();
        }

        // What one list tells comes in no order, so it is sorted; what comes later keeps its place.
        private string Text()
        {
            lock (_seen)
            {
                var initial = _seen.TakeWhile(text => text.EndsWith("initially", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
                var later = _seen.Skip(initial.Count).ToList();
                if (later.Exists(text => text.EndsWith("unseen", StringComparison.Ordinal))) later.Sort(StringComparer.Ordinal);
                return string.Join(", ", initial.Concat(later));
            }
        }

        private void Add(string text)
        {
            lock (_seen) _seen.Add(text);
        }

        private sealed class Recorder(Run run) : IInformerHandler<ConfigMap>
        {
            public void OnAdd(ConfigMap value, bool isInitial) => run.Add($"add {value.Metadata.Name}{(isInitial ? " initially" : "")}");

            public void OnUpdate(ConfigMap before, ConfigMap after) =>
                run.Add($"update {after.Metadata.Name} {before.Metadata.ResourceVersion} to {after.Metadata.ResourceVersion}");

            public void OnDelete(ConfigMap last, bool isLastStateUnknown) => run.Add($"delete {last.Metadata.Name}{(isLastStateUnknown ? " unseen" : "")}");
        }
    }
}
