using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Control.Controllers.Quotas;
using Keelson.Control.Tests.Cluster;

namespace Keelson.Control.Tests.Controllers.Quotas;

public sealed class QuotaControllerTests
{
    [Fact]
    public async Task What_is_used_is_shown_and_is_less_when_something_goes()
    {
        await using var cluster = await ControlCluster.StartAsync("resourcequota-controller");
        await cluster.CreateAsync(new ConfigMap { Metadata = new ObjectMeta { Name = "settings", Namespace = "default" } });
        await cluster.CreateAsync(new ResourceQuota
        {
            Metadata = new ObjectMeta { Name = "quota", Namespace = "default" },
            Spec = new ResourceQuotaSpec { Hard = Amounts(("pods", "5"), ("requests.cpu", "2"), ("limits.memory", "2Gi"), ("services", "3"), ("services.nodeports", "2"), ("count/configmaps", "9")) },
        });
        await cluster.WaitForAsync(() => Used() == "count/configmaps=1 limits.memory=0 pods=0 requests.cpu=0 services=1 services.nodeports=0");
        await cluster.CreateAsync(Pod("a"));
        await cluster.CreateAsync(Pod("b"));
        await cluster.CreateAsync(new Service { Metadata = new ObjectMeta { Name = "s", Namespace = "default" }, Spec = new ServiceSpec { Type = "NodePort", Ports = [new ServicePort { Port = 80 }] } });
        await cluster.WaitForAsync(() => Used() == "count/configmaps=1 limits.memory=128Mi pods=2 requests.cpu=500m services=2 services.nodeports=1");
        cluster.Kubelet.Play = pod => pod.Metadata.Name == "a" ? PlayedKubelet.Ended(pod, 0) : PlayedKubelet.Ready(pod, true);
        cluster.Kubelet.LookAgain();
        await cluster.Client.Resource<Service>().In("default").DeleteAsync("s");
        await cluster.WaitForAsync(() => Used() == "count/configmaps=1 limits.memory=64Mi pods=1 requests.cpu=250m services=1 services.nodeports=0");

        string Used() => string.Join(' ', (cluster.Find<ResourceQuota>("quota")?.Status.Used ?? default).OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Key}={entry.Value}"));
    }

    [Fact]
    public void A_pod_takes_what_it_needs_at_its_worst_moment()
    {
        var spec = new PodSpec
        {
            Containers = [Container("100m"), Container("200m")],
            InitContainers = [Container("500m"), Container("50m") with { RestartPolicy = "Always" }, Container("300m")],
            Overhead = Amounts(("cpu", "10m")),
        };
        Assert.Equal(Quantity.Parse("510m"), PodAmounts.Requests(spec)["cpu"]);
        Assert.Equal(Quantity.Parse("410m"), PodAmounts.Requests(spec with { InitContainers = [Container("50m") with { RestartPolicy = "Always" }, Container("350m")] })["cpu"]);
    }

    private static Container Container(string cpu) => new() { Resources = new ResourceRequirements { Requests = Amounts(("cpu", cpu)) } };

    private static Pod Pod(string name)
    {
        var spec = ControlCluster.Template().Spec;
        var resources = new ResourceRequirements { Requests = Amounts(("cpu", "250m")), Limits = Amounts(("memory", "64Mi")) };
        return new Pod { Metadata = new ObjectMeta { Name = name, Namespace = "default" }, Spec = spec with { Containers = [spec.Containers[0] with { Resources = resources }] } };
    }

    private static ApiMap<Quantity> Amounts(params (string Name, string Amount)[] amounts) => amounts.Select(entry => KeyValuePair.Create(entry.Name, Quantity.Parse(entry.Amount))).ToApiMap();
}
