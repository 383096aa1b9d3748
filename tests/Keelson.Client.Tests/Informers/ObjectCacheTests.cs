using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Api.Values;
using Keelson.Client.Informers;
using Keelson.Client.Reconciling;
using Keelson.Client.Resources;
using Keelson.Client.Tests.Support;

namespace Keelson.Client.Tests.Informers;

public sealed class ObjectCacheTests
{
    [Fact]
    public void A_snapshot_stays_as_it_was_while_the_cache_goes_on()
    {
        var cache = new ObjectCache<ConfigMap>(TypedForm<ConfigMap>.Instance);
        cache.AddIndex(ObjectIndexes.ByNamespace(TypedForm<ConfigMap>.Instance));
        cache.Set(Map("a", "x"), "1");
        var before = cache.Snapshot;
        cache.Set(Map("a", "y"), "2");
        cache.Set(Map("b", "y"), "3");
        cache.Remove(new ObjectKey("default", "a"), "4");
        Assert.Equal(("1", 1, "x"), (before.ResourceVersion, before.Count, before.Get("default", "a")?.Data["v"]));
        Assert.Equal(["a"], before.InNamespace("default").Select(value => value.Metadata.Name));
        Assert.Equal(["b"], cache.Snapshot.InNamespace("default").Select(value => value.Metadata.Name));
        Assert.Throws<ArgumentException>(() => cache.Snapshot.ByIndex("other", "x"));
    }

    [Fact]
    public void Indexes_are_right_after_any_changes()
    {
        var cache = new ObjectCache<ConfigMap>(TypedForm<ConfigMap>.Instance);
        var byValue = new ObjectIndex<ConfigMap>("letters", value => [.. value.Data["v"].Distinct().Select(letter => letter.ToString())]);
        cache.AddIndex(byValue);
        var random = new Random(7);
        var expected = new Dictionary<string, ConfigMap>();
        for (var i = 0; i < 3000; i++)
        {
            var name = $"m{random.Next(30)}";
            if (random.Next(3) == 0)
            {
                Assert.Equal(expected.Remove(name), cache.Remove(new ObjectKey("default", name), "") is not null);
            }
            else
            {
                expected[name] = Map(name, string.Concat(Enumerable.Range(0, random.Next(4)).Select(_ => (char)('a' + random.Next(4)))));
                cache.Set(expected[name], "");
            }
        }

        foreach (var letter in "abcd")
        {
            Assert.Equal(
                expected.Values.Where(value => value.Data["v"].Contains(letter)).Select(value => value.Metadata.Name).Order(StringComparer.Ordinal),
                cache.Snapshot.ByIndex("letters", letter.ToString()).Select(value => value.Metadata.Name).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task Owned_objects_are_found_by_their_owner_whatever_their_form()
    {
        await using var server = await LocalServer.StartAsync();
        using var client = server.CreateClient();
        var resource = ApiResource.Of<ConfigMap>();
        var owner = await client.Resource<ConfigMap>().CreateAsync(Map("owner", ""), cancel: Eventually.Limit());
        var owned = Map("owned", "");
        owned = owned with { Metadata = owned.Metadata with { OwnerReferences = [Owners.ControllerReference(owner)] } };
        await client.Resource<ConfigMap>().CreateAsync(owned, cancel: Eventually.Limit());
        var factory = new InformerFactory(client);
        var typed = factory.For<ConfigMap>().AddControllerIndex().AddOwnerIndex();
        var dynamic = factory.Dynamic(resource).AddControllerIndex().AddOwnerIndex();
        var metadata = factory.Metadata(resource).AddControllerIndex().AddOwnerIndex();
        using var stop = new CancellationTokenSource();
        var running = factory.RunAsync(stop.Token);
        await factory.WaitForSyncAsync(Eventually.Limit());
        var uid = owner.Metadata.Uid;
        Assert.Equal("owned", Assert.Single(typed.Snapshot.ControlledBy(uid)).Metadata.Name);
        Assert.Equal("owned", ((Value)Assert.Single(dynamic.Snapshot.ControlledBy(uid)))["metadata", "name"]?.AsText());
        Assert.Equal("owned", Assert.Single(metadata.Snapshot.ByIndex(ObjectIndexes.Owner, uid)).Metadata.Name);
        Assert.True(Owners.IsControlledBy(owned.Metadata, uid));
        await client.Resource<ConfigMap>().DeleteAsync(new ObjectKey("default", "owned"), cancel: Eventually.Limit());
        await Eventually.HoldsAsync(
            () => !typed.Snapshot.ControlledBy(uid).Any() && !dynamic.Snapshot.ControlledBy(uid).Any() && !metadata.Snapshot.ControlledBy(uid).Any(), "all saw the deletion");
        await stop.CancelAsync();
        await running.WaitAsync(Eventually.Deadline);
    }

    [Fact]
    public async Task Who_manages_which_field_can_be_left_out()
    {
        await using var server = await LocalServer.StartAsync();
        using var client = server.CreateClient();
        Assert.False((await client.Resource<ConfigMap>().CreateAsync(Map("listed", "x"), cancel: Eventually.Limit())).Metadata.ManagedFields.IsEmpty);
        var factory = new InformerFactory(client, new InformerOptions { DropManagedFields = true });
        var typed = factory.For<ConfigMap>();
        var dynamic = factory.Dynamic(ApiResource.Of<ConfigMap>());
        using var stop = new CancellationTokenSource();
        var running = factory.RunAsync(stop.Token);
        await factory.WaitForSyncAsync(Eventually.Limit());
        await client.Resource<ConfigMap>().CreateAsync(Map("watched", "x"), cancel: Eventually.Limit());
        var key = new ObjectKey("default", "watched");
        await Eventually.HoldsAsync(() => typed.Get(key) is not null && dynamic.Get(key) is not null, "both saw it");
        Assert.All(typed.Snapshot.All, value => Assert.True(value.Metadata.ManagedFields.IsEmpty));
        Assert.All(dynamic.Snapshot.All, value => Assert.Null(((Value)value)["metadata", "managedFields"]));
        var written = await client.Resource<ConfigMap>().UpdateAsync(typed.Get(key)! with { Data = ApiMap<string>.From(("v", "y")) }, cancel: Eventually.Limit());
        Assert.False(written.Metadata.ManagedFields.IsEmpty);
        await stop.CancelAsync();
        await running.WaitAsync(Eventually.Deadline);
    }

    private static ConfigMap Map(string name, string value) => new()
    {
        Metadata = new ObjectMeta { Name = name, Namespace = "default" },
        Data = ApiMap<string>.From(("v", value)),
    };
}
