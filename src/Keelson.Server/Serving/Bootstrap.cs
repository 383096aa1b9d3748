using System.Net;
using System.Net.Http.Headers;
using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;

namespace Keelson.Server.Serving;

/// <summary>Creates what every cluster has from its start.</summary>
internal static class Bootstrap
{
    private static readonly string[] Namespaces = ["default", "kube-system", "kube-public", "kube-node-lease"];

    public static async Task RunAsync(HttpMessageHandler handler, CancellationToken cancel)
    {
        using var client = new HttpClient(handler, disposeHandler: false) { BaseAddress = new Uri("https://localhost") };
        foreach (var name in Namespaces)
        {
            var json = ApiJson.Encode(new Namespace { Metadata = new ObjectMeta { Name = name } });
            using var content = new ByteArrayContent(json) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            using var response = await client.PostAsync(new Uri("/api/v1/namespaces?fieldManager=kube-apiserver", UriKind.Relative), content, cancel).ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.Conflict) response.EnsureSuccessStatusCode();
        }
    }
}
