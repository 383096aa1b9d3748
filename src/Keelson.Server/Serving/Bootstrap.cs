using System.Net;
using System.Net.Http.Headers;
using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Server.Allocation;

namespace Keelson.Server.Serving;

/// <summary>Creates what every cluster has from its start.</summary>
internal static class Bootstrap
{
    private static readonly string[] Namespaces = ["default", "kube-system", "kube-public", "kube-node-lease"];

    public static async Task RunAsync(HttpMessageHandler handler, ServiceRanges ranges, int port, CancellationToken cancel)
    {
        using var client = new HttpClient(handler, disposeHandler: false) { BaseAddress = new Uri("https://localhost") };
        foreach (var name in Namespaces)
        {
            await CreateAsync(client, "/api/v1/namespaces", new Namespace { Metadata = new ObjectMeta { Name = name } }, cancel).ConfigureAwait(false);
        }

        await CreateServiceAsync(client, ranges, port, cancel).ConfigureAwait(false);
    }

    // Pods find the API server by this one, at the first address of the range. A port of zero is not known yet, and the usual one stands in for it.
    private static async Task CreateServiceAsync(HttpClient client, ServiceRanges ranges, int port, CancellationToken cancel)
    {
        using var found = await client.GetAsync(new Uri("/api/v1/namespaces/default/services/kubernetes", UriKind.Relative), cancel).ConfigureAwait(false);
        if (found.IsSuccessStatusCode) return;
        var address = ranges.First.ToString();
        await CreateAsync(client, "/api/v1/namespaces/default/services", new Service
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
        }, cancel).ConfigureAwait(false);
    }

    private static async Task CreateAsync(HttpClient client, string path, IKind value, CancellationToken cancel)
    {
        using var content = new ByteArrayContent(ApiJson.Encode(value)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        using var response = await client.PostAsync(new Uri(path + "?fieldManager=kube-apiserver", UriKind.Relative), content, cancel).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.Conflict) response.EnsureSuccessStatusCode();
    }
}
