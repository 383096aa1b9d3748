using System.Collections.Concurrent;
using System.Text;
using Keelson.Api;
using Keelson.Api.Apps.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Api.Selectors;
using Keelson.Client;
using Keelson.Client.Configuration;
using Keelson.Client.Informers;
using Keelson.Client.Resources;

namespace Keelson.EndToEnd.ApiServer;

/// <summary>Our own client over protobuf and HTTPS: the same operations that other clients are put through.</summary>
public sealed class OwnClientTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Objects_are_created_read_changed_and_deleted()
    {
        await using var server = await RunningApiServer.StartAsync();
        using var client = Connect(server);
        var maps = client.Resource<ConfigMap>().In("default");
        var created = await maps.CreateAsync(Map("a", ("k", "1")));
        Assert.NotEmpty(created.Metadata.Uid);
        Assert.True((await Assert.ThrowsAsync<ApiException>(() => maps.CreateAsync(Map("a")))).IsAlreadyExists);
        var read = await maps.GetAsync("a");
        Assert.Equal(created.Metadata.ResourceVersion, read.Metadata.ResourceVersion);
        var replaced = await maps.UpdateAsync(read with { Data = Map("a", ("k", "2")).Data });
        Assert.Equal("2", replaced.Data["k"]);
        Assert.True((await Assert.ThrowsAsync<ApiException>(() => maps.UpdateAsync(read))).IsConflict);
        await maps.CreateAsync(Map("dry"), new WriteOptions { DryRun = true });
        Assert.Null(await maps.FindAsync("dry"));
        await maps.DeleteAsync("a");
        Assert.True((await Assert.ThrowsAsync<ApiException>(() => maps.GetAsync("a"))).IsNotFound);
    }

    [Fact]
    public async Task Patches_applies_and_scales_are_taken()
    {
        await using var server = await RunningApiServer.StartAsync();
        using var client = Connect(server);
        var deployments = client.Resource<Deployment>().In("default");
        await deployments.CreateAsync(new Deployment
        {
            Metadata = new ObjectMeta { Name = "web" },
            Spec = new DeploymentSpec { Replicas = 1, Selector = new LabelSelector { MatchLabels = Labels(("app", "web")) }, Template = Template() },
        });
        var web = await deployments.PatchAsync("web", PatchBody.Strategic(Json("""{"spec":{"template":{"spec":{"containers":[{"name":"d","image":"j"}]}}}}""")));
        Assert.Equal(2, web.Spec.Template.Spec.Containers.Count);
        web = await deployments.PatchAsync("web", PatchBody.Merge(Json("""{"spec":{"replicas":2}}""")));
        Assert.Equal(2, web.Spec.Replicas);
        web = await deployments.PatchAsync("web", PatchBody.Json(Json("""[{"op":"replace","path":"/spec/replicas","value":3}]""")));
        Assert.Equal(3, web.Spec.Replicas);
        var scale = await deployments.GetScaleAsync("web");
        await deployments.UpdateScaleAsync("web", scale with { Spec = scale.Spec with { Replicas = 4 } });
        web = await deployments.GetAsync("web");
        Assert.Equal(4, web.Spec.Replicas);
        web = await deployments.UpdateStatusAsync(web with { Status = web.Status with { Replicas = 4 } });
        Assert.Equal(4, web.Status.Replicas);

        var maps = client.Resource<ConfigMap>().In("default");
        await maps.ApplyAsync(Map("applied", ("a", "1"), ("b", "1")), "one");
        Assert.True((await Assert.ThrowsAsync<ApiException>(() => maps.ApplyAsync(Map("applied", ("a", "2")), "two"))).IsConflict);
        await maps.ApplyAsync(Map("applied", ("a", "2")), "two", force: true);
        var left = await maps.ApplyAsync(Map("applied"), "one");
        Assert.Equal("a=2", string.Join(',', ((IEnumerable<KeyValuePair<string, string>>)left.Data).Select(pair => $"{pair.Key}={pair.Value}")));
    }

    [Fact]
    public async Task Lists_come_in_pages_and_collections_are_deleted()
    {
        await using var server = await RunningApiServer.StartAsync();
        using var client = Connect(server);
        var maps = client.Resource<ConfigMap>().In("default");
        for (var i = 0; i < 7; i++) await maps.CreateAsync(Map($"page-{i}") with { Metadata = new ObjectMeta { Name = $"page-{i}", Labels = Labels(("paged", "yes")) } });
        var query = new ListQuery { Labels = LabelQuery.Parse("paged=yes"), Limit = 3 };
        var first = await maps.ListAsync(query);
        Assert.Equal(3, first.Items.Count);
        Assert.NotEmpty(first.Continue);
        var names = new List<string>();
        await foreach (var map in maps.EnumerateAsync(query)) names.Add(map.Metadata.Name);
        Assert.Equal(Enumerable.Range(0, 7).Select(i => $"page-{i}"), names);
        Assert.Single((await maps.ListAsync(new ListQuery { Fields = FieldQuery.Parse("metadata.name=page-3") })).Items);
        await maps.DeleteCollectionAsync(query);
        Assert.Empty((await maps.ListAsync(query)).Items);
    }

    [Fact]
    public async Task Watches_and_informers_follow()
    {
        await using var server = await RunningApiServer.StartAsync();
        using var client = Connect(server);
        var maps = client.Resource<ConfigMap>().In("default");
        await maps.CreateAsync(Map("before"));
        using var patience = new CancellationTokenSource(Patience);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(patience.Token);
        var events = new BlockingCollection<string>();
        var informer = new Informer<ConfigMap>(maps);
        informer.AddHandler(new InformerHandler<ConfigMap>
        {
            Added = map => events.Add("added " + map.Metadata.Name),
            Updated = (_, map) => events.Add("updated " + map.Metadata.Name),
            Deleted = map => events.Add("deleted " + map.Metadata.Name),
        });
        var running = informer.RunAsync(stop.Token);
        await informer.WaitForSyncAsync(patience.Token);
        Assert.Equal("added before", events.Take(patience.Token));

        var start = (await maps.ListAsync()).ResourceVersion;
        await maps.CreateAsync(Map("after"));
        await maps.PatchAsync("after", PatchBody.Merge(Json("""{"data":{"k":"v"}}""")));
        await maps.DeleteAsync("before");
        string[] expected = ["added after", "updated after", "deleted before"];
        Assert.Equal(expected, Enumerable.Range(0, 3).Select(_ => events.Take(patience.Token)));

        var watched = new List<string>();
        await foreach (var change in maps.WatchAsync(new WatchQuery { ResourceVersion = start }, patience.Token))
        {
            if (change.Type != WatchEventType.Bookmark) watched.Add($"{change.Type} {change.Object.Metadata.Name}");
            if (watched.Count == 3) break;
        }

        Assert.Equal(["Added after", "Modified after", "Deleted before"], watched);
        await stop.CancelAsync();
        try
        {
            await running;
        }
        catch (OperationCanceledException)
        {
            // That is how it ends.
        }
    }

    private static ApiClient Connect(RunningApiServer server) =>
        new(new ApiClientOptions { Configuration = new ConfigurationLoader { Path = server.Kubeconfig }.Load(), UseProtobuf = true });

    private static byte[] Json(string text) => Encoding.UTF8.GetBytes(text);

    private static ApiMap<string> Labels(params (string Key, string Value)[] pairs) => ApiMap<string>.From(pairs);

    private static ConfigMap Map(string name, params (string Key, string Value)[] data) => new() { Metadata = new ObjectMeta { Name = name }, Data = Labels(data) };

    private static PodTemplateSpec Template() => new()
    {
        Metadata = new ObjectMeta { Labels = Labels(("app", "web")) },
        Spec = new PodSpec { Containers = [new Container { Name = "c", Image = "i" }] },
    };
}
