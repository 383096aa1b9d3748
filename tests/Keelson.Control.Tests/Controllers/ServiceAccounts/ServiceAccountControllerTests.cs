using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Control.Tests.Cluster;

namespace Keelson.Control.Tests.Controllers.ServiceAccounts;

public sealed class ServiceAccountControllerTests
{
    [Fact]
    public async Task Every_namespace_has_a_default_account_which_comes_back()
    {
        await using var cluster = await ControlCluster.StartAsync("serviceaccount-controller");
        await cluster.WaitForAsync(() => cluster.Find<ServiceAccount>("default") is not null && cluster.Find<ServiceAccount>("default", "kube-system") is not null);
        await cluster.CreateAsync(new Namespace { Metadata = new ObjectMeta { Name = "team" } });
        await cluster.WaitForAsync(() => cluster.Find<ServiceAccount>("default", "team") is not null);
        var first = cluster.Find<ServiceAccount>("default")!.Metadata.Uid;
        await cluster.Client.Resource<ServiceAccount>().In("default").DeleteAsync("default");
        await cluster.WaitForAsync(() => cluster.Find<ServiceAccount>("default") is { } again && again.Metadata.Uid != first);
    }
}
