using Keelson.Api.Core.V1;
using Keelson.Api.Names;
using Keelson.Api.Validation;
using Keelson.Api.Values;
using Keelson.Server.Http;
using Keelson.Server.Registry;

namespace Keelson.Server.Allocation;

/// <summary>Settles of which families a service has addresses, by its policy, its addresses and what the cluster has; as upstream does.</summary>
internal sealed class ServiceFamilies(RegisteredResource services, IReadOnlyList<string> configured)
{
    private bool IsDualStack => configured.Count > 1;

    /// <summary>A service with its policy and families filled in. Addresses that a policy of one family takes away are gone from it.</summary>
    public Service Settle(Service service, Service? old)
    {
        if (service.Spec.Type == ServiceType.ExternalName || IsLeftAlone(service, old)) return service;
        service = WithPolicy(service, old);
        var errors = new FieldErrors();
        using (errors.In("spec"))
        {
            // Allocation counts on what is asked for to be readable.
            service.ValidateAddresses(old, errors);
            Refuse(service, errors);
            if (old is not null) service = Reduce(service, old, errors);
            CheckOneFamily(service, errors);
            service = WithFamiliesOfAddresses(service, errors);
            Refuse(service, errors);
            if (service.Spec.IsHeadless && service.Spec.Selector.IsEmpty) return WithBothFamilies(service, mayHaveBoth: true);
            CheckConfigured(service, errors);
            Refuse(service, errors);
        }

        return WithBothFamilies(service, IsDualStack);
    }

    // Services that would like both families keep what they have when the cluster gets or loses one.
    private static bool IsLeftAlone(Service service, Service? old) =>
        old is not null
        && service.Spec.IpFamilyPolicy == IPFamilyPolicy.PreferDualStack
        && old.Spec.IpFamilyPolicy is null or IPFamilyPolicy.PreferDualStack
        && service.Spec.Type == old.Spec.Type
        && ServiceFields.HasAddress(service)
        && service.Spec.ClusterIPs == old.Spec.ClusterIPs
        && service.Spec.IpFamilies == old.Spec.IpFamilies;

    private static Service WithPolicy(Service service, Service? old)
    {
        // Whoever writes the endpoints of a service without addresses and selector may write any.
        var isOpen = service.Spec.ClusterIP == ServiceSpec.Headless && service.Spec.Selector.IsEmpty;
        var policy = service.Spec.IpFamilyPolicy ?? old?.Spec.IpFamilyPolicy ?? (isOpen ? IPFamilyPolicy.RequireDualStack : IPFamilyPolicy.SingleStack);
        return service with { Spec = service.Spec with { IpFamilyPolicy = policy } };
    }

    // A policy of one family says clearly enough what is to go; without it nothing may be missing.
    private static Service Reduce(Service service, Service old, FieldErrors errors)
    {
        var (spec, before) = (service.Spec, old.Spec);
        if (spec.IpFamilyPolicy == IPFamilyPolicy.SingleStack)
        {
            if (spec.ClusterIPs.Count > 1 && spec.ClusterIPs == before.ClusterIPs) spec = spec with { ClusterIPs = [spec.ClusterIPs[0]] };
            if (spec.IpFamilies.Count > 1 && spec.IpFamilies == before.IpFamilies) spec = spec with { IpFamilies = [spec.IpFamilies[0]] };
            return service with { Spec = spec };
        }

        if (!spec.ClusterIPs.IsEmpty && spec.ClusterIPs.Count < before.ClusterIPs.Count) errors.Invalid("ipFamilyPolicy", Policy(service), "must be 'SingleStack' to release the secondary cluster IP");
        if (!spec.IpFamilies.IsEmpty && spec.IpFamilies.Count < before.IpFamilies.Count) errors.Invalid("ipFamilyPolicy", Policy(service), "must be 'SingleStack' to release the secondary IP family");
        return service;
    }

    private static void CheckOneFamily(Service service, FieldErrors errors)
    {
        if (service.Spec.IpFamilyPolicy != IPFamilyPolicy.SingleStack) return;
        const string Otherwise = "must be 'RequireDualStack' or 'PreferDualStack' when multiple";
        if (service.Spec.ClusterIPs.Count == 2) errors.Invalid("ipFamilyPolicy", Policy(service), $"{Otherwise} cluster IPs are specified");
        if (service.Spec.IpFamilies.Count == 2) errors.Invalid("ipFamilyPolicy", Policy(service), $"{Otherwise} IP families are specified");
    }

    private Service WithFamiliesOfAddresses(Service service, FieldErrors errors)
    {
        var families = service.Spec.IpFamilies;
        var addresses = service.Spec.ClusterIPs;
        for (var i = 0; i < addresses.Count && addresses[i] != ServiceSpec.Headless; i++)
        {
            if (i < families.Count || !NetworkAddress.TryParse(addresses[i], out var address)) continue;
            var family = ServiceRanges.FamilyOf(address.IsIPv6);
            if (configured.Contains(family)) families = families.Add(family);
            else using (errors.In("clusterIPs", i)) errors.Invalid(null, ListValue.From(addresses.Select(text => (Value)text)), $"{family} is not configured on this cluster");
        }

        return service with { Spec = service.Spec with { IpFamilies = families } };
    }

    private void CheckConfigured(Service service, FieldErrors errors)
    {
        if (service.Spec.IpFamilyPolicy == IPFamilyPolicy.RequireDualStack && !IsDualStack) errors.Invalid("ipFamilyPolicy", Policy(service), "this cluster is not configured for dual-stack services");
        for (var i = 0; i < service.Spec.IpFamilies.Count; i++)
        {
            if (configured.Contains(service.Spec.IpFamilies[i])) continue;
            using (errors.In("ipFamilies", i)) errors.Invalid(null, (Value)service.Spec.IpFamilies[i], "not configured on this cluster");
        }
    }

    private Service WithBothFamilies(Service service, bool mayHaveBoth)
    {
        var families = service.Spec.IpFamilies.IsEmpty ? [configured[0]] : service.Spec.IpFamilies;
        if (mayHaveBoth && families.Count == 1 && service.Spec.IpFamilyPolicy != IPFamilyPolicy.SingleStack)
        {
            families = families.Add(families[0] == IPFamily.IPv4 ? IPFamily.IPv6 : IPFamily.IPv4);
        }

        return service with { Spec = service.Spec with { IpFamilies = families } };
    }

    private static Value Policy(Service service) => service.Spec.IpFamilyPolicy is { } policy ? policy : Value.Null;

    private void Refuse(Service service, FieldErrors errors)
    {
        if (!errors.IsEmpty) throw Failures.Invalid(services, service.Metadata.Name, errors);
    }
}
