namespace Keelson.Server.Tests.CustomResources;

/// <summary>The end of definitions: nothing that they defined is left behind, however requests race with it.</summary>
public sealed class DefinitionEndTests
{
    private const string Things = "/apis/example.com/v1/things";
    private const string Name = Definitions.Path + "/things.example.com";
    private const int First = 10;

    [Fact]
    public async Task No_object_outlives_its_definition_however_many_are_created_meanwhile()
    {
        await using var server = await TestServer.StartAsync();
        for (var round = 0; round < 5; round++)
        {
            await server.EstablishAsync(Definitions.Small("things", "Thing"));
            var deleting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var writers = Enumerable.Range(0, 8).Select(writer => Task.Run(() => WriteUntilRefusedAsync(server, writer, deleting.Task))).ToList();
            while ((await server.GetAsync(Things)).Json["items"]!.AsList()!.Count < 20) await Task.Yield();
            deleting.SetResult();
            Assert.Equal(200, (await server.DeleteAsync(Name)).Code);
            foreach (var code in await Task.WhenAll(writers)) Assert.Contains(code, new[] { 404, 405 });
            await server.WaitForEndAsync(Definitions.Path, "things.example.com");
            var left = await server.Store.RangeAsync(new Storage.RangeRequest(Storage.KeyRange.Prefix("/registry/example.com/things/"u8.ToArray())), CancellationToken.None);
            Assert.Empty(left.Items);
        }
    }

    [Fact]
    public async Task Two_servers_leave_nothing_behind_either()
    {
        await using var server = await TestServer.StartAsync(configure: options => options with { IsStoreShared = true });
        await using var other = await server.StartAnotherAsync(options => options with { IsStoreShared = true });
        await server.EstablishAsync(Definitions.Small("things", "Thing"));
        while ((await other.GetAsync(Things)).Code != 200 || (await server.GetAsync(Things)).Code != 200) await Task.Yield();
        var deleting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var writers = Enumerable.Range(0, 4).Select(writer => Task.Run(() => WriteUntilRefusedAsync(other, writer, deleting.Task))).ToList();
        while ((await server.GetAsync(Things)).Json["items"]!.AsList()!.Count < 20) await Task.Yield();
        deleting.SetResult();
        Assert.Equal(200, (await server.DeleteAsync(Name)).Code);
        await Task.WhenAll(writers);
        await server.WaitForEndAsync(Definitions.Path, "things.example.com");
        var left = await server.Store.RangeAsync(new Storage.RangeRequest(Storage.KeyRange.Prefix("/registry/example.com/things/"u8.ToArray())), CancellationToken.None);
        Assert.Empty(left.Items);
    }

    [Fact]
    public async Task A_definition_tells_that_it_waits_and_what_for()
    {
        await using var server = await TestServer.StartAsync();
        await server.EstablishAsync(Definitions.Small("things", "Thing"));
        await server.PostAsync(Things, "Thing", """{"metadata":{"name":"a","finalizers":["example.com/hold"]}}""");
        var marked = await server.DeleteAsync(Name);
        Assert.Equal("""["customresourcecleanup.apiextensions.k8s.io"]""", (await server.GetAsync(Name)).Json["metadata", "finalizers"]!.ToString());
        var waiting = await server.WaitAsync(await server.GetAsync(Name), "Terminating", "True");
        while (waiting["reason"]!.AsText() == "InstanceDeletionPending") waiting = await server.WaitAsync(await server.GetAsync(Name), "Terminating", "True");
        Assert.Equal("InstanceDeletionInProgress", waiting["reason"]!.AsText());
        Assert.Equal("CustomResource deletion is in progress", waiting["message"]!.AsText());
        var refused = await server.PostAsync(Things, "Thing", """{"metadata":{"name":"late"}}""");
        Assert.Equal(405, refused.Code);
        Assert.Equal("MethodNotAllowed", refused.Reason);
        Assert.Equal(200, marked.Code);
    }

    [Fact]
    public async Task A_definition_can_not_take_the_name_of_a_built_in_resource()
    {
        await using var server = await TestServer.StartAsync();
        var greedy = Definitions.Small("ingresses", "Ingress", "networking.k8s.io").Replace(
            "\"metadata\":{", "\"metadata\":{\"annotations\":{\"api-approved.kubernetes.io\":\"unapproved, a test\"},", StringComparison.Ordinal);
        var created = await server.PostAsync(Definitions.Path, greedy);
        Assert.True(created.Code == 201, created.Text);
        var condition = await server.WaitAsync(created, "NamesAccepted", "False");
        Assert.Contains("is already in use", condition["message"]!.AsText(), StringComparison.Ordinal);
        Assert.Equal(201, (await server.PostAsync("/apis/networking.k8s.io/v1/namespaces/default/ingresses", """{"metadata":{"name":"a"},"spec":{"defaultBackend":{"service":{"name":"s","port":{"number":80}}}}}""")).Code);
        await server.DeleteAsync(Definitions.Path + "/ingresses.networking.k8s.io");
        await server.WaitForEndAsync(Definitions.Path, "ingresses.networking.k8s.io");
        Assert.Equal(["a"], (await server.GetAsync("/apis/networking.k8s.io/v1/namespaces/default/ingresses")).Names);
    }

    // A few objects at first, and then as fast as it goes while the definition is being deleted: all before would only make the end longer.
    private static async Task<int> WriteUntilRefusedAsync(TestServer server, int writer, Task deleting)
    {
        for (var i = 0; ; i++)
        {
            if (i == First) await deleting;
            var answer = await server.PostAsync(Things, "Thing", $$$$$"""{"metadata":{"name":"w{{{{{writer}}}}}-{{{{{i}}}}}"}}""");
            if (answer.Code != 201) return answer.Code;
        }
    }
}
