namespace Keelson.Server.Tests.Converting;

public sealed class EventVersionTests
{
    private const string Core = "/api/v1/namespaces/default/events";
    private const string New = "/apis/events.k8s.io/v1/namespaces/default/events";
    private const string Reported = """
        {"metadata":{"name":"e"},"eventTime":"2026-01-01T00:00:00.000000Z","reportingController":"example.com/c","reportingInstance":"i",
         "action":"Act","reason":"Why","note":"what","type":"Normal","regarding":{"kind":"Pod","name":"p","namespace":"default"}}
        """;

    [Fact]
    public async Task An_event_of_either_group_is_seen_in_both()
    {
        await using var server = await TestServer.StartAsync();
        var created = await server.PostAsync(New, Reported);
        Assert.True(created.Code == 201, created.Text);
        Assert.Equal("events.k8s.io/v1", created.Json["apiVersion"]!.AsText());
        var core = await server.GetAsync(Core + "/e");
        Assert.Equal(("v1", "what", "p"), (core.Json["apiVersion"]!.AsText(), core.Json["message"]!.AsText(), core.Json["involvedObject", "name"]!.AsText()));
        Assert.Equal(created.Version, core.Version);

        await server.PostAsync(Core, """{"metadata":{"name":"f"},"message":"old","count":3,"source":{"component":"s"},"involvedObject":{"namespace":"default"}}""");
        var found = await server.GetAsync(New + "/f");
        Assert.Equal(("old", 3L, "s"), (found.Json["note"]!.AsText(), found.Json["deprecatedCount"]!.AsInteger(), found.Json["deprecatedSource", "component"]!.AsText()));
        Assert.Equal(["e", "f"], (await server.GetAsync(New)).Names);
        Assert.Equal(["e", "f"], (await server.GetAsync(Core)).Names);
    }

    [Fact]
    public async Task Each_group_has_its_own_rules_and_fields_of_selectors()
    {
        await using var server = await TestServer.StartAsync();
        await server.PostAsync(New, Reported);
        await server.PostAsync(Core, """{"metadata":{"name":"f"},"involvedObject":{"namespace":"default","name":"q"}}""");
        Assert.Equal(422, (await server.PostAsync(New, """{"metadata":{"name":"g"},"regarding":{"namespace":"default"}}""")).Code);
        Assert.Equal(["e"], (await server.GetAsync(New + "?fieldSelector=regarding.name=p")).Names);
        Assert.Equal(["f"], (await server.GetAsync(Core + "?fieldSelector=involvedObject.name=q")).Names);
        Assert.Equal(400, (await server.GetAsync(New + "?fieldSelector=involvedObject.name=q")).Code);
        Assert.Equal(400, (await server.GetAsync(Core + "?fieldSelector=regarding.name=q")).Code);
    }

    [Fact]
    public async Task A_watch_tells_of_all_events_in_its_own_version()
    {
        await using var server = await TestServer.StartAsync();
        await using var watch = await server.WatchAsync(New + "?watch=1&fieldSelector=regarding.name=p");
        await server.PostAsync(Core, """{"metadata":{"name":"f"},"message":"m","involvedObject":{"namespace":"default","name":"p"}}""");
        await server.PatchAsync(Core + "/f", """{"message":"n"}""", "application/merge-patch+json");
        await server.DeleteAsync(Core + "/f");
        var events = await watch.TakeAsync(3);
        Assert.Equal(["ADDED m", "MODIFIED n", "DELETED n"], events.Select(change => $"{change.Type} {change.Object["note"]!.AsText()}"));
        Assert.All(events, change => Assert.Equal("events.k8s.io/v1", change.Object["apiVersion"]!.AsText()));
        Assert.Equal(3, events.Select(change => change.Version).Distinct().Count());
    }

    [Fact]
    public async Task Who_owns_a_field_in_one_version_owns_it_in_the_other()
    {
        await using var server = await TestServer.StartAsync();
        await server.SendAsync("PATCH", New + "/e?fieldManager=one", """{"apiVersion":"events.k8s.io/v1","kind":"Event","metadata":{"name":"e","namespace":"default"},"eventTime":"2026-01-01T00:00:00.000000Z","reportingController":"example.com/c","reportingInstance":"i","action":"Act","reason":"Why","note":"what","type":"Normal","regarding":{"kind":"Pod","name":"p","namespace":"default"},"series":{"count":2,"lastObservedTime":"2026-01-01T00:00:00.000000Z"}}""", "application/apply-patch+yaml");
        const string Other = """{"apiVersion":"v1","kind":"Event","metadata":{"name":"e","namespace":"default"},"series":{"count":3}}""";
        var conflict = await server.SendAsync("PATCH", Core + "/e?fieldManager=two", Other, "application/apply-patch+yaml");
        Assert.True(conflict.Code == 409, conflict.Text);
        Assert.Equal(".series.count", conflict.Json["details", "causes"]!.AsList()![0]["field"]!.AsText());
        var forced = await server.SendAsync("PATCH", Core + "/e?fieldManager=two&force=true", Other, "application/apply-patch+yaml");
        Assert.True(forced.Code == 200, forced.Text);
        var owners = forced.Json["metadata", "managedFields"]!.AsList()!.ToDictionary(entry => entry["manager"]!.AsText()!, entry => entry["apiVersion"]!.AsText());
        Assert.Equal(("events.k8s.io/v1", "v1"), (owners["one"], owners["two"]));
    }

    [Fact]
    public async Task Both_are_deleted_and_shown_alike()
    {
        await using var server = await TestServer.StartAsync();
        await server.PostAsync(New, Reported);
        const string Table = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
        var (old, shown) = (await server.GetAsync(Core, Table), await server.GetAsync(New, Table));
        Assert.Equal(old.Json["rows"]!.AsList()![0]["cells"]!.ToString(), shown.Json["rows"]!.AsList()![0]["cells"]!.ToString());
        Assert.Equal(200, (await server.DeleteAsync(New)).Code);
        Assert.Empty((await server.GetAsync(Core)).Names);
    }
}
