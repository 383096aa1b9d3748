namespace Keelson.Server.Tests.Verbs;

public sealed class WatchTests
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";

    [Fact]
    public async Task A_watch_begins_with_what_is_there_and_goes_on_with_what_happens()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateMapAsync("a");
        await using var watch = await server.WatchAsync(Maps + "?watch=true");
        await server.CreateMapAsync("b");
        await server.PatchAsync(Maps + "/b", """{"data":{"k":"v"}}""", "application/merge-patch+json");
        await server.DeleteAsync(Maps + "/b");
        var events = await watch.TakeAsync(4);
        Assert.Equal(["ADDED a", "ADDED b", "MODIFIED b", "DELETED b"], events.Select(change => change.ToString()));
        Assert.Equal("v", events[3].Object["data", "k"]!.AsText());
        Assert.True(events[3].Version > events[2].Version);
    }

    [Fact]
    public async Task A_watch_from_a_version_tells_what_happened_since()
    {
        await using var server = await TestServer.StartAsync();
        var seen = (await server.CreateMapAsync("a")).Version;
        await server.CreateMapAsync("b");
        await using var watch = await server.WatchAsync($"{Maps}?watch=1&resourceVersion={seen}");
        Assert.Equal("ADDED b", (await watch.NextAsync())!.ToString());
        await using var legacy = await server.WatchAsync($"/api/v1/watch/namespaces/default/configmaps/b?resourceVersion={seen}");
        Assert.Equal("ADDED b", (await legacy.NextAsync())!.ToString());
    }

    [Fact]
    public async Task An_object_that_begins_to_match_is_added_and_one_that_stops_is_deleted()
    {
        await using var server = await TestServer.StartAsync();
        await using var watch = await server.WatchAsync(Maps + "?watch=1&labelSelector=on=yes");
        await server.CreateMapAsync("a");
        await server.PatchAsync(Maps + "/a", """{"metadata":{"labels":{"on":"yes"}}}""", "application/merge-patch+json");
        await server.PatchAsync(Maps + "/a", """{"data":{"k":"v"}}""", "application/merge-patch+json");
        var off = await server.PatchAsync(Maps + "/a", """{"metadata":{"labels":{"on":"no"}}}""", "application/merge-patch+json");
        var events = await watch.TakeAsync(3);
        Assert.Equal(["ADDED a", "MODIFIED a", "DELETED a"], events.Select(change => change.ToString()));
        Assert.Equal("yes", events[2].Object["metadata", "labels", "on"]!.AsText());
        Assert.Equal(off.Version, events[2].Object["metadata", "resourceVersion"]!.AsText());
    }

    [Fact]
    public async Task A_streamed_list_ends_with_a_marked_bookmark()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateMapAsync("a");
        await using var watch = await server.WatchAsync(Maps + "?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true");
        var events = await watch.TakeAsync(2);
        Assert.Equal(["ADDED", "BOOKMARK"], events.Select(change => change.Type));
        Assert.Equal("true", events[1].Object["metadata", "annotations", "k8s.io/initial-events-end"]!.AsText());
        Assert.Equal(422, (await server.GetAsync(Maps + "?watch=1&sendInitialEvents=true")).Code);
    }

    [Fact]
    public async Task A_quiet_watch_is_told_how_far_it_is()
    {
        await using var server = await TestServer.StartAsync();
        await using var watch = await server.WatchAsync(Maps + "?watch=1&allowWatchBookmarks=true");
        var elsewhere = (await server.PostAsync("/api/v1/namespaces", """{"metadata":{"name":"n"}}""")).Version;
        await server.GetAsync(Maps);
        var next = watch.NextAsync();
        await server.Clock.AdvanceUntilAsync(() => next.IsCompleted, TimeSpan.FromMinutes(5));
        var bookmark = (await next)!;
        Assert.Equal(("BOOKMARK", elsewhere), (bookmark.Type, bookmark.Object["metadata", "resourceVersion"]!.AsText()));
    }

    [Fact]
    public async Task A_watch_ends_when_its_time_is_up()
    {
        await using var server = await TestServer.StartAsync();
        await using var watch = await server.WatchAsync(Maps + "?watch=1&timeoutSeconds=5");
        var end = watch.NextAsync();
        await server.Clock.AdvanceUntilAsync(() => end.IsCompleted, TimeSpan.FromMinutes(5));
        Assert.Null(await end);
    }

    [Fact]
    public async Task A_watch_that_does_not_say_ends_within_an_hour()
    {
        await using var server = await TestServer.StartAsync();
        await using var watch = await server.WatchAsync(Maps + "?watch=1");
        var end = watch.NextAsync();
        // Once the watch has its timer, the hour is turned at once: not each of its thousands of other timers has to be waited for.
        await server.Clock.AdvanceUntilAsync(() => true, TimeSpan.Zero);
        Assert.False(end.IsCompleted);
        server.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Null(await end.WaitAsync(TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public async Task A_version_from_before_the_server_began_is_told_so()
    {
        await using var before = await TestServer.StartAsync();
        await before.CreateMapAsync("a");
        await using var server = await before.StartAnotherAsync();
        await using var late = await server.WatchAsync(Maps + "?watch=1&resourceVersion=2");
        var error = (await late.NextAsync())!;
        Assert.Equal(("ERROR", 410L), (error.Type, error.Object["code"]!.AsInteger()));
        Assert.StartsWith("too old resource version: 2 (", error.Object["message"]!.AsText(), StringComparison.Ordinal);
        Assert.Null(await late.NextAsync());
    }

    [Fact]
    public async Task Watches_end_when_the_server_stops()
    {
        await using var server = await TestServer.StartAsync();
        await using var watch = await server.WatchAsync(Maps + "?watch=1");
        await server.Server.StopAsync();
        Assert.Null(await watch.NextAsync());
    }

    [Fact]
    public async Task A_table_tells_its_columns_once()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateMapAsync("a");
        await server.CreateMapAsync("b");
        using var request = new HttpRequestMessage(HttpMethod.Get, Maps + "?watch=1");
        request.Headers.TryAddWithoutValidation("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io");
        using var response = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        var first = WatchedEvent.Of((await lines.ReadLineAsync())!);
        var second = WatchedEvent.Of((await lines.ReadLineAsync())!);
        Assert.NotEmpty(first.Object["columnDefinitions"]!.AsList()!);
        Assert.Empty(second.Object["columnDefinitions"]!.AsList()!);
        Assert.Equal("b", second.Object["rows"]!.AsList()![0]["cells"]!.AsList()![0].AsText());
    }
}
