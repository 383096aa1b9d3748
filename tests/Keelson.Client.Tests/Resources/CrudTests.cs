using Keelson.Api;
using Keelson.Api.Apps.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Api.Selectors;
using Keelson.Api.Values;
using Keelson.Client.Resources;
using Keelson.Client.Tests.Support;

namespace Keelson.Client.Tests.Resources;

/// <summary>Everything against the real server, as JSON and as protobuf.</summary>
public sealed class CrudTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_created_can_be_read_changed_and_deleted(bool useProtobuf)
    {
        await using var server = await LocalServer.StartAsync();
        using var client = server.CreateClient(useProtobuf);
        var cancel = Eventually.Limit();
        var maps = client.Resource<ConfigMap>().In("default");

        var created = await maps.CreateAsync(Map("one", ("a", "1")), cancel: cancel);
        Assert.NotEmpty(created.Metadata.Uid);
        var read = await maps.GetAsync("one", cancel);
        Assert.Equal(created, read);
        var updated = await maps.UpdateAsync(read with { Data = ApiMap<string>.From(("a", "2")) }, cancel: cancel);
        Assert.NotEqual(read.Metadata.ResourceVersion, updated.Metadata.ResourceVersion);
        var conflict = await Assert.ThrowsAsync<ApiException>(() => maps.UpdateAsync(read with { Data = ApiMap<string>.From(("a", "3")) }, cancel: cancel));
        Assert.True(conflict.IsConflict);
        var again = await Assert.ThrowsAsync<ApiException>(() => maps.CreateAsync(Map("one"), cancel: cancel));
        Assert.True(again.IsAlreadyExists);
        var list = await maps.ListAsync(cancel: cancel);
        Assert.Contains(list.Items, item => item.Metadata.Name == "one" && item.Data["a"] == "2");
        await maps.DeleteAsync("one", new DeleteOptions { Preconditions = new Keelson.Api.Meta.V1.Preconditions { Uid = created.Metadata.Uid } }, cancel);
        Assert.Null(await maps.FindAsync("one", cancel));
        var missing = await Assert.ThrowsAsync<ApiException>(() => maps.GetAsync("one", cancel));
        Assert.True(missing.IsNotFound);
        Assert.Contains("\"one\" not found", missing.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_kind_of_patch_changes_the_object(bool useProtobuf)
    {
        await using var server = await LocalServer.StartAsync();
        using var client = server.CreateClient(useProtobuf);
        var cancel = Eventually.Limit();
        var maps = client.Resource<ConfigMap>().In("default");
        await maps.CreateAsync(Map("one", ("a", "1"), ("b", "1")), cancel: cancel);

        var merged = await maps.PatchAsync("one", PatchBody.Merge(ValueReader.Read("""{"data":{"a":null,"c":"1"}}""")), cancel: cancel);
        Assert.Equal(ApiMap<string>.From(("b", "1"), ("c", "1")), merged.Data);
        var patched = await maps.PatchAsync("one", PatchBody.Json(ValueReader.Read("""[{"op":"replace","path":"/data/b","value":"2"}]""")), cancel: cancel);
        Assert.Equal("2", patched.Data["b"]);
        var strategic = await maps.PatchAsync("one", PatchBody.Strategic(ValueReader.Read("""{"metadata":{"finalizers":["x.example/y"]}}""")), cancel: cancel);
        Assert.Equal(["x.example/y"], strategic.Metadata.Finalizers);
        var applied = await maps.ApplyAsync(Map("two", ("a", "1")), "tests", cancel: cancel);
        Assert.Equal("1", applied.Data["a"]);
        var refused = await Assert.ThrowsAsync<ApiException>(() => maps.ApplyAsync(Map("two", ("a", "2")), "others", cancel: cancel));
        Assert.True(refused.IsConflict);
        Assert.Equal("2", (await maps.ApplyAsync(Map("two", ("a", "2")), "others", force: true, cancel: cancel)).Data["a"]);
        await Assert.ThrowsAsync<ArgumentException>(() => maps.PatchAsync("two", PatchBody.Apply(Map("two")), cancel: cancel));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Lists_come_in_pages_and_by_selector(bool useProtobuf)
    {
        await using var server = await LocalServer.StartAsync();
        using var client = server.CreateClient(useProtobuf);
        var cancel = Eventually.Limit();
        var maps = client.Resource<ConfigMap>();
        for (var i = 0; i < 7; i++)
        {
            var labelled = Map($"m{i}") with { Metadata = new ObjectMeta { Name = $"m{i}", Namespace = "default", Labels = ApiMap<string>.From(("odd", (i % 2 == 1).ToString())) } };
            await maps.CreateAsync(labelled, cancel: cancel);
        }

        var odd = new ListQuery { Labels = LabelQuery.Parse("odd=True") };
        Assert.Equal(["m1", "m3", "m5"], (await maps.ListAsync(odd, cancel)).Items.Select(item => item.Metadata.Name));
        var page = await maps.In("default").ListAsync(new ListQuery { Labels = LabelQuery.Parse("odd"), Limit = 2 }, cancel);
        Assert.Equal(2, page.Items.Count);
        Assert.NotEmpty(page.Continue);
        var names = new List<string>();
        await foreach (var item in maps.In("default").EnumerateAsync(new ListQuery { Labels = LabelQuery.Parse("odd"), Limit = 2 }, cancel)) names.Add(item.Metadata.Name);
        Assert.Equal(["m0", "m1", "m2", "m3", "m4", "m5", "m6"], names);
        await maps.In("default").DeleteCollectionAsync(odd, cancel: cancel);
        Assert.Empty((await maps.ListAsync(odd, cancel)).Items);
    }

    [Fact]
    public async Task Any_kind_can_be_spoken_to_as_values_and_as_metadata()
    {
        await using var server = await LocalServer.StartAsync();
        using var client = server.CreateClient(useProtobuf: true);
        var cancel = Eventually.Limit();
        var resource = ApiResource.Of<ConfigMap>();
        var maps = client.Dynamic(resource).In("default");
        var created = await maps.CreateAsync((MapValue)ValueReader.Read("""{"metadata":{"name":"one"},"data":{"a":"1"}}"""), cancel: cancel);
        Assert.Equal("ConfigMap", created["kind"]?.AsText());
        var listed = await maps.ListAsync(cancel: cancel);
        Assert.Contains(listed.Items, item => item["kind"]?.AsText() == "ConfigMap" && item["data"]?.AsMap()?["a"]?.AsText() == "1");
        var metadata = await client.Metadata(resource).In("default").GetAsync("one", cancel);
        Assert.Equal(("one", created["metadata"]?.AsMap()?["uid"]?.AsText()), (metadata.Metadata.Name, metadata.Metadata.Uid));
        Assert.Contains((await client.Metadata(resource).ListAsync(cancel: cancel)).Items, item => item.Metadata.Name == "one");
        await maps.DeleteAsync("one", cancel: cancel);
        Assert.Null(await maps.FindAsync("one", cancel));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Status_and_scale_are_written_apart(bool useProtobuf)
    {
        await using var server = await LocalServer.StartAsync();
        using var client = server.CreateClient(useProtobuf);
        var cancel = Eventually.Limit();
        var deployments = client.Resource<Deployment>().In("default");
        var created = await deployments.CreateAsync(Samples.Deployment("web", 2), cancel: cancel);
        var status = await deployments.UpdateStatusAsync(created with { Spec = created.Spec with { Replicas = 9 }, Status = created.Status with { Replicas = 2 } }, cancel: cancel);
        Assert.Equal((2, 2), (status.Spec.Replicas, status.Status.Replicas));
        var scale = await deployments.GetScaleAsync("web", cancel);
        Assert.Equal(2, scale.Spec.Replicas);
        var scaled = await deployments.UpdateScaleAsync("web", scale with { Spec = scale.Spec with { Replicas = 5 } }, cancel: cancel);
        Assert.Equal(5, scaled.Spec.Replicas);
        Assert.Equal(5, (await deployments.GetAsync("web", cancel)).Spec.Replicas);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_pod_can_be_bound_to_a_node(bool useProtobuf)
    {
        await using var server = await LocalServer.StartAsync();
        using var client = server.CreateClient(useProtobuf);
        var cancel = Eventually.Limit();
        var pods = client.Resource<Pod>().In("default");
        await pods.CreateAsync(Samples.Pod("one"), cancel: cancel);
        await pods.BindAsync("one", "node-1", cancel: cancel);
        Assert.Equal("node-1", (await pods.GetAsync("one", cancel)).Spec.NodeName);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_watch_tells_of_every_change_in_order(bool useProtobuf)
    {
        await using var server = await LocalServer.StartAsync();
        using var client = server.CreateClient(useProtobuf);
        var cancel = Eventually.Limit();
        var maps = client.Resource<ConfigMap>().In("default");
        var from = (await maps.ListAsync(cancel: cancel)).ResourceVersion;
        var one = await maps.CreateAsync(Map("one", ("a", "ü\"\\{[")), cancel: cancel);
        var two = await maps.UpdateAsync(one with { Data = ApiMap<string>.From(("a", new string('x', 100_000))) }, cancel: cancel);
        await maps.DeleteAsync("one", cancel: cancel);

        var seen = new List<WatchEvent<ConfigMap>>();
        await foreach (var change in maps.WatchAsync(new WatchQuery { ResourceVersion = from, AllowBookmarks = false }, cancel))
        {
            seen.Add(change);
            if (seen.Count == 3) break;
        }

        Assert.Equal([WatchEventType.Added, WatchEventType.Modified, WatchEventType.Deleted], seen.Select(change => change.Type));
        Assert.Equal(one, seen[0].Object);
        Assert.Equal(two, seen[1].Object);
        Assert.Equal(two.Data, seen[2].Object.Data);
    }

    [Fact]
    public async Task What_needs_a_namespace_asks_for_one()
    {
        using var api = new FakeApi();
        using var client = new ApiClient(api);
        await Assert.ThrowsAsync<InvalidOperationException>(() => client.Resource<Pod>().GetAsync("one", Eventually.Limit()));
        await Assert.ThrowsAsync<InvalidOperationException>(() => client.Resource<Pod>().DeleteCollectionAsync(cancel: Eventually.Limit()));
        await Assert.ThrowsAsync<ArgumentException>(() => client.Resource<Pod>().In("a").CreateAsync(Samples.Pod("one"), cancel: Eventually.Limit()));
        Assert.Empty(api.Requests);
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("a/b")]
    [InlineData("a%2fb")]
    [InlineData("")]
    public async Task A_name_that_leads_elsewhere_is_refused(string name)
    {
        using var api = new FakeApi();
        using var client = new ApiClient(api);
        await Assert.ThrowsAsync<ArgumentException>(() => client.Resource<Pod>().In("default").GetAsync(name, Eventually.Limit()));
        Assert.Empty(api.Requests);
    }

    private static ConfigMap Map(string name, params (string Key, string Value)[] data) => new()
    {
        Metadata = new ObjectMeta { Name = name, Namespace = "default" },
        Data = ApiMap<string>.From(data),
    };
}
