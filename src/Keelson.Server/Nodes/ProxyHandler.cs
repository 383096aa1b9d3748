using System.Globalization;
using System.Net;
using Keelson.Api.Core.V1;
using Keelson.Server.Http;
using Keelson.Server.Verbs;
using Microsoft.AspNetCore.Http;

namespace Keelson.Server.Nodes;

/// <summary>Passes HTTP requests on to a pod, to a pod behind a service, or to a kubelet.</summary>
internal sealed class ProxyHandler(ServerContext server, KubeletLocator kubelets, ServiceBackends backends, Relay relay) : IVerbHandler
{
    public async ValueTask HandleAsync(ApiRequest request)
    {
        var http = request.Http;
        var (prefix, rest) = ProxyPath.Split(request.Info.Path, request.Resource.IsNamespaced ? 7 : 5);
        var admitted = await AdmitAsync(request).ConfigureAwait(false);
        if (admitted != request.Info.Rest) rest = new PathString("/" + admitted).ToUriComponent();
        var query = http.Request.QueryString.Value ?? "";
        var (via, scheme, host, port) = await FindAsync(request).ConfigureAwait(false);
        if (rest.Length == 0 && http.Request.Method is "GET" or "HEAD" && http.Request.Headers.Upgrade.Count == 0)
        {
            // Relative references on the page would lead nowhere otherwise.
            http.Response.StatusCode = StatusCodes.Status301MovedPermanently;
            http.Response.Headers.Location = $"{prefix}/{query}";
            return;
        }

        await relay.ForwardAsync(http, via, KubeletLocator.Address(scheme, host, port, (rest.Length == 0 ? "/" : rest) + query), prefix).ConfigureAwait(false);
    }

    /// <summary>The path behind the proxy, as the admission has left it.</summary>
    private async ValueTask<string> AdmitAsync(ApiRequest request)
    {
        var path = request.Info.Rest;
        return request.Resource.Info.Plural switch
        {
            "pods" => (await Connecting.AdmitAsync(server, request, new PodProxyOptions { Path = path }).ConfigureAwait(false)).Path,
            "services" => (await Connecting.AdmitAsync(server, request, new ServiceProxyOptions { Path = path }).ConfigureAwait(false)).Path,
            _ => (await Connecting.AdmitAsync(server, request, new NodeProxyOptions { Path = path }).ConfigureAwait(false)).Path,
        };
    }

    private ValueTask<Backend> FindAsync(ApiRequest request) => request.Resource.Info.Plural switch
    {
        "pods" => PodAsync(request),
        "services" => ServiceAsync(request),
        _ => NodeAsync(request),
    };

    private async ValueTask<Backend> PodAsync(ApiRequest request)
    {
        var name = ProxyName.Parse(request.Info.Name) ?? throw Failures.BadRequest($"invalid pod request \"{request.Info.Name}\"");
        var found = await server.Objects.GetAsync(request.Resource, request.Name with { Name = name.Name }, request.Cancel).ConfigureAwait(false) ?? throw Failures.NotFound(request.Resource, name.Name);
        var pod = (Pod)found.Object.Typed!;
        var (scheme, usual) = name.Scheme == "https" ? ("https", 443) : ("http", 80);
        var port = name.Port.Length > 0
            ? Number(name.Port) ?? throw Failures.BadRequest($"invalid pod request \"{request.Info.Name}\"")
            : pod.Spec.Containers.FirstOrDefault(container => !container.Ports.IsEmpty)?.Ports[0].ContainerPortValue ?? usual;
        return new Backend(server.Nodes.Workloads, scheme, CheckAddress(pod.Status.PodIP), port);
    }

    private async ValueTask<Backend> ServiceAsync(ApiRequest request)
    {
        var name = ProxyName.Parse(request.Info.Name) ?? throw Failures.BadRequest($"invalid service request \"{request.Info.Name}\"");
        var (address, port) = await backends.FindAsync(request, name).ConfigureAwait(false);
        return new Backend(server.Nodes.Workloads, name.Scheme == "https" ? "https" : "http", CheckAddress(address), port);
    }

    private async ValueTask<Backend> NodeAsync(ApiRequest request)
    {
        var name = ProxyName.Parse(request.Info.Name) ?? throw Failures.BadRequest($"invalid node request \"{request.Info.Name}\"");
        var node = await kubelets.NodeAsync(name.Name, request.Cancel).ConfigureAwait(false);
        var host = kubelets.Host(node);
        var port = name.Port.Length == 0 ? (int?)null : Number(name.Port) ?? throw Failures.BadRequest($"invalid node request \"{request.Info.Name}\"");
        if (port is null || port == node.Status.DaemonEndpoints.KubeletEndpoint.Port) return new Backend(server.Nodes.Kubelets, "https", host, KubeletLocator.Port(node));
        return new Backend(server.Nodes.Workloads, name.Scheme == "https" ? "https" : "http", CheckAddress(host), port.Value);
    }

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= ushort.MaxValue ? port : null;

    // Whoever may write a status must not reach what listens on this machine for itself.
    private static string CheckAddress(string address)
    {
        var isProxied = IPAddress.TryParse(address, out var parsed)
            ? !(IPAddress.IsLoopback(parsed) || parsed.IsIPv6LinkLocal || parsed.IsIPv6Multicast || IsSpecial(parsed))
            : address.Length > 0 && !string.Equals(address, "localhost", StringComparison.OrdinalIgnoreCase);
        return isProxied ? address : throw Failures.BadRequest("address not allowed");
    }

    private static bool IsSpecial(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        return bytes.Length == 4 && (bytes[0] is 0 or 127 or >= 224 || (bytes[0] == 169 && bytes[1] == 254));
    }

    private readonly record struct Backend(HttpMessageInvoker Via, string Scheme, string Host, int Port);
}
