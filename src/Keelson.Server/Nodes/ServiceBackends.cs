using System.Globalization;
using System.Text;
using Keelson.Api.Core.V1;
using Keelson.Api.Discovery.V1;
using Keelson.Server.Http;
using Keelson.Server.Verbs;

namespace Keelson.Server.Nodes;

/// <summary>Finds a pod behind a service.</summary>
internal sealed class ServiceBackends(ServerContext server)
{
    private const string ServiceLabel = "kubernetes.io/service-name";

    /// <summary>One address and port behind the service, any of those that are ready.</summary>
    public async ValueTask<(string Address, int Port)> FindAsync(ApiRequest request, ProxyName name)
    {
        var found = await server.Objects.GetAsync(request.Resource, request.Name with { Name = name.Name }, request.Cancel).ConfigureAwait(false) ?? throw Failures.NotFound(request.Resource, name.Name);
        var port = PortName((Service)found.Object.Typed!, name);
        await server.Objects.CatchUpAsync(request.Cancel).ConfigureAwait(false);
        var ready = new List<(string Address, int Port)>();
        foreach (var slice in Slices(request.Info.Namespace, name.Name))
        {
            if (slice.Ports.FirstOrDefault(candidate => (candidate.Name ?? "") == port)?.Port is not { } number) continue;
            ready.AddRange(slice.Endpoints.Where(endpoint => endpoint.Conditions.Ready != false).SelectMany(endpoint => endpoint.Addresses).Select(address => (address, number)));
        }

        if (ready.Count == 0) throw Failures.Unreachable($"no endpoints available for service \"{request.Info.Name}\"");
        return ready[(int)(server.Chance() * ready.Count)];
    }

    // A number means the service's port, and endpoints know ports by their names.
    private static string PortName(Service service, ProxyName name)
    {
        if (!long.TryParse(name.Port, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return name.Port;
        return service.Spec.Ports.FirstOrDefault(port => port.Port == number)?.Name
            ?? throw Failures.Unreachable($"no service port {number} found for service \"{name.Name}\"");
    }

    private IEnumerable<EndpointSlice> Slices(string space, string service)
    {
        var slices = server.Registry.Find("discovery.k8s.io", "v1", "endpointslices") ?? throw new InvalidOperationException("endpoint slices are not registered");
        var index = server.Feed.CacheOf(slices).State.Index;
        // A zero follows the slash in no key: it is the next byte.
        return index.Range(Encoding.UTF8.GetBytes($"{space}/"), Encoding.UTF8.GetBytes($"{space}0"))
            .Select(item => item.In(slices).Object.Typed).OfType<EndpointSlice>()
            .Where(slice => slice.Metadata.Labels.TryGetValue(ServiceLabel, out var owner) && owner == service);
    }
}
