namespace Keelson.Server.Tests.Registry.Older;

public sealed class EventTests
{
    private const string Core = "/api/v1/namespaces/default/events";
    private const string Other = "/apis/events.k8s.io/v1/namespaces/default/events";

    [Fact]
    public async Task Events_of_both_groups_are_the_same_ones()
    {
        await using var server = await TestServer.StartAsync();
        var created = await server.PostAsync(Other, """
            {"metadata":{"name":"e","namespace":"default"},"eventTime":"2026-01-01T00:00:00.000000Z","reportingController":"example.com/c","reportingInstance":"c-1",
            "action":"Binding","reason":"Done","type":"Normal","note":"it is done","regarding":{"kind":"Pod","namespace":"default","name":"p"}}
            """);
        Assert.True(created.Code == 201, created.Text);
        var core = await server.GetAsync(Core + "/e");
        Assert.Equal("it is done", core.Json["message"]!.AsText());
        Assert.Equal("p", core.Json["involvedObject", "name"]!.AsText());
        Assert.Equal("example.com/c", core.Json["reportingComponent"]!.AsText());
        Assert.Equal(["e"], (await server.GetAsync(Core + "?fieldSelector=involvedObject.name%3Dp,reason%3DDone")).Names);

        var patched = await server.PatchAsync(Other + "/e", """{"series":{"count":2,"lastObservedTime":"2026-01-01T00:01:00.000000Z"}}""", "application/strategic-merge-patch+json");
        Assert.True(patched.Code == 200, patched.Text);
        Assert.Equal(2, (await server.GetAsync(Core + "/e")).Json["series", "count"]!.AsInteger());
        await server.PostAsync(Core, """{"metadata":{"name":"f","namespace":"default"},"involvedObject":{"kind":"Pod","namespace":"default","name":"p"},"message":"old","count":3,"reason":"R","type":"Normal"}""");
        var list = await server.GetAsync(Other);
        Assert.Equal(["e", "f"], list.Names);
        Assert.Equal("old", list.Json["items"]!.AsList()![1]["note"]!.AsText());
        Assert.Equal(3, list.Json["items"]!.AsList()![1]["deprecatedCount"]!.AsInteger());
        Assert.Equal(200, (await server.DeleteAsync(Other + "/f")).Code);
        Assert.Equal(404, (await server.GetAsync(Core + "/f")).Code);
    }

    [Fact]
    public async Task They_are_answered_in_protobuf_too()
    {
        await using var server = await TestServer.StartAsync();
        await server.PostAsync(Core, """{"metadata":{"name":"f","namespace":"default"},"involvedObject":{"kind":"Pod","namespace":"default","name":"p"},"message":"old","reason":"R","type":"Normal"}""");
        var answer = await server.GetAsync(Other + "/f", "application/vnd.kubernetes.protobuf");
        var read = (Keelson.Api.Events.V1.Event)Keelson.Api.ApiProtobuf.Decode(answer.Content);
        Assert.Equal("old", read.Note);
        var list = await server.GetAsync(Other, "application/vnd.kubernetes.protobuf");
        Assert.Equal(200, list.Code);
        Assert.Equal("EventList", Keelson.Api.ApiProtobuf.Decode(list.Content).Kind);
    }
}
