namespace Keelson.Server.Tests.Verbs;

/// <summary>What upstream promises of lists and watches, held against random writes.</summary>
public sealed class WatchPromisesTests
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";
    private const int Writes = 150;
    private const int Names = 8;
    private const string Pods = "/api/v1/namespaces/default/pods";
    private const int Nodes = 3;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Watchers_that_start_anywhere_see_everything_once_and_in_order(int seed)
    {
        await using var server = await TestServer.StartAsync();
        var random = new Random(seed);
        var begin = (await server.GetAsync(Maps)).Version;
        await using var early = await server.WatchAsync($"{Maps}?watch=1&resourceVersion={begin}");
        var states = new List<(string Version, Dictionary<string, string> State)>();
        var writers = Enumerable.Range(0, 3).Select(writer => WriteAsync(server, new Random((seed * 10) + writer))).ToArray();
        for (var i = 0; i < 20; i++) states.Add(await ListAsync(server, random.Next(3)));
        await Task.WhenAll(writers);
        var (last, final) = await ListAsync(server, 0);

        // The last write is known to be the last, so a watcher knows when it has seen everything.
        var end = await server.CreateMapAsync("end");
        var all = await ReadUntilAsync(early, "end");
        AssertOrdered(all);
        Assert.Equal(final, Replay([], all, long.Parse(last, System.Globalization.CultureInfo.InvariantCulture)));

        foreach (var (version, state) in states)
        {
            // A list is the state that the events up to its version lead to,
            var at = long.Parse(version, System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(state, Replay([], all, at));

            // and a watch from its version tells exactly what comes after.
            await using var resumed = await server.WatchAsync($"{Maps}?watch=1&resourceVersion={version}");
            var rest = await ReadUntilAsync(resumed, "end");
            Assert.Equal(all.Where(change => change.Version > at).Select(Show), rest.Select(Show));
        }

        Assert.Equal(long.Parse(end.Version, System.Globalization.CultureInfo.InvariantCulture), all[^1].Version);
    }

    [Theory]
    [InlineData(7, false)]
    [InlineData(8, false)]
    [InlineData(9, true)]
    public async Task Watchers_that_select_by_a_field_see_what_comes_to_match_and_what_ceases_to(int seed, bool remote)
    {
        await using var server = await TestServer.StartListeningAsync();
        var begin = (await server.GetAsync(Pods)).Version;
        var random = new Random(seed);
        var nodes = Enumerable.Range(0, Nodes).ToList();
        var early = new List<WatchStream>();
        foreach (var node in nodes) early.Add(await server.WatchAsync($"{Pods}?watch=1&resourceVersion={begin}&fieldSelector=spec.nodeName=n{node}", remote));
        await using var whole = await server.WatchAsync($"{Pods}?watch=1&resourceVersion={begin}", remote);
        await Task.WhenAll(WritePodsAsync(server, new Random(seed), "a"), WritePodsAsync(server, new Random(seed + 1), "b"));
        foreach (var node in nodes) await CreatePodAsync(server, $"end{node}", $"n{node}");
        var all = await ReadUntilAsync(whole, $"end{Nodes - 1}");
        AssertOrdered(all);
        foreach (var node in nodes)
        {
            var told = await ReadUntilAsync(early[node], $"end{node}");
            var expected = Select(all, $"n{node}").TakeWhile(change => change.Version <= told[^1].Version).ToList();
            Assert.Equal(expected.Select(Show), told.Select(Show));

            // The same from any version on that was seen.
            var from = told[random.Next(told.Count)];
            await using var resumed = await server.WatchAsync($"{Pods}?watch=1&resourceVersion={from.Version}&fieldSelector=spec.nodeName=n{node}", remote);
            if (from.Name != $"end{node}") Assert.Equal(told.Where(change => change.Version > from.Version).Select(Show), (await ReadUntilAsync(resumed, $"end{node}")).Select(Show));

            // A list has what the events lead to.
            var listed = await server.GetAsync($"{Pods}?fieldSelector=spec.nodeName=n{node}");
            Assert.Equal(Replay([], told, long.MaxValue).Keys.Order(StringComparer.Ordinal), listed.Names.Order(StringComparer.Ordinal));
            await early[node].DisposeAsync();
        }
    }

    [Fact]
    public async Task A_bookmark_names_a_version_up_to_which_everything_was_told()
    {
        await using var server = await TestServer.StartAsync();
        await using var selected = await server.WatchAsync($"{Pods}?watch=1&allowWatchBookmarks=true&fieldSelector=spec.nodeName=n0");
        await WritePodsAsync(server, new Random(11), "a");
        var newest = await server.CreateMapAsync("m");
        var told = new List<WatchedEvent>();
        while (true)
        {
            var next = selected.NextAsync();
            await server.Clock.AdvanceUntilAsync(() => next.IsCompleted, TimeSpan.FromMinutes(5));
            told.Add((await next)!);
            if (told[^1].Type == "BOOKMARK" && told[^1].Version >= long.Parse(newest.Version, System.Globalization.CultureInfo.InvariantCulture)) break;
        }

        var events = told.Where(change => change.Type != "BOOKMARK").ToList();
        Assert.Equal(Replay([], events, long.MaxValue).Keys.Order(StringComparer.Ordinal), (await server.GetAsync($"{Pods}?fieldSelector=spec.nodeName=n0")).Names.Order(StringComparer.Ordinal));
        await CreatePodAsync(server, "late", "n0");
        await using var resumed = await server.WatchAsync($"{Pods}?watch=1&resourceVersion={told[^1].Version}&fieldSelector=spec.nodeName=n0");
        Assert.Equal("ADDED late", (await resumed.NextAsync())!.ToString());
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public async Task A_selecting_watcher_always_knows_what_matches(int seed)
    {
        await using var server = await TestServer.StartAsync();
        await using var selected = await server.WatchAsync($"{Maps}?watch=1&labelSelector=even=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan");
        await Task.WhenAll(WriteAsync(server, new Random(seed)), WriteAsync(server, new Random(seed + 100)));
        var matching = await server.GetAsync(Maps + "?labelSelector=even=true");
        await server.CreateMapAsync("end", """{"even":"true"}""");
        var events = await ReadUntilAsync(selected, "end");
        AssertOrdered(events);
        var known = new HashSet<string>();
        foreach (var change in events)
        {
            // Never added twice, never changed or deleted while unknown.
            Assert.True(change.Type == "ADDED" ? known.Add(change.Name) : known.Contains(change.Name), change.ToString());
            if (change.Type == "DELETED") known.Remove(change.Name);
        }

        known.Remove("end");
        Assert.Equal(matching.Names.Order(StringComparer.Ordinal), known.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_watch_is_told_to_begin_anew_when_the_cache_missed_something()
    {
        await using var server = await TestServer.StartAsync();
        await using var watch = await server.WatchAsync(Maps + "?watch=1");
        await server.CreateMapAsync("a");
        Assert.Equal("ADDED a", (await watch.NextAsync())!.ToString());
        server.Faults.BreakWatches();
        await WaitForUnreadyAsync(server);
        await server.CreateMapAsync("b");
        await server.DeleteAsync(Maps + "/a");
        await server.Store.CompactAsync((await server.Store.StatusAsync()).Revision);
        var next = watch.NextAsync();
        await server.Clock.AdvanceUntilAsync(() => next.IsCompleted, TimeSpan.FromMinutes(5));
        Assert.Equal(("ERROR", 410L), ((await next)!.Type, (await next)!.Object["code"]!.AsInteger()));
        Assert.Equal(["b"], (await server.GetAsync(Maps)).Names);
    }

    /// <summary>Waits until the cache has noticed that it no longer follows the store.</summary>
    private static async Task WaitForUnreadyAsync(TestServer server)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await server.GetAsync("/readyz")).Code == 200) await Task.Delay(1, deadline.Token);
    }

    private static async Task WriteAsync(TestServer server, Random random)
    {
        for (var i = 0; i < Writes; i++)
        {
            var name = $"m{random.Next(Names)}";
            var label = random.Next(2) == 0 ? "true" : "false";
            switch (random.Next(4))
            {
                case 0:
                    await server.DeleteAsync($"{Maps}/{name}");
                    break;
                case 1:
                    await server.PatchAsync($"{Maps}/{name}", $$$"""{"data":{"n":"{{{random.Next()}}}"}}""", "application/merge-patch+json");
                    break;
                case 2:
                    await server.PatchAsync($"{Maps}/{name}", """{"metadata":{"labels":{"even":"LABEL"}}}""".Replace("LABEL", label, StringComparison.Ordinal), "application/merge-patch+json");
                    break;
                default:
                    await server.CreateMapAsync(name, $$"""{"even":"{{label}}"}""");
                    break;
            }
        }
    }

    private static async Task WritePodsAsync(TestServer server, Random random, string prefix)
    {
        for (var i = 0; i < 60; i++)
        {
            var name = $"{prefix}{random.Next(4)}";
            switch (random.Next(4))
            {
                case 0:
                    await server.DeleteAsync($"{Pods}/{name}?gracePeriodSeconds=0");
                    break;
                case 1:
                    await server.PatchAsync($"{Pods}/{name}", $$$"""{"metadata":{"labels":{"n":"{{{random.Next()}}}"} } }""", "application/merge-patch+json");
                    break;
                case 2:
                    await server.PostAsync($"{Pods}/{name}/binding", $$$"""{"metadata":{"name":"{{{name}}}"},"target":{"kind":"Node","name":"n{{{random.Next(Nodes)}}}"} }""");
                    break;
                default:
                    await CreatePodAsync(server, name, random.Next(2) == 0 ? "" : $"n{random.Next(Nodes)}");
                    break;
            }
        }
    }

    private static Task<Answer> CreatePodAsync(TestServer server, string name, string node) =>
        server.PostAsync(Pods, $$$"""{"metadata":{"name":"{{{name}}}"},"spec":{"nodeName":"{{{node}}}","containers":[{"name":"c","image":"i"}]} }""");

    /// <summary>What a watcher of one node is to be told, computed from what all watchers are told.</summary>
    private static IEnumerable<WatchedEvent> Select(List<WatchedEvent> all, string node)
    {
        var known = new HashSet<string>();
        foreach (var change in all)
        {
            var matches = change.Object["spec", "nodeName"]?.AsText() == node;
            if (change.Type == "DELETED")
            {
                if (known.Remove(change.Name)) yield return change;
            }
            else if (matches)
            {
                yield return change with { Type = known.Add(change.Name) ? "ADDED" : "MODIFIED" };
            }
        }
    }

    /// <summary>The names and versions of a list, taken whole or in pages.</summary>
    private static async Task<(string Version, Dictionary<string, string> State)> ListAsync(TestServer server, int limit)
    {
        var state = new Dictionary<string, string>();
        var page = await server.GetAsync($"{Maps}?limit={limit}");
        while (true)
        {
            Assert.Equal(200, page.Code);
            foreach (var item in page.Json["items"]!.AsList()!) state.Add(item["metadata", "name"]!.AsText()!, item["metadata", "resourceVersion"]!.AsText()!);
            if (page.Json["metadata", "continue"]?.AsText() is not { Length: > 0 } token) return (page.Version, state);
            page = await server.GetAsync($"{Maps}?limit={limit}&continue={token}");
        }
    }

    private static Dictionary<string, string> Replay(Dictionary<string, string> state, List<WatchedEvent> events, long upTo)
    {
        foreach (var change in events.TakeWhile(change => change.Version <= upTo))
        {
            if (change.Type == "DELETED") Assert.True(state.Remove(change.Name));
            else if (change.Type == "ADDED") Assert.True(state.TryAdd(change.Name, change.Object["metadata", "resourceVersion"]!.AsText()!));
            else state[change.Name] = change.Object["metadata", "resourceVersion"]!.AsText()!;
        }

        return state;
    }

    private static void AssertOrdered(List<WatchedEvent> events)
    {
        for (var i = 1; i < events.Count; i++) Assert.True(events[i].Version > events[i - 1].Version, $"{events[i - 1]} and {events[i]}");
    }

    private static async Task<List<WatchedEvent>> ReadUntilAsync(WatchStream watch, string name)
    {
        var events = new List<WatchedEvent>();
        while (events.Count == 0 || events[^1].Name != name) events.AddRange(await watch.TakeAsync(1));
        return events;
    }

    private static string Show(WatchedEvent change) => $"{change} {change.Object}";
}
