using Keelson.Api;
using Keelson.Api.Apps.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Api.Policy.V1;
using Keelson.Control.Controllers.Disruption;
using Keelson.Control.Tests.Cluster;

namespace Keelson.Control.Tests.Controllers.Disruption;

public sealed class DisruptionTests
{
    private static readonly Time Now = Time.Parse("2024-06-01T12:00:00Z");

    [Theory]
    [InlineData(null, 1, 5, 5, 5, 4, 1)]
    [InlineData(null, 1, 5, 4, 5, 4, 0)]
    [InlineData(null, "50%", 5, 5, 5, 2, 3)]
    [InlineData(2, null, 5, 5, 5, 2, 3)]
    [InlineData("50%", null, 5, 5, 5, 3, 2)]
    [InlineData("100%", null, 5, 5, 5, 5, 0)]
    [InlineData(null, 10, 5, 5, 5, 0, 5)]
    [InlineData(1, null, 0, 0, 0, 1, 0)]
    public void A_budget_allows_what_is_healthy_beyond_what_it_asks_for(object? least, object? most, int pods, int healthy, int expected, int desired, int allowed)
    {
        var budget = new PodDisruptionBudget { Spec = new PodDisruptionBudgetSpec { MinAvailable = Number(least), MaxUnavailable = Number(most) } };
        var all = Enumerable.Range(0, pods).Select(i => Pod($"p{i}", i < healthy)).ToList();
        var status = DisruptionPlan.Compute(budget, all, new DisruptionPlan.Expectation(pods, null, 0), Now).Status;
        Assert.Equal((expected, desired, healthy, allowed), (status.ExpectedPods, status.DesiredHealthy, status.CurrentHealthy, status.DisruptionsAllowed));
        var condition = Assert.Single(status.Conditions);
        Assert.Equal(("DisruptionAllowed", allowed > 0 ? "True" : "False", allowed > 0 ? "SufficientPods" : "InsufficientPods"), (condition.Type, condition.Status, condition.Reason));
    }

    [Fact]
    public void An_evicted_pod_does_not_count_until_it_stayed_for_two_minutes()
    {
        var budget = new PodDisruptionBudget
        {
            Spec = new PodDisruptionBudgetSpec { MinAvailable = 1 },
            Status = new PodDisruptionBudgetStatus { DisruptedPods = ApiMap<Time>.From(("p0", Now), ("gone", Now)) },
        };
        Pod[] pods = [Pod("p0", true), Pod("p1", true)];
        var plan = DisruptionPlan.Compute(budget, pods, default, Now + TimeSpan.FromSeconds(119));
        Assert.Equal((1, 0, 1), (plan.Status.CurrentHealthy, plan.Status.DisruptionsAllowed, plan.Status.DisruptedPods.Count));
        Assert.Equal(TimeSpan.FromSeconds(1), plan.Recheck.Delay);
        plan = DisruptionPlan.Compute(budget, pods, default, Now + TimeSpan.FromSeconds(120));
        Assert.Equal((2, 1, 0), (plan.Status.CurrentHealthy, plan.Status.DisruptionsAllowed, plan.Status.DisruptedPods.Count));
    }

    [Fact]
    public void A_budget_whose_owners_cannot_be_counted_allows_nothing()
    {
        var budget = new PodDisruptionBudget { Spec = new PodDisruptionBudgetSpec { MaxUnavailable = 1 }, Status = new PodDisruptionBudgetStatus { DisruptionsAllowed = 3 } };
        var plan = DisruptionPlan.Compute(budget, [Pod("p", true)], new DisruptionPlan.Expectation(null, "jobs.batch does not implement the scale subresource", 0), Now);
        Assert.Equal((0, "SyncFailed", "jobs.batch does not implement the scale subresource"), (plan.Status.DisruptionsAllowed, plan.Status.Conditions[0].Reason, plan.Status.Conditions[0].Message));
    }

    [Fact]
    public async Task A_budget_follows_a_deployment_and_evictions_keep_to_it()
    {
        await using var cluster = await ControlCluster.StartAsync("deployment-controller", "replicaset-controller", "disruption-controller");
        await cluster.CreateAsync(new Deployment { Metadata = new ObjectMeta { Name = "web", Namespace = "default" }, Spec = new DeploymentSpec { Replicas = 3, Selector = ControlCluster.Selector(), Template = ControlCluster.Template() } });
        await cluster.CreateAsync(new PodDisruptionBudget { Metadata = new ObjectMeta { Name = "web", Namespace = "default" }, Spec = new PodDisruptionBudgetSpec { MaxUnavailable = 1, Selector = ControlCluster.Selector() } });
        await cluster.WaitForAsync(() => cluster.Find<PodDisruptionBudget>("web")?.Status is { ExpectedPods: 3, DesiredHealthy: 2, CurrentHealthy: 3, DisruptionsAllowed: 1, ObservedGeneration: 1 });
        var pods = cluster.LivingPods.Select(pod => pod.Metadata.Name).ToList();
        cluster.Kubelet.Play = pod => pods.Contains(pod.Metadata.Name) ? PlayedKubelet.Ready(pod, true) : PlayedKubelet.Ready(pod, false);
        await EvictAsync(pods[0]);
        var refusal = await Assert.ThrowsAsync<Client.ApiException>(() => EvictAsync(pods[1]));
        Assert.True(refusal.IsTooManyRequests);
        await cluster.WaitForAsync(() => cluster.Find<PodDisruptionBudget>("web")?.Status is { CurrentHealthy: 2, DisruptionsAllowed: 0, DisruptedPods.Count: 0 });
        await cluster.ChangeAsync<Deployment>("web", deployment => deployment with { Spec = deployment.Spec with { Replicas = 2 } });
        await cluster.WaitForAsync(() => cluster.Find<PodDisruptionBudget>("web")?.Status is { ExpectedPods: 2, DesiredHealthy: 1, CurrentHealthy: 2, DisruptionsAllowed: 1 });

        Task<Status> EvictAsync(string name) => cluster.Client.Resource<Pod>().In("default").CreateSubresourceAsync<Eviction, Status>(name, "eviction", new Eviction { Metadata = new ObjectMeta { Name = name } });
    }

    private static IntOrString? Number(object? value) => value switch { int number => number, string text => text, _ => null };

    private static Pod Pod(string name, bool isReady) => new()
    {
        Metadata = new ObjectMeta { Name = name },
        Status = new PodStatus { Conditions = [new PodCondition { Type = "Ready", Status = isReady ? "True" : "False" }] },
    };
}
