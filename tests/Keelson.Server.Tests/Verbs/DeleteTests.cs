namespace Keelson.Server.Tests.Verbs;

public sealed class DeleteTests
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";
    private const string Pods = "/api/v1/namespaces/default/pods";

    [Fact]
    public async Task A_deletion_tells_what_it_deleted()
    {
        await using var server = await TestServer.StartAsync();
        var uid = (await server.CreateMapAsync("a")).Json["metadata", "uid"]!;
        var deleted = await server.DeleteAsync(Maps + "/a");
        Assert.Equal((200, "Success"), (deleted.Code, deleted.Json["status"]!.AsText()));
        Assert.Equal(uid, deleted.Json["details", "uid"]);
        Assert.Equal(404, (await server.DeleteAsync(Maps + "/a")).Code);
    }

    [Fact]
    public async Task Preconditions_are_kept()
    {
        await using var server = await TestServer.StartAsync();
        var created = await server.CreateMapAsync("a");
        Assert.Equal(409, (await server.DeleteAsync(Maps + "/a", """{"preconditions":{"uid":"other"}}""")).Code);
        Assert.Equal(409, (await server.DeleteAsync(Maps + "/a", """{"preconditions":{"resourceVersion":"1"}}""")).Code);
        Assert.Equal(200, (await server.DeleteAsync(Maps + "/a", $$$"""{"preconditions":{"resourceVersion":"{{{created.Version}}}"}}""")).Code);
    }

    [Fact]
    public async Task A_finalizer_keeps_an_object_until_it_is_removed()
    {
        await using var server = await TestServer.StartAsync();
        await server.PostAsync(Maps, """{"metadata":{"name":"a","finalizers":["example.com/hold"]}}""");
        var marked = await server.DeleteAsync(Maps + "/a");
        Assert.NotNull(marked.Json["metadata", "deletionTimestamp"]);
        Assert.Equal(marked.Text, (await server.DeleteAsync(Maps + "/a")).Text);
        var more = await server.PatchAsync(Maps + "/a", """{"metadata":{"finalizers":["example.com/hold","example.com/more"]}}""", "application/merge-patch+json");
        Assert.Equal(422, more.Code);
        Assert.Equal(200, (await server.PatchAsync(Maps + "/a", """{"metadata":{"finalizers":null}}""", "application/merge-patch+json")).Code);
        Assert.Equal(404, (await server.GetAsync(Maps + "/a")).Code);
    }

    [Theory]
    [InlineData("Foreground", "foregroundDeletion")]
    [InlineData("Orphan", "orphan")]
    public async Task Dependents_are_seen_to_before_the_object_goes(string policy, string finalizer)
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateMapAsync("a");
        var marked = await server.DeleteAsync(Maps + "/a", $$$"""{"propagationPolicy":"{{{policy}}}"}""");
        Assert.Equal(finalizer, marked.Json["metadata", "finalizers"]!.AsList()![0].AsText());
        Assert.Equal(422, (await server.DeleteAsync(Maps + "/a", """{"propagationPolicy":"Never"}""")).Code);
    }

    [Fact]
    public async Task A_pod_that_runs_gets_time_to_end()
    {
        await using var server = await TestServer.StartAsync();
        await server.PostAsync(Pods, """{"metadata":{"name":"p"},"spec":{"nodeName":"n","terminationGracePeriodSeconds":20,"containers":[{"name":"c","image":"i"}]}}""");
        var marked = await server.DeleteAsync(Pods + "/p");
        Assert.Equal(20, marked.Json["metadata", "deletionGracePeriodSeconds"]!.AsInteger());
        var hastened = await server.DeleteAsync(Pods + "/p", """{"gracePeriodSeconds":5}""");
        Assert.Equal(5, hastened.Json["metadata", "deletionGracePeriodSeconds"]!.AsInteger());
        Assert.Equal("Pod", (await server.DeleteAsync(Pods + "/p", """{"gracePeriodSeconds":0}""")).Json["kind"]!.AsText());
        Assert.Equal(404, (await server.GetAsync(Pods + "/p")).Code);
    }

    [Fact]
    public async Task A_pod_that_runs_nowhere_goes_at_once()
    {
        await using var server = await TestServer.StartAsync();
        await server.PostAsync(Pods, """{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}]}}""");
        await server.DeleteAsync(Pods + "/p");
        Assert.Equal(404, (await server.GetAsync(Pods + "/p")).Code);
    }

    [Fact]
    public async Task A_collection_is_deleted_as_far_as_it_is_selected()
    {
        await using var server = await TestServer.StartAsync();
        foreach (var name in new[] { "a", "b", "c" }) await server.CreateMapAsync(name, name == "b" ? """{"keep":"yes"}""" : "{}");
        var deleted = await server.DeleteAsync(Maps + "?labelSelector=keep!=yes");
        Assert.Equal(["a", "c"], deleted.Names);
        Assert.Equal(["b"], (await server.GetAsync(Maps)).Names);
    }

    [Fact]
    public async Task A_namespace_ends_when_its_finalizer_is_removed()
    {
        await using var server = await TestServer.StartAsync();
        await server.PostAsync("/api/v1/namespaces", """{"metadata":{"name":"n"}}""");
        var marked = await server.DeleteAsync("/api/v1/namespaces/n");
        Assert.Equal("Terminating", marked.Json["status", "phase"]!.AsText());
        await server.PutAsync("/api/v1/namespaces/n/finalize", """{"metadata":{"name":"n"},"spec":{}}""");
        Assert.Equal(404, (await server.GetAsync("/api/v1/namespaces/n")).Code);
        var immortal = await server.DeleteAsync("/api/v1/namespaces/default");
        Assert.Equal((403, "namespaces \"default\" is forbidden: this namespace may not be deleted"), (immortal.Code, immortal.Message));
    }
}
