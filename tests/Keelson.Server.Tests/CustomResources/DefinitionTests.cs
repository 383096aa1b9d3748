using Keelson.Api.Values;

namespace Keelson.Server.Tests.CustomResources;

public sealed class DefinitionTests
{
    [Fact]
    public async Task A_definition_is_established_and_served_at_once()
    {
        await using var server = await TestServer.StartAsync();
        Assert.Equal(404, (await server.GetAsync(Definitions.Caches)).Code);
        await server.EstablishAsync(Definitions.Cache);
        Assert.Equal("CacheList", (await server.GetAsync(Definitions.Caches)).Json["kind"]!.AsText());
        var status = (await server.GetAsync(Definitions.Path + "/caches.cache.example.com")).Json["status"]!;
        Assert.Equal("caches", status["acceptedNames", "plural"]!.AsText());
        Assert.Equal<Value>(ListValue.From(["v1"]), status["storedVersions"]);
        Assert.Equal(["NamesAccepted", "Established"], ((ListValue)status["conditions"]!).Select(condition => condition["type"]!.AsText()));
        var resources = await server.GetAsync("/apis/cache.example.com/v1");
        Assert.Contains("\"shortNames\":[\"ca\"],\"categories\":[\"all\"]", resources.Text, StringComparison.Ordinal);
        Assert.Contains("caches/scale", resources.Text, StringComparison.Ordinal);
        Assert.Contains("com.example.cache.v1.Cache", (await server.GetAsync("/openapi/v3/apis/cache.example.com/v1")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_definition_that_is_there_when_the_server_starts_is_served()
    {
        await using var server = await TestServer.StartAsync();
        await server.EstablishAsync(Definitions.Cache);
        await server.PostAsync(Definitions.Caches, "Cache", """{"metadata":{"name":"a"},"spec":{"size":3}}""");
        var second = await server.StartAnotherAsync();
        var found = await second.GetAsync(Definitions.Caches + "/a");
        second.Client.Dispose();
        await second.Server.DisposeAsync();
        Assert.Equal(3, found.Json["spec", "size"]!.AsInteger());
    }

    [Fact]
    public async Task Names_that_another_definition_has_are_not_accepted_until_it_goes()
    {
        await using var server = await TestServer.StartAsync();
        await server.EstablishAsync(Definitions.Small("ones", "Thing"));
        var second = await server.PostAsync(Definitions.Path, Definitions.Small("twos", "Thing"));
        var refused = await server.WaitAsync(second, "NamesAccepted", "False");
        Assert.Equal("ListKindConflict", refused["reason"]!.AsText());
        Assert.Equal("\"ThingList\" is already in use", refused["message"]!.AsText());
        Assert.Equal("NotAccepted", (await server.WaitAsync(second, "Established", "False"))["reason"]!.AsText());
        Assert.Equal(404, (await server.GetAsync("/apis/example.com/v1/twos")).Code);
        await server.DeleteAsync(Definitions.Path + "/ones.example.com");
        await server.WaitAsync(second, "Established", "True");
        Assert.Equal(200, (await server.GetAsync("/apis/example.com/v1/twos")).Code);
    }

    [Fact]
    public async Task A_definition_goes_when_its_objects_have_gone()
    {
        await using var server = await TestServer.StartAsync();
        await server.EstablishAsync(Definitions.Cache);
        await server.PostAsync(Definitions.Caches, "Cache", """{"metadata":{"name":"a"},"spec":{"size":3}}""");
        var held = await server.PostAsync(Definitions.Caches, "Cache", """{"metadata":{"name":"b","finalizers":["example.com/hold"]},"spec":{"size":3}}""");
        Assert.Equal(201, held.Code);
        var definition = await server.GetAsync(Definitions.Path + "/caches.cache.example.com");
        await server.DeleteAsync(Definitions.Path + "/caches.cache.example.com");
        await server.WaitAsync(definition, "Terminating", "True");
        await server.WaitForEndAsync(Definitions.Caches, "a");
        var late = await server.PostAsync(Definitions.Caches, "Cache", """{"metadata":{"name":"c"},"spec":{"size":3}}""");
        Assert.Equal(405, late.Code);
        Assert.Equal(200, (await server.PatchAsync(Definitions.Caches + "/b", """{"metadata":{"finalizers":null}}""", "application/merge-patch+json")).Code);
        await server.WaitForEndAsync(Definitions.Path, "caches.cache.example.com");
    }

    [Fact]
    public async Task A_definition_without_objects_goes_at_once_and_may_come_back()
    {
        await using var server = await TestServer.StartAsync();
        await server.EstablishAsync(Definitions.Cache);
        await server.PostAsync(Definitions.Caches, "Cache", """{"metadata":{"name":"a"},"spec":{"size":3}}""");
        await server.DeleteAsync(Definitions.Path + "/caches.cache.example.com");
        await server.WaitForEndAsync(Definitions.Path, "caches.cache.example.com");
        await server.EstablishAsync(Definitions.Cache);
        Assert.Empty((await server.GetAsync(Definitions.Caches)).Names);
    }

    [Fact]
    public async Task A_watch_ends_when_the_definition_changes()
    {
        await using var server = await TestServer.StartAsync();
        await server.EstablishAsync(Definitions.Cache);
        await server.PostAsync(Definitions.Caches, "Cache", """{"metadata":{"name":"a"},"spec":{"size":3}}""");
        await using var watch = await server.WatchAsync(Definitions.Caches + "?watch=1");
        Assert.Equal("ADDED a", (await watch.NextAsync())!.ToString());
        await server.PatchAsync(Definitions.Path + "/caches.cache.example.com", """[{"op":"add","path":"/spec/names/shortNames/-","value":"cch"}]""", "application/json-patch+json");
        Assert.Null(await watch.NextAsync());
    }

    [Fact]
    public async Task A_protected_group_tells_who_approved()
    {
        await using var server = await TestServer.StartAsync();
        var approved = Definitions.Small("ones", "One", "x.k8s.io").Replace(
            "\"metadata\":{", "\"metadata\":{\"annotations\":{\"api-approved.kubernetes.io\":\"https://example.com/1\"},", StringComparison.Ordinal);
        var created = await server.PostAsync(Definitions.Path, approved);
        Assert.Equal("ApprovedAnnotation", (await server.WaitAsync(created, "KubernetesAPIApprovalPolicyConformant", "True"))["reason"]!.AsText());
    }
}
