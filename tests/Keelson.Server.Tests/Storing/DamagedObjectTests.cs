using System.Text;
using Keelson.Storage;

namespace Keelson.Server.Tests.Storing;

/// <summary>What the store has under a key may be no object; that costs only itself.</summary>
public sealed class DamagedObjectTests
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";
    private const string Option = "ignoreStoreReadErrorWithClusterBreakingPotential";

    public static TheoryData<string> Damages => ["", "garbage", "\u0001\0\0\0\u0001{}", "k8s\0 protobuf of another server", "\u0001\0\0\0\u0010{\"metadata\":{\"na"];

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task Everything_else_goes_on_and_reads_of_it_say_what_it_is(string value)
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateMapAsync("a");
        await PutAsync(server, "b", value);
        Assert.Equal(201, (await server.PostAsync("/api/v1/namespaces/default/secrets", """{"metadata":{"name":"s"}}""")).Code);
        Assert.Equal(["s"], (await server.GetAsync("/api/v1/namespaces/default/secrets")).Names);
        Assert.Equal(200, (await server.GetAsync("/readyz")).Code);
        Assert.Equal(200, (await server.GetAsync(Maps + "/a")).Code);
        var found = await server.GetAsync(Maps + "/b");
        Assert.Equal((500, "InternalError"), (found.Code, found.Reason));
        Assert.StartsWith("Internal error occurred: StorageError: corrupt object, Code: 7, Key: /registry/core/configmaps/default/b", found.Message, StringComparison.Ordinal);
        foreach (var path in (string[])[Maps, "/api/v1/configmaps", Maps + "?limit=1"])
        {
            var list = await server.GetAsync(path);
            Assert.Equal((500, "StorageReadError", "failed to read one or more configmaps from the storage"), (list.Code, list.Reason, list.Message));
            Assert.Equal("/registry/core/configmaps/default/b", list.Json["details", "causes"]!.AsList()![0]["field"]!.AsText());
        }

        // Another namespace has nothing to do with it.
        Assert.Equal(200, (await server.GetAsync("/api/v1/namespaces/kube-system/configmaps")).Code);
        Assert.Equal(500, (await server.GetAsync(Maps + "?watch=1")).Code);
    }

    [Fact]
    public async Task It_is_there_from_the_start_or_comes_later_the_same()
    {
        await using var server = await TestServer.StartAsync();
        await PutAsync(server, "b", "garbage");
        await using var other = await server.StartAnotherAsync();
        Assert.Equal(500, (await other.GetAsync(Maps)).Code);
        Assert.Equal(500, (await other.GetAsync(Maps + "/b")).Code);
        Assert.Equal(201, (await other.CreateMapAsync("c")).Code);
        Assert.Equal(409, (await other.CreateMapAsync("b")).Code);
    }

    [Fact]
    public async Task A_watch_of_an_object_that_gets_damaged_has_to_begin_anew()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateMapAsync("b");
        await using var watch = await server.WatchAsync(Maps + "?watch=1");
        Assert.Equal("ADDED b", (await watch.NextAsync())!.ToString());
        await PutAsync(server, "b", "garbage");
        var told = await watch.NextAsync();
        Assert.Equal(("ERROR", 410L), (told!.Type, told.Object["code"]!.AsInteger()));
    }

    [Fact]
    public async Task It_is_deleted_only_by_who_says_that_it_is_meant()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateMapAsync("a");
        await PutAsync(server, "b", "garbage");
        Assert.Equal(500, (await server.DeleteAsync(Maps + "/b")).Code);
        Assert.Equal(500, (await server.DeleteAsync(Maps)).Code);
        var readable = await server.DeleteAsync($"{Maps}/a?{Option}=true");
        Assert.Equal(422, readable.Code);
        Assert.Equal($"configmaps \"a\" is invalid: {Option}: Invalid value: true: is exclusively used to delete corrupt object(s), try again by removing this option", readable.Message);
        Assert.Equal(404, (await server.DeleteAsync($"{Maps}/none?{Option}=true")).Code);
        var dry = await server.DeleteAsync(Maps + "/b", $$"""{"kind":"DeleteOptions","apiVersion":"v1","dryRun":["All"],"{{Option}}":true}""");
        Assert.Equal(422, dry.Code);
        Assert.Contains("cannot be set together with .dryRun", dry.Message, StringComparison.Ordinal);
        var gone = await server.DeleteAsync(Maps + "/b", $$"""{"kind":"DeleteOptions","apiVersion":"v1","{{Option}}":true}""");
        Assert.True(gone.Code == 200, gone.Text);
        Assert.Equal(404, (await server.GetAsync(Maps + "/b")).Code);
        Assert.Equal(["a"], (await server.GetAsync(Maps)).Names);
        Assert.Equal(201, (await server.CreateMapAsync("b")).Code);
    }

    private static async Task PutAsync(TestServer server, string name, string value)
    {
        var key = Encoding.UTF8.GetBytes("/registry/core/configmaps/default/" + name);
        var written = await server.Store.CommitAsync(new Transaction([], [new Operation.Put(key, Encoding.Latin1.GetBytes(value))], []));

        // A read of the newest state waits for what this server wrote only, so the version is asked for.
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await server.GetAsync($"/api/v1/nodes?resourceVersion={written.Revision}")).Code != 200) await Task.Delay(1, deadline.Token);
    }
}
