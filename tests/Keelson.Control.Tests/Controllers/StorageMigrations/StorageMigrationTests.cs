using System.Text;
using Keelson.Api;
using Keelson.Api.ApiExtensions.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Api.StorageMigration.V1Beta1;
using Keelson.Api.Values;
using Keelson.Client;
using Keelson.Control.Tests.Cluster;
using Keelson.Storage;

namespace Keelson.Control.Tests.Controllers.StorageMigrations;

public sealed class StorageMigrationTests
{
    private const string Controller = "storage-version-migrator-controller";
    private const string Pools = "pools.example.com";

    private static readonly ApiResource Old = new("example.com", "v1", "pools", "Pool", IsNamespaced: true);
    private static readonly ApiResource New = new("example.com", "v2", "pools", "Pool", IsNamespaced: true);

    [Fact]
    public async Task Custom_objects_move_to_the_storage_version_by_way_of_the_webhook_and_the_old_version_may_go()
    {
        await using var cluster = await StartAsync();
        await using var hook = await ConversionHook.StartAsync(cluster.Clock);
        await DefineAsync(cluster, hook);
        for (var i = 0; i < 3; i++) await cluster.Client.Dynamic(Old).In("default").CreateAsync(Pool($"p{i}", i));
        Assert.Contains("example.com/v1", await StoredAsync(cluster, "p0"), StringComparison.Ordinal);
        await StoreInAsync(cluster, "v2");
        await MigrateAsync(cluster, "first", "example.com", "pools");
        var done = await UntilAsync(cluster, "first", MigrationConditionType.Succeeded);
        Assert.Equal("StorageVersionMigrationSucceeded", done.Status.Conditions.Single().Reason);
        Assert.True(long.Parse(done.Status.ResourceVersion, System.Globalization.CultureInfo.InvariantCulture) > 0);
        for (var i = 0; i < 3; i++) Assert.Contains($"\"apiVersion\":\"example.com/v2\",\"kind\":\"Pool\",\"spec\":{{\"size\":{i}}}", await StoredAsync(cluster, $"p{i}", isSorted: true), StringComparison.Ordinal);
        var definition = await DefinitionAsync(cluster);
        Assert.Equal(["v2"], definition.Status.StoredVersions);
        var told = definition.Status.Conditions.Single(condition => condition.Type == CustomResourceDefinitionConditionType.StorageMigrating);
        Assert.Equal(("False", "MigrationSucceeded", "The migration has succeeded and the stored versions have been updated"), (told.Status, told.Reason, told.Message));
        var shortened = await ChangeDefinitionAsync(cluster, value => value with { Spec = value.Spec with { Versions = value.Spec.Versions.RemoveAll(version => version.Name == "v1") } });
        Assert.Equal("v2", Assert.Single(shortened.Spec.Versions).Name);
    }

    [Fact]
    public async Task Migrations_of_one_resource_go_one_after_the_other_and_a_change_meanwhile_keeps_the_old_version()
    {
        await using var cluster = await StartAsync();
        await using var hook = await ConversionHook.StartAsync(cluster.Clock);
        await DefineAsync(cluster, hook);
        await cluster.Client.Dynamic(Old).In("default").CreateAsync(Pool("p", 1));
        await StoreInAsync(cluster, "v2");
        hook.Fails = true;
        await MigrateAsync(cluster, "a-first", "example.com", "pools");
        await MigrateAsync(cluster, "b-second", "example.com", "pools");
        await UntilAsync(cluster, "a-first", MigrationConditionType.Running);
        Assert.Empty((await cluster.Client.Resource<StorageVersionMigration>().GetAsync("b-second")).Status.Conditions);
        await ChangeDefinitionAsync(cluster, value => value with { Spec = value.Spec with { Names = value.Spec.Names with { ShortNames = ["po"] } } });
        hook.Fails = false;
        await UntilAsync(cluster, "a-first", MigrationConditionType.Succeeded);
        await UntilAsync(cluster, "b-second", MigrationConditionType.Succeeded);

        // The first began before the change and can't say that nothing came in the old version since; the second can.
        Assert.Equal(["v2"], (await DefinitionAsync(cluster)).Status.StoredVersions);
    }

    [Fact]
    public async Task Built_in_objects_that_are_stored_as_they_would_be_today_are_left_alone_and_others_are_written_anew()
    {
        await using var cluster = await StartAsync();
        var maps = cluster.Client.Resource<ConfigMap>().In("default");
        foreach (var name in new[] { "new", "old" }) await maps.CreateAsync(new ConfigMap { Metadata = new ObjectMeta { Name = name, Namespace = "default" }, Data = ApiMap<string>.From(("a", "b")) });
        var key = "/registry/core/configmaps/default/old"u8.ToArray();
        var stored = (await cluster.Store.GetAsync(key, 0, CancellationToken.None))!.Value;
        var text = Encoding.UTF8.GetString(stored.Span[5..]);
        byte[] planted = [.. stored.Span[..5], .. Encoding.UTF8.GetBytes(text.Replace("\"data\":", "\"ofOld\":\"x\",\"data\":", StringComparison.Ordinal))];
        await cluster.Store.CommitAsync(new Transaction([], [new Operation.Put(key, planted)], []), CancellationToken.None);
        var before = await maps.GetAsync("new");
        await MigrateAsync(cluster, "maps", "", "configmaps");
        await UntilAsync(cluster, "maps", MigrationConditionType.Succeeded);
        Assert.Equal(text, Encoding.UTF8.GetString((await cluster.Store.GetAsync(key, 0, CancellationToken.None))!.Value.Span[5..]));
        Assert.Equal(before.Metadata.ResourceVersion, (await maps.GetAsync("new")).Metadata.ResourceVersion);
    }

