using System.Net;
using System.Net.Http.Headers;
using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Api.Scheduling.V1;
using Keelson.Server.Aggregation;
using Keelson.Server.Allocation;

namespace Keelson.Server.Serving;

/// <summary>Creates what every cluster has from its start.</summary>
internal static class Bootstrap
{
    private const string ServiceFolder = "/api/v1/namespaces/default/services";

    private static readonly string[] Namespaces = ["default", "kube-system", "kube-public", "kube-node-lease"];

    public static async Task RunAsync(HttpMessageHandler handler, ServiceRanges ranges, TimeProvider time, int port, (string Clients, string FrontProxy)? authorities, CancellationToken cancel)
    {
        using var client = new HttpClient(handler, disposeHandler: false) { BaseAddress = new Uri("https://localhost") };

        // Services get their addresses from the range, so it comes first.
        var range = new DefaultRange(client, ranges, time);
        await Task.WhenAll(
        [
            .. Namespaces.Select(name => CreateAsync(client, "/api/v1/namespaces", new Namespace { Metadata = new ObjectMeta { Name = name } }, cancel)),
            range.CreateAsync(cancel),
        ]).ConfigureAwait(false);

        // At once, so that a store that syncs each time does so for all together.
        await Task.WhenAll(
        [
            range.KeepAsync(cancel),
            CreateServiceAsync(client, ranges, port, cancel),
            .. PriorityClasses.Select(item => CreateAsync(client, "/apis/scheduling.k8s.io/v1/priorityclasses", item, cancel)),
            .. BootstrapFlows.Levels.Select(item => CreateAsync(client, "/apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations", item, cancel)),
            .. BootstrapFlows.Schemas.Select(item => CreateAsync(client, "/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas", item, cancel)),
            .. authorities is not { } known ? Array.Empty<Task>() : [WriteAuthoritiesAsync(client, known.Clients, known.FrontProxy, cancel)],
        ]).ConfigureAwait(false);
    }

    private static IEnumerable<PriorityClass> PriorityClasses =>
    [
        new()
        {
            Metadata = new ObjectMeta { Name = "system-node-critical" },
            Value = 2_000_001_000,
            Description = "For pods without which their own node does not work.",
            PreemptionPolicy = PreemptionPolicy.PreemptLowerPriority,
        },
        new()
        {
            Metadata = new ObjectMeta { Name = "system-cluster-critical" },
            Value = 2_000_000_000,
            Description = "For pods without which the cluster does not work, on whichever node they are.",
            PreemptionPolicy = PreemptionPolicy.PreemptLowerPriority,
        },
    ];

    // Servers that are asked on behalf of this one find here whom to believe.
    private static async Task WriteAuthoritiesAsync(HttpClient client, string clients, string frontProxy, CancellationToken cancel)
    {
        var map = new ConfigMap
        {
            ApiVersion = "v1",
            Kind = "ConfigMap",
            Metadata = new ObjectMeta { Name = "extension-apiserver-authentication", Namespace = "kube-system" },
            Data = new Dictionary<string, string>
            {
                ["client-ca-file"] = clients,
                ["requestheader-allowed-names"] = $"[\"{FrontProxy.ClientName}\"]",
                ["requestheader-client-ca-file"] = frontProxy,
                ["requestheader-extra-headers-prefix"] = $"[\"{FrontProxy.ExtraPrefix}\"]",
                ["requestheader-group-headers"] = $"[\"{FrontProxy.GroupHeader}\"]",
                ["requestheader-uid-headers"] = $"[\"{FrontProxy.UidHeader}\"]",
                ["requestheader-username-headers"] = $"[\"{FrontProxy.UserHeader}\"]",
            },
        };
        using var content = new ByteArrayContent(ApiJson.Encode(map)) { Headers = { ContentType = new MediaTypeHeaderValue("application/apply-patch+yaml") } };
        using var response = await client.PatchAsync(
            new Uri("/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication?fieldManager=kube-apiserver&force=true", UriKind.Relative), content, cancel).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
    }

    // Pods find the API server by this one, at the first address of the range. A port of zero is not known yet, and the usual one stands in for it.
    private static async Task CreateServiceAsync(HttpClient client, ServiceRanges ranges, int port, CancellationToken cancel)
    {
        using var found = await client.GetAsync(new Uri("/api/v1/namespaces/default/services/kubernetes", UriKind.Relative), cancel).ConfigureAwait(false);
        if (found.IsSuccessStatusCode) return;
        var address = ranges.First.ToString();
        var service = new Service
        {
            Metadata = new ObjectMeta
            {
                Name = "kubernetes",
                Namespace = "default",
                Labels = new Dictionary<string, string> { ["component"] = "apiserver", ["provider"] = "kubernetes" },
            },
            Spec = new ServiceSpec
            {
                Type = ServiceType.ClusterIP,
                ClusterIP = address,
                ClusterIPs = [address],
                Ports = [new ServicePort { Name = "https", Protocol = Protocol.TCP, Port = 443, TargetPort = port == 0 ? 6443 : port }],
            },
        };

        // A cluster that was made with another range, or where somebody took the address, has it at another one.
        if (await TryCreateAsync(client, ServiceFolder, service, cancel).ConfigureAwait(false) == HttpStatusCode.UnprocessableEntity)
        {
            await CreateAsync(client, ServiceFolder, service with { Spec = service.Spec with { ClusterIP = "", ClusterIPs = default } }, cancel).ConfigureAwait(false);
        }
    }

    private static async Task CreateAsync(HttpClient client, string path, IKind value, CancellationToken cancel)
    {
        if (await TryCreateAsync(client, path, value, cancel).ConfigureAwait(false) is var code && (int)code >= 400 && code != HttpStatusCode.Conflict)
        {
            throw new HttpRequestException($"{path} was not taken: {(int)code}", null, code);
        }
    }

    private static async Task<HttpStatusCode> TryCreateAsync(HttpClient client, string path, IKind value, CancellationToken cancel)
    {
        using var content = new ByteArrayContent(ApiJson.Encode(value)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        using var response = await client.PostAsync(new Uri(path + "?fieldManager=kube-apiserver", UriKind.Relative), content, cancel).ConfigureAwait(false);
        if (response.StatusCode is not (HttpStatusCode.Conflict or HttpStatusCode.UnprocessableEntity)) response.EnsureSuccessStatusCode();
        return response.StatusCode;
    }
}
