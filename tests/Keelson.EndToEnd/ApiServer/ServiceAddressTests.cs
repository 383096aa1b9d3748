using Keelson.EndToEnd.Store;

namespace Keelson.EndToEnd.ApiServer;

/// <summary>Addresses of services as kubectl shows them, in a cluster of both families, with API server and controllers as processes of their own.</summary>
public sealed class ServiceAddressTests
{
    private const string Both = """
        apiVersion: v1
        kind: Service
        metadata: {name: both}
        spec: {ipFamilyPolicy: RequireDualStack, ports: [{port: 80}]}
        """;

    private const string More = """
        apiVersion: networking.k8s.io/v1
        kind: ServiceCIDR
        metadata: {name: more}
        spec: {cidrs: [10.97.0.0/28, 'fd00:97::/120']}
        """;

    private const string Chosen = """
        apiVersion: v1
        kind: Service
        metadata: {name: chosen}
        spec: {clusterIP: 10.97.0.5, ports: [{port: 80}]}
        """;

    [Theory]
    [MemberData(nameof(Kubectl.Programs), MemberType = typeof(Kubectl))]
    public async Task Kubectl_shows_addresses_and_ranges_through_a_crash(string program)
    {
        Assert.SkipWhen(program.Length == 0, Kubectl.WhyNot);
        using var folder = new TemporaryFolder();
        var kubectl = new Kubectl(program, folder, folder["kubeconfig"]);
        await using (var server = Start(folder))
        {
            await using var controllers = RunningProgram.Keelson("controller-manager", "--kubeconfig", folder["kubeconfig"], "--leader-elect", "false", "--controllers", "service-cidr-controller");
            controllers.WaitForLine("running");
            await kubectl.ShowsAsync("get servicecidrs", @"^NAME +CIDRS +AGE\nkubernetes +10\.96\.0\.0/24,fd00:96::/112 +\S+$");
            await kubectl.ShowsAsync("get ipaddresses", @"^NAME +PARENTREF\n10\.96\.0\.1 +services/default/kubernetes$");
            await kubectl.SaysAsync("create -f -", "service/both created", Both);
            await kubectl.ShowsAsync("get ip", @"^10\.96\.0\.\d+ +services/default/both$");
            await kubectl.ShowsAsync("get ip -l ipaddress.kubernetes.io/ip-family=IPv6", @"^fd00:96::\S+ +services/default/both$");
            await kubectl.SaysAsync("get service both -o jsonpath={.spec.ipFamilies}", """["IPv4","IPv6"]""");
            await kubectl.SaysAsync("""patch service both -p {"spec":{"ipFamilyPolicy":"SingleStack"}}""", "service/both patched");
            Assert.DoesNotContain("fd00", await kubectl.DoAsync("get ip"), StringComparison.Ordinal);
            await kubectl.FailsAsync("create service clusterip x --tcp=80 --clusterip=10.96.0.1", "failed to allocate IP 10.96.0.1: provided IP is already allocated");
            await kubectl.FailsAsync("create service clusterip x --tcp=80 --clusterip=10.97.0.5", "is not in the valid range. The range of valid IPs is 10.96.0.0/24");
            await kubectl.SaysAsync("apply -f -", "servicecidr.networking.k8s.io/more created", More);
            await kubectl.SaysInTimeAsync("get servicecidr more -o jsonpath={.status.conditions[0].message}{.metadata.finalizers}", "Kubernetes Service CIDR is ready[\"networking.k8s.io/service-cidr-finalizer\"]");
            await kubectl.SaysAsync("apply -f -", "service/chosen created", Chosen);

            // Older ones ask for versions of these kinds that servers of today do not have.
            if (kubectl.Minor >= 33)
            {
                await kubectl.SaysAsync("describe servicecidr more", "10.97.0.0/28");
                await kubectl.SaysAsync("describe ip 10.97.0.5", "chosen");
            }

            await kubectl.DoAsync("delete servicecidr more --wait=false");
            await kubectl.SaysInTimeAsync("get servicecidr more -o jsonpath={.status.conditions[0].reason}", "Terminating");
            await kubectl.FailsAsync("create service clusterip x --tcp=80 --clusterip=10.97.0.6", "is not in the valid range");
            await server.KillAsync();
        }

        await using var again = Start(folder);
        await using var others = RunningProgram.Keelson("controller-manager", "--kubeconfig", folder["kubeconfig"], "--leader-elect", "false", "--controllers", "service-cidr-controller");
        await kubectl.ShowsAsync("get ip", @"^10\.97\.0\.5 +services/default/chosen$");
        await kubectl.DoAsync("delete service chosen");
        await kubectl.FailsAsync("get ip 10.97.0.5", "not found");
        await kubectl.DoAsync("wait --for=delete servicecidr/more --timeout=45s");
        Assert.DoesNotContain("allocated", await kubectl.DoAsync("get events"), StringComparison.Ordinal);
        Assert.Equal(0, await again.InterruptAsync());
    }

    [Fact]
    public async Task A_range_that_is_none_is_refused_at_start()
    {
        using var folder = new TemporaryFolder();
        await using var server = RunningProgram.Keelson("apiserver", "--data-dir", folder["data"], "--api-port", "0", "--service-cluster-ip-range", "10.0.0.0/24,10.1.0.0/24");
        Assert.NotEqual(0, await server.WaitForExitAsync());
        Assert.Contains("two ranges for services have to be of different ones", server.Output, StringComparison.Ordinal);
    }

    private static RunningProgram Start(TemporaryFolder folder)
    {
        var server = RunningProgram.Keelson(
            "apiserver", "--data-dir", folder["data"], "--api-port", "0", "--kubeconfig", folder["kubeconfig"], "--service-cluster-ip-range", "10.96.0.0/24,fd00:96::/112");
        server.WaitForLine("ready: listening");
        return server;
    }
}
