using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

public sealed partial record Service : IHasWarnings
{
    /// <inheritdoc/>
    public void Warn(IResource? old, FieldWarnings warnings)
    {
        ArgumentNullException.ThrowIfNull(warnings);
        if (Metadata.Annotations.ContainsKey("service.kubernetes.io/topology-aware-hints"))
        {
            warnings.Say("annotation service.kubernetes.io/topology-aware-hints is deprecated, please use service.kubernetes.io/topology-mode instead");
        }

        using var scope = warnings.In("spec");
        if (Spec.Type != ServiceType.ExternalName && Spec.ClusterIP is not ("" or "None")) WarnOfAddresses("clusterIPs", Spec.ClusterIPs, warnings);
        if (!Spec.ExternalIPs.IsEmpty) warnings.Say("spec.externalIPs is deprecated");
        if (Spec is { Type: ServiceType.ClusterIP, ClusterIP: "None" })
        {
            if (Spec.LoadBalancerIP.Length > 0) warnings.Say("spec.loadBalancerIP is ignored for headless services");
            if (!Spec.ExternalIPs.IsEmpty) warnings.Say("spec.externalIPs is ignored for headless services");
            if (Spec.SessionAffinity != ServiceAffinity.None) warnings.Say("spec.SessionAffinity is ignored for headless services");
        }

        WarnOfAddresses("externalIPs", Spec.ExternalIPs, warnings);
        if (Spec.LoadBalancerIP.Length > 0) warnings.ExpectCanonicalAddress("loadBalancerIP", Spec.LoadBalancerIP);
        for (var i = 0; i < Spec.LoadBalancerSourceRanges.Count; i++)
        {
            using (warnings.In("loadBalancerSourceRanges", i)) warnings.ExpectCanonicalRange(null, Spec.LoadBalancerSourceRanges[i]);
        }

        if (Spec.Type == ServiceType.ExternalName && !Spec.ExternalIPs.IsEmpty) warnings.Say("spec.externalIPs is ignored when spec.type is \"ExternalName\"");
        if (Spec.Type != ServiceType.ExternalName && Spec.ExternalName.Length > 0) warnings.Say("spec.externalName is ignored when spec.type is not \"ExternalName\"");
        if (Spec.TrafficDistribution == "PreferClose") warnings.Add("trafficDistribution", "\"PreferClose\" is deprecated; use \"PreferSameZone\"");
    }

    private static void WarnOfAddresses(string field, ApiList<string> addresses, FieldWarnings warnings)
    {
        for (var i = 0; i < addresses.Count; i++)
        {
            using (warnings.In(field, i)) warnings.ExpectCanonicalAddress(null, addresses[i]);
        }
    }
}