    [Fact]
    public async Task A_resource_that_does_not_exist_is_waited_for_and_then_the_migration_fails()
    {
        await using var cluster = await StartAsync();
        await MigrateAsync(cluster, "nothing", "example.com", "nothings");
        var failed = await UntilAsync(cluster, "nothing", MigrationConditionType.Failed);
        var condition = failed.Status.Conditions.Single();
        Assert.Equal(("StorageVersionMigrationFailed", "resource does not exist in discovery"), (condition.Reason, condition.Message));
        Assert.True(condition.LastTransitionTime.ToDateTimeOffset() - failed.Metadata.CreationTimestamp.ToDateTimeOffset() >= TimeSpan.FromMinutes(1));
    }

    private static Task<ControlCluster> StartAsync() => ControlCluster.StartAsync(Controller);

    private static Task<StorageVersionMigration> MigrateAsync(ControlCluster cluster, string name, string group, string resource) => cluster.CreateAsync(
        new StorageVersionMigration { Metadata = new ObjectMeta { Name = name }, Spec = new StorageVersionMigrationSpec { Resource = new GroupResource { Group = group, Resource = resource } } });

    /// <summary>Waits until a migration has a condition and, where that is an end, is tidied up after.</summary>
    private static async Task<StorageVersionMigration> UntilAsync(ControlCluster cluster, string name, string type)
    {
        StorageVersionMigration? last = null;
        await cluster.WaitForAsync(() =>
        {
            last = cluster.Client.Resource<StorageVersionMigration>().GetAsync(name).GetAwaiter().GetResult();
            return last.Status.Conditions.Any(condition => condition.Type == type && condition.Status == "True")
                && (type == MigrationConditionType.Running || last.Status.Conditions.Count == 1);
        });
        return last!;
    }

    private static Task<CustomResourceDefinition> DefinitionAsync(ControlCluster cluster) => cluster.Client.Resource<CustomResourceDefinition>().GetAsync(Pools);

    private static Task<CustomResourceDefinition> ChangeDefinitionAsync(ControlCluster cluster, Func<CustomResourceDefinition, CustomResourceDefinition> change) =>
        cluster.ChangeAsync(Pools, change, "");

    private static async Task StoreInAsync(ControlCluster cluster, string version)
    {
        await ChangeDefinitionAsync(cluster, value => value with
        {
            Spec = value.Spec with { Versions = value.Spec.Versions.Select(known => known with { Storage = known.Name == version }).ToApiList() },
        });

        // Until the server stores so, a write of nothing changes nothing.
        await cluster.WaitForAsync(() =>
        {
            var probe = cluster.Client.Dynamic(New).In("kube-system").CreateAsync(Pool("probe", 0, New)).GetAwaiter().GetResult();
            var stored = StoredAsync(cluster, "probe", space: "kube-system").GetAwaiter().GetResult();
            cluster.Client.Dynamic(New).In("kube-system").DeleteAsync("probe").GetAwaiter().GetResult();
            return probe is not null && stored.Contains($"example.com/{version}", StringComparison.Ordinal);
        });
    }

    private static async Task DefineAsync(ControlCluster cluster, ConversionHook hook)
    {
        await cluster.Client.Resource<CustomResourceDefinition>().CreateAsync(hook.Definition());
        await cluster.WaitForAsync(() => DefinitionAsync(cluster).GetAwaiter().GetResult().Status.Conditions.Any(condition => condition is { Type: "Established", Status: "True" }));
    }

    private static MapValue Pool(string name, int size, ApiResource? resource = null) => MapValue.Of(
        ("apiVersion", (resource ?? Old).ApiVersion), ("kind", "Pool"), ("metadata", MapValue.Of(("name", name))), ("spec", MapValue.Of((resource == New ? "size" : "count", size))));

    private static async Task<string> StoredAsync(ControlCluster cluster, string name, bool isSorted = false, string space = "default")
    {
        var item = await cluster.Store.GetAsync(Encoding.UTF8.GetBytes($"/registry/example.com/pools/{space}/{name}"), 0, CancellationToken.None);
        var text = Encoding.UTF8.GetString(item!.Value.Span[5..]);
        return isSorted ? ((MapValue)ValueReader.Read(text)).Without("metadata").ToString() : text;
    }
}
