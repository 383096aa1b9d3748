using Keelson.Api;
using Keelson.Api.Meta.V1;
using Keelson.Api.Rbac.V1;
using Keelson.Control.Tests.Cluster;

namespace Keelson.Control.Tests.Controllers.ClusterRoles;

public sealed class AggregationTests
{
    [Fact]
    public async Task A_sum_of_roles_holds_the_rules_of_all_that_it_selects()
    {
        await using var cluster = await ControlCluster.StartAsync("clusterrole-aggregation-controller");
        await cluster.CreateAsync(Part("b", "pods"));
        await cluster.CreateAsync(new ClusterRole
        {
            Metadata = new ObjectMeta { Name = "sum" },
            AggregationRule = new AggregationRule { ClusterRoleSelectors = [new LabelSelector { MatchLabels = ApiMap<string>.From(("part", "yes")) }] },
        });
        await cluster.WaitForAsync(() => Resources() == "pods");
        await cluster.CreateAsync(Part("a", "services"));
        await cluster.CreateAsync(Part("c", "pods"));
        await cluster.WaitForAsync(() => Resources() == "services,pods");
        await cluster.Client.Resource<ClusterRole>().DeleteAsync("a");
        await cluster.WaitForAsync(() => Resources() == "pods");
        await cluster.ChangeAsync<ClusterRole>("sum", role => role with { Rules = [] }, "");
        await cluster.WaitForAsync(() => Resources() == "pods");

        string Resources() => string.Join(',', (cluster.Find<ClusterRole>("sum")?.Rules ?? default).SelectMany(rule => rule.Resources));
    }

    private static ClusterRole Part(string name, string resource) => new()
    {
        Metadata = new ObjectMeta { Name = name, Labels = ApiMap<string>.From(("part", "yes")) },
        Rules = [new PolicyRule { ApiGroups = [""], Resources = [resource], Verbs = ["get"] }],
    };
}
