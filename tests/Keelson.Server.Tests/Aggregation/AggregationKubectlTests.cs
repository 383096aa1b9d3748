using System.Net;
using Keelson.EndToEnd.ApiServer;
using Keelson.EndToEnd.Store;
using Keelson.Server.Serving;
using Keelson.Storage.Memory;

namespace Keelson.Server.Tests.Aggregation;

/// <summary>From real kubectl, the oldest and the newest at hand, through the API server to another one.</summary>
public sealed class AggregationKubectlTests
{
    public static TheoryData<string> Versions { get; } = [.. Kubectl.Installed.Count == 0 ? ["none"] : new[] { Kubectl.Installed[0], Kubectl.Installed[^1] }.Distinct()];

    [Theory, MemberData(nameof(Versions))]
    public async Task Kubectl_works_with_what_another_server_serves(string program)
    {
        Assert.SkipWhen(program == "none", Kubectl.WhyNot);
        await using var extension = await ExtensionServer.StartAsync(TimeProvider.System);
        await using var store = new MemoryStore(TimeProvider.System);
        using var folder = new TemporaryFolder();
        await using var server = new ApiServer(new ApiServerOptions
        {
            Store = store,
            DisabledAdmissionPlugins = ApiServerOptions.PluginsThatNeedControllers,
            Time = TimeProvider.System,
            Random = new Random(1),
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            Nodes = extension.Access,
        });
        await server.StartAsync();
        SecretFile.Write(folder["kubeconfig"], server.CreateAdminKubeconfig());
        var kubectl = new Kubectl(program, folder, folder["kubeconfig"]);
        await kubectl.DoAsync("apply --validate=false -f -", $$"""
            apiVersion: v1
            kind: Service
            metadata: {name: wardle, namespace: default}
            spec: {ports: [{port: 443, targetPort: 8443}] }
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: wardle-1, namespace: default, labels: {kubernetes.io/service-name: wardle} }
            addressType: IPv4
            ports: [{name: "", port: 8443}]
            endpoints: [{addresses: [10.244.0.7]}]
            ---
            apiVersion: apiregistration.k8s.io/v1
            kind: APIService
            metadata: {name: v1.wardle.example.com}
            spec: {group: wardle.example.com, version: v1, groupPriorityMinimum: 1000, versionPriority: 15, service: {namespace: default, name: wardle}, caBundle: {{extension.Bundle}} }
            """);
        await kubectl.DoAsync("wait --for=condition=Available --timeout=60s apiservice/v1.wardle.example.com");
        Assert.Matches("v1.wardle.example.com +default/wardle +True +", await kubectl.DoAsync("get apiservices"));
        Assert.Matches("v1.apps +Local +True +", await kubectl.DoAsync("get apiservices"));
        Assert.Matches("flunders +fl +wardle.example.com/v1 +true +Flunder", await kubectl.DoAsync("api-resources --cached=false"));
        Assert.Contains("flunder.wardle.example.com/first created", await kubectl.DoAsync("create --validate=false -f -", "apiVersion: wardle.example.com/v1\nkind: Flunder\nmetadata: {name: first, namespace: default}\n"), StringComparison.Ordinal);
        Assert.Contains("first", await kubectl.DoAsync("get fl"), StringComparison.Ordinal);
        var explained = await kubectl.DoAsync("explain flunders.spec");
        Assert.Contains("How it should flunder.", explained, StringComparison.Ordinal);
        Assert.Contains("To whom it belongs.", explained, StringComparison.Ordinal);
    }
}
