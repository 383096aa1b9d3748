using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Discovery.V1;
using Keelson.Api.Meta.V1;
using Keelson.Control.Controllers.EndpointSlices;
using Keelson.Control.Tests.Cluster;

namespace Keelson.Control.Tests.Controllers.EndpointSlices;

public sealed class EndpointSliceTests
{
    [Fact]
    public async Task A_service_lists_its_pods_and_only_ready_ones_get_traffic()
    {
        await using var cluster = await ControlCluster.StartAsync("endpointslice-controller");
        cluster.Kubelet.Play = pod => PlayedKubelet.Ready(pod, pod.Metadata.Name != "b");
        await cluster.CreateAsync(new Node { Metadata = new ObjectMeta { Name = "node-a", Labels = ApiMap<string>.From(("topology.kubernetes.io/zone", "here")) } });
        await cluster.CreateAsync(Service());
        await cluster.WaitForAsync(() => cluster.All<EndpointSlice>() is [{ Endpoints.IsEmpty: true, AddressType: "IPv4" }]);
        await cluster.CreateAsync(Pod("a"));
        await cluster.CreateAsync(Pod("b"));
        await cluster.WaitForAsync(() => cluster.All<EndpointSlice>() is [{ Endpoints.Count: 2 }] && cluster.Find<Endpoints>("web")?.Subsets is [{ Addresses.Count: 1, NotReadyAddresses.Count: 1 }]);
        var slice = cluster.All<EndpointSlice>()[0];
        Assert.Equal(("web", "endpointslice-controller.k8s.io"), (slice.Metadata.Labels["kubernetes.io/service-name"], slice.Metadata.Labels["endpointslice.kubernetes.io/managed-by"]));
        Assert.StartsWith("web-", slice.Metadata.Name);
        var port = Assert.Single(slice.Ports);
        Assert.Equal(("main", "TCP", 8080), (port.Name, port.Protocol, port.Port));
        var ready = slice.Endpoints.Single(endpoint => endpoint.TargetRef!.Name == "a");
        Assert.Equal((true, true, false, "node-a", "here"), (ready.Conditions.Ready, ready.Conditions.Serving, ready.Conditions.Terminating, ready.NodeName, ready.Zone));
        Assert.False(slice.Endpoints.Single(endpoint => endpoint.TargetRef!.Name == "b").Conditions.Ready);

        await cluster.Client.Resource<Service>().In("default").DeleteAsync("web");
        await cluster.WaitForAsync(() => cluster.Find<Endpoints>("web") is null);
    }

    [Fact]
    public void Slices_list_every_pod_once_whatever_they_listed_before_and_are_never_too_long()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            var service = Service() with { Metadata = Service().Metadata with { Uid = "service" } };
            List<EndpointSlice> slices = [];
            for (var round = 0; round < 4; round++)
            {
                var pods = Enumerable.Range(0, random.Next(0, 350)).Where(_ => random.Next(3) > 0).Select(i => Live(Pod("pod-" + i), i)).ToList();
                var plan = EndpointSlicePlan.Compute(service, pods, slices, _ => null);
                slices = Apply(slices, plan);
                Assert.All(slices, slice => Assert.InRange(slice.Endpoints.Count, 0, EndpointSlicePlan.EndpointLimit));
                Assert.Equal(pods.Select(pod => pod.Metadata.Uid).Order(StringComparer.Ordinal), slices.SelectMany(slice => slice.Endpoints).Select(endpoint => endpoint.TargetRef!.Uid).Order(StringComparer.Ordinal));
                var again = EndpointSlicePlan.Compute(service, pods, slices, _ => null);
                Assert.Equal((0, 0, 0), (again.Create.Count, again.Update.Count, again.Delete.Count));
            }
        }
    }

    [Fact]
    public void A_service_of_both_families_has_slices_of_both()
    {
        var service = Service();
        service = service with { Spec = service.Spec with { IpFamilies = ["IPv4", "IPv6"] } };
        var pod = Live(Pod("a"), 1);
        pod = pod with { Status = pod.Status with { PodIPs = [new PodIP { Ip = "10.0.0.1" }, new PodIP { Ip = "fd00::1" }] } };
        var plan = EndpointSlicePlan.Compute(service, [pod], [], _ => null);
        Assert.Equal([("IPv4", "10.0.0.1"), ("IPv6", "fd00::1")], plan.Create.Select(slice => (slice.AddressType, slice.Endpoints[0].Addresses[0])));
    }

    [Fact]
    public void A_pod_that_is_being_deleted_still_serves_but_is_not_ready()
    {
        var pod = Live(Pod("a"), 1);
        pod = pod with { Metadata = pod.Metadata with { DeletionTimestamp = Time.FromUnixSeconds(1) } };
        var conditions = EndpointSlicePlan.Compute(Service(), [pod], [], _ => null).Create[0].Endpoints[0].Conditions;
        Assert.Equal((false, true, true), (conditions.Ready, conditions.Serving, conditions.Terminating));
        Assert.Empty(EndpointsPlan.Compute(Service(), [pod], null).Subsets);
    }

    private static List<EndpointSlice> Apply(List<EndpointSlice> slices, EndpointSlicePlan plan)
    {
        var result = slices.Where(slice => plan.Delete.All(deleted => deleted.Metadata.Name != slice.Metadata.Name)).ToList();
        foreach (var update in plan.Update) result[result.FindIndex(slice => slice.Metadata.Name == update.Metadata.Name)] = update;
        foreach (var create in plan.Create) result.Add(create with { Metadata = create.Metadata with { Name = "slice-" + Guid.NewGuid() } });
        return result;
    }

    private static Pod Live(Pod pod, int number) => pod with
    {
        Metadata = pod.Metadata with { Uid = "uid-" + number },
        Status = new PodStatus { Phase = PodPhase.Running, PodIPs = [new PodIP { Ip = $"10.0.{number / 250}.{number % 250}" }], Conditions = [new PodCondition { Type = "Ready", Status = "True" }] },
    };

    private static Pod Pod(string name) => new()
    {
        Metadata = new ObjectMeta { Name = name, Namespace = "default", Labels = ApiMap<string>.From(("app", "web")) },
        Spec = new PodSpec { Containers = [new Container { Name = "main", Image = "one", Ports = [new ContainerPort { Name = "http", ContainerPortValue = 8080 }] }] },
    };

    private static Service Service() => new()
    {
        Metadata = new ObjectMeta { Name = "web", Namespace = "default" },
        Spec = new ServiceSpec { Selector = ApiMap<string>.From(("app", "web")), Ports = [new ServicePort { Name = "main", Port = 80, TargetPort = "http" }] },
    };
}
