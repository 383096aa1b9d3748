using Keelson.Api.Core.V1;
using Keelson.Api.Discovery.V1;
using Keelson.Server.Admission;

namespace Keelson.Server.Webhooks;

/// <summary>Finds where a service leads: to one of its endpoints that are ready, as nothing here routes to addresses of services.</summary>
internal sealed class ServiceResolver(AdmissionLookup lookup, Func<double> chance)
{
    private const string ServiceLabel = "kubernetes.io/service-name";

    public async ValueTask<(string Host, int Port)> ResolveAsync(WebhookService wanted, CancellationToken cancel)
    {
        var service = await lookup.FindAsync<Service>("", "services", wanted.Namespace, wanted.Name, cancel).ConfigureAwait(false)
            ?? throw new WebhookException($"service \"{wanted.Name}\" not found");
        if (service.Spec.Type == ServiceType.ExternalName) return (service.Spec.ExternalName, wanted.Port);
        var port = service.Spec.Ports.FirstOrDefault(port => port.Port == wanted.Port)
            ?? throw new WebhookException($"no service port {wanted.Port} found for service \"{wanted.Name}\"");
        var slices = await lookup.ListAsync<EndpointSlice>("discovery.k8s.io", "endpointslices", wanted.Namespace, cancel).ConfigureAwait(false);
        var ready = slices.Where(slice => slice.Metadata.Labels.GetValueOrDefault(ServiceLabel) == wanted.Name)
            .SelectMany(slice => slice.Endpoints.Where(endpoint => endpoint.Conditions.Ready != false)
                .SelectMany(endpoint => endpoint.Addresses, (_, address) => (address, slice.Ports.FirstOrDefault(known => (known.Name ?? "") == port.Name)?.Port)))
            .Where(found => found.Port is not null).Select(found => (found.address, found.Port!.Value)).ToList();
        return ready.Count == 0 ? throw new WebhookException($"no endpoints available for service \"{wanted.Name}\"") : ready[(int)(chance() * ready.Count)];
    }
}
