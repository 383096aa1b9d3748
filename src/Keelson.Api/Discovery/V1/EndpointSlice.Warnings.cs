using Keelson.Api.Validation;

namespace Keelson.Api.Discovery.V1;

public sealed partial record EndpointSlice : IHasWarnings
{
    /// <inheritdoc/>
    public void Warn(IResource? old, FieldWarnings warnings)
    {
        ArgumentNullException.ThrowIfNull(warnings);
        // Upstream names the field as if it were in a description.
        if (AddressType == "FQDN") warnings.Say("spec.addressType: FQDN endpoints are deprecated");

        // What the controllers write is as it should be.
        const string Manager = "endpointslice.kubernetes.io/managed-by";
        if (Metadata.Labels.TryGetValue(Manager, out var manager) && manager is "endpointslice-controller.k8s.io" or "endpointslicemirroring-controller.k8s.io") return;
        if (AddressType == "FQDN") return;
        for (var i = 0; i < Endpoints.Count; i++)
        {
            using var scope = warnings.In("endpoints", i);
            for (var j = 0; j < Endpoints[i].Addresses.Count; j++)
            {
                using (warnings.In("addresses", j)) warnings.ExpectCanonicalAddress(null, Endpoints[i].Addresses[j]);
            }
        }
    }
}
