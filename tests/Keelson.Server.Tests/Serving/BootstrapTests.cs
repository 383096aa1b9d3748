using System.Net;

namespace Keelson.Server.Tests.Serving;

public sealed class BootstrapTests
{
    private const string Endpoints = "/api/v1/namespaces/default/endpoints/kubernetes";
    private const string Slice = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes";

    [Fact]
    public async Task Every_cluster_has_the_classes_levels_and_schemas_that_tools_look_for()
    {
        await using var server = await TestServer.StartAsync();
        Assert.Equal(["system-cluster-critical", "system-node-critical"], (await server.GetAsync("/apis/scheduling.k8s.io/v1/priorityclasses")).Names);
        Assert.Equal(8, (await server.GetAsync("/apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations")).Names.Count());
        Assert.Equal(13, (await server.GetAsync("/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas")).Names.Count());
        Assert.Equal("""["10.96.0.0/12"]""", (await server.GetAsync("/apis/networking.k8s.io/v1/servicecidrs/kubernetes")).Json["spec", "cidrs"]!.ToString());
    }

    [Fact]
    public async Task A_server_that_starts_again_changes_nothing()
    {
        await using var server = await TestServer.StartAsync();
        var before = (await server.GetAsync("/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas")).Text;
        await using var second = await server.StartAnotherAsync();
        Assert.Equal(before, (await second.GetAsync("/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas")).Text);
    }

    [Fact]
    public async Task The_kubernetes_service_leads_to_the_address_that_is_advertised()
    {
        await using var server = await StartAsync("10.1.2.3", 6443);
        Assert.Equal("""[{"addresses":[{"ip":"10.1.2.3"}],"ports":[{"name":"https","port":6443,"protocol":"TCP"}]}]""", (await server.GetAsync(Endpoints)).Json["subsets"]!.ToString());
        var slice = (await server.GetAsync(Slice)).Json;
        Assert.Equal("""[{"addresses":["10.1.2.3"],"conditions":{"ready":true}}]""", slice["endpoints"]!.ToString());
        Assert.Equal("kubernetes", slice["metadata", "labels", "kubernetes.io/service-name"]!.AsText());
        Assert.Contains("BEGIN CERTIFICATE", (await server.GetAsync("/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication")).Json["data", "client-ca-file"]!.AsText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_somebody_does_to_the_endpoints_is_put_right()
    {
        await using var server = await StartAsync("10.1.2.3", 6443);
        await server.DeleteAsync(Endpoints);
        await server.DeleteAsync(Slice);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while ((await server.GetAsync(Endpoints)).Code != 200 || (await server.GetAsync(Slice)).Code != 200)
        {
            limit.Token.ThrowIfCancellationRequested();
            server.Clock.Advance(TimeSpan.FromSeconds(10));
            await Task.Yield();
        }
    }

    [Fact]
    public async Task Servers_over_one_store_find_each_other()
    {
        await using var server = await StartAsync("10.1.2.3", 6443);
        await using var second = await server.StartAnotherAsync(options => Advertised(options, "10.1.2.4", 6443));
        var both = (await second.GetAsync(Endpoints)).Json["subsets"]!.AsList()![0]["addresses"]!.ToString();
        Assert.Equal("""[{"ip":"10.1.2.3"},{"ip":"10.1.2.4"}]""", both);
    }

    private static Task<TestServer> StartAsync(string address, int port) => TestServer.StartAsync(configure: options => Advertised(options, address, port));

    private static Keelson.Server.Serving.ApiServerOptions Advertised(Keelson.Server.Serving.ApiServerOptions options, string address, int port) => options with
    {
        Listen = new IPEndPoint(IPAddress.Loopback, 0), AdvertiseAddress = IPAddress.Parse(address), AdvertisePort = port, IsStoreShared = true,
    };
}
