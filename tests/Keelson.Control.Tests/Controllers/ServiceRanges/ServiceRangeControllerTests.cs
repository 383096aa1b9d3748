using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Api.Networking.V1;
using Keelson.Control.Tests.Cluster;

namespace Keelson.Control.Tests.Controllers.ServiceRanges;

public sealed class ServiceRangeControllerTests
{
    [Fact]
    public async Task A_range_is_ready_and_once_deleted_stays_until_its_last_service_is_gone()
    {
        await using var cluster = await ControlCluster.StartAsync("service-cidr-controller");
        var ranges = cluster.Client.Resource<ServiceCIDR>();
        await cluster.CreateAsync(new ServiceCIDR { Metadata = new ObjectMeta { Name = "more" }, Spec = new ServiceCIDRSpec { Cidrs = ["172.30.0.0/24"] } });
        await cluster.WaitForAsync(() => Find("more") is { } range && Says(range) == "True : Kubernetes Service CIDR is ready" && range.Metadata.Finalizers.Contains("networking.k8s.io/service-cidr-finalizer"));
        await cluster.WaitForAsync(() => Find("kubernetes") is { } range && range.Metadata.Finalizers.Contains("networking.k8s.io/service-cidr-finalizer"));
        await CreateServiceAsync("a");
        await ranges.DeleteAsync("more");
        await cluster.WaitForAsync(() => Find("more") is { } range
            && Says(range) == "False Terminating: There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR");
        await Assert.ThrowsAsync<Keelson.Client.ApiException>(() => CreateServiceAsync("b", "172.30.0.6"));
        await cluster.Client.Resource<Service>().In("default").DeleteAsync("a");
        await cluster.WaitForAsync(() => Find("more") is null);
        Assert.Empty(cluster.Failures);

        ServiceCIDR? Find(string name) => ranges.FindAsync(name).GetAwaiter().GetResult();

        Task CreateServiceAsync(string name, string address = "172.30.0.5") => cluster.CreateAsync(new Service
        {
            Metadata = new ObjectMeta { Name = name, Namespace = "default" },
            Spec = new ServiceSpec { ClusterIP = address, ClusterIPs = [address], Ports = [new ServicePort { Port = 80 }] },
        });
    }

    private static string Says(ServiceCIDR range) => string.Join(", ", range.Status.Conditions.Select(condition => $"{condition.Status} {condition.Reason}: {condition.Message}"));
}
