using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Control.Tests.Cluster;

namespace Keelson.Control.Tests.Controllers.Namespaces;

public sealed class NamespaceControllerTests
{
    [Fact]
    public async Task A_deleted_namespace_is_emptied_and_goes()
    {
        await using var cluster = await ControlCluster.StartAsync("namespace-controller");
        await cluster.CreateAsync(new Namespace { Metadata = new ObjectMeta { Name = "team" } });
        await cluster.CreateAsync(new ConfigMap { Metadata = new ObjectMeta { Name = "settings", Namespace = "team" } });
        await cluster.CreateAsync(new Pod { Metadata = new ObjectMeta { Name = "web", Namespace = "team" }, Spec = ControlCluster.Template().Spec });
        await cluster.WaitForAsync(() => cluster.Find<Pod>("web", "team")?.Status.Phase == PodPhase.Running);
        await cluster.Client.Resource<Namespace>().DeleteAsync("team");
        await cluster.WaitForAsync(() => cluster.Find<Namespace>("team") is null);
        Assert.Null(cluster.Find<Pod>("web", "team"));
        Assert.NotNull(cluster.Find<Namespace>("default"));
    }

    [Fact]
    public async Task A_finalizer_keeps_the_namespace_which_says_why()
    {
        await using var cluster = await ControlCluster.StartAsync("namespace-controller");
        await cluster.CreateAsync(new Namespace { Metadata = new ObjectMeta { Name = "team" } });
        await cluster.CreateAsync(new ConfigMap { Metadata = new ObjectMeta { Name = "settings", Namespace = "team", Finalizers = ["example.com/hold"] } });
        await cluster.Client.Resource<Namespace>().DeleteAsync("team");
        await cluster.WaitForAsync(() => cluster.Find<Namespace>("team")?.Status.Conditions.Count == 5);
        var conditions = cluster.Find<Namespace>("team")!.Status.Conditions;
        Assert.Equal("Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances", conditions.Single(condition => condition.Type == "NamespaceFinalizersRemaining").Message);
        Assert.Equal(("True", "SomeResourcesRemain"), conditions.Where(condition => condition.Type == "NamespaceContentRemaining").Select(condition => (condition.Status, condition.Reason)).Single());
        await cluster.ChangeAsync<ConfigMap>("settings", map => map with { Metadata = map.Metadata with { Finalizers = [] } }, "team");
        await cluster.WaitForAsync(() => cluster.Find<Namespace>("team") is null);
    }
}
