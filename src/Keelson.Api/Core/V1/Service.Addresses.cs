using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

/// <content>The addresses that a service has in the cluster, and their families.</content>
public sealed partial record Service
{
    /// <summary>
    /// Brings clusterIP and clusterIPs into step, for clients that know only the older of both: the one that was changed wins.
    /// The server does this before it allocates addresses.
    /// </summary>
    public Service WithAddressesInStep(Service? old)
    {
        var addresses = Spec.ClusterIPs;
        if (old is null)
        {
            // What a client gave contrary to each other stays so, and is refused.
            return Spec.ClusterIP.Length > 0 && addresses.IsEmpty ? WithAddresses([Spec.ClusterIP]) : this;
        }

        if (Spec.ClusterIP == old.Spec.ClusterIP) return this;
        // Cleared by a client that did not touch the list: the list goes too.
        if (old.Spec.ClusterIP.Length > 0 && Spec.ClusterIP.Length == 0) return addresses == old.Spec.ClusterIPs ? WithAddresses(default) : this;
        return addresses == old.Spec.ClusterIPs ? WithAddresses([Spec.ClusterIP]) : this;
    }

    private Service WithAddresses(ApiList<string> addresses) => this with { Spec = Spec with { ClusterIPs = addresses } };

    /// <summary>What has to hold of addresses and families before the server allocates any, and is checked again afterwards.</summary>
    public void ValidateAddresses(Service? old, FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (Spec.Type == ServiceType.ExternalName) return;
        var addresses = Spec.ClusterIPs;
        ValidateStep(errors);
        ValidateFamilies(errors);
        var total = errors.Total;
        for (var i = 0; i < addresses.Count; i++)
        {
            if (i == 0 && addresses[i] == ServiceSpec.Headless)
            {
                if (addresses.Count > 1) errors.Invalid("clusterIPs", Shown.Texts(addresses), "'None' must be the first and only value");
                continue;
            }

            using (errors.In("clusterIPs", i)) errors.ExpectLegacyAddress(null, addresses[i], old?.Spec.ClusterIPs ?? default);
        }

        var isInvalid = errors.Total > total;
        if (addresses.Count > 2) errors.Invalid("clusterIPs", Shown.Texts(addresses), "may only hold up to 2 values");
        if (isInvalid) return;
        if (addresses.Count > 1 && !AddressExpectations.IsDualStack(addresses))
        {
            errors.Invalid("clusterIPs", Shown.Texts(addresses), "may specify no more than one IP for each IP family");
        }

        for (var i = 0; i < addresses.Count && i < Spec.IpFamilies.Count && !Spec.IsHeadless; i++)
        {
            var isSix = AddressExpectations.IsIPv6(addresses[i]);
            if (Spec.IpFamilies[i] != (isSix ? IPFamily.IPv4 : IPFamily.IPv6)) continue;
            using (errors.In("clusterIPs", i)) errors.Invalid(null, addresses[i], $"expected an {Spec.IpFamilies[i]} value as indicated by `ipFamilies[{i}]`");
        }
    }

    private void ValidateStep(FieldErrors errors)
    {
        var addresses = Spec.ClusterIPs;
        if (Spec.ClusterIP.Length == 0)
        {
            if (!addresses.IsEmpty) errors.Invalid("clusterIPs", Shown.Texts(addresses), "must be empty when `clusterIP` is not specified");
        }
        else if (addresses.IsEmpty)
        {
            errors.Required("clusterIPs");
        }
        else if (addresses[0] != Spec.ClusterIP)
        {
            errors.Invalid("clusterIPs", Shown.Texts(addresses), "first value must match `clusterIP`");
        }
    }

    private void ValidateFamilies(FieldErrors errors)
    {
        for (var i = 0; i < Spec.IpFamilies.Count; i++)
        {
            var family = Spec.IpFamilies[i];
            using var scope = errors.In("ipFamilies", i);
            errors.ExpectKnown(null, family, IPFamily.IPv4, IPFamily.IPv6);
            if (Spec.IpFamilies.IndexOf(family) < i) errors.Duplicate(null, family);
        }

        if (Spec.IpFamilyPolicy is { } policy)
        {
            errors.ExpectKnown("ipFamilyPolicy", policy, IPFamilyPolicy.PreferDualStack, IPFamilyPolicy.RequireDualStack, IPFamilyPolicy.SingleStack);
        }
    }

    private void ValidateExternalAddresses(ApiList<string> old, FieldErrors errors)
    {
        for (var i = 0; i < Spec.ExternalIPs.Count; i++)
        {
            using var scope = errors.In("externalIPs", i);
            var total = errors.Total;
            errors.ExpectLegacyAddress(null, Spec.ExternalIPs[i], old);
            if (errors.Total == total) errors.ExpectOrdinaryAddress(null, Spec.ExternalIPs[i]);
        }
    }

    private void ValidateAddressChange(Service old, FieldErrors errors)
    {
        if (Spec.Type == ServiceType.ExternalName || old.Spec.Type == ServiceType.ExternalName) return;
        if (Spec.IsHeadless && old.Spec.IsHeadless) return;
        var (now, before) = (Spec.ClusterIPs, old.Spec.ClusterIPs);
        using var scope = errors.In("spec");
        if (now.Count == before.Count)
        {
            for (var i = 0; i < now.Count; i++)
            {
                if (now[i] == before[i]) continue;
                using (errors.In("clusterIPs", i)) errors.Invalid(null, Shown.Texts(now), OnceSet);
            }

            return;
        }

        using (errors.In("clusterIPs", 0))
        {
            if (now.IsEmpty) errors.Invalid(null, Shown.Texts(now), "primary clusterIP can not be unset");
            else if (!before.IsEmpty && now[0] != before[0]) errors.Invalid(null, Shown.Texts(now), OnceSet);
        }

        if (before.Count > now.Count && now.Count == 1 && Spec.IpFamilyPolicy != IPFamilyPolicy.SingleStack)
        {
            errors.Invalid("ipFamilyPolicy", Shown.Text(Spec.IpFamilyPolicy), "must be set to 'SingleStack' when releasing the secondary clusterIP");
        }
    }

    private void ValidateFamilyChange(Service old, FieldErrors errors)
    {
        if (Spec.Type == ServiceType.ExternalName || old.Spec.Type == ServiceType.ExternalName) return;
        if (Spec.IsHeadless || old.Spec.IsHeadless) return;
        var (now, before) = (Spec.IpFamilies, old.Spec.IpFamilies);
        using var scope = errors.In("spec");
        using (errors.In("ipFamilies", 0))
        {
            for (var i = 0; i < now.Count && now.Count == before.Count; i++)
            {
                if (now[i] != before[i]) errors.Invalid(null, Shown.Texts(now), OnceSet);
            }

            if (before.Count > now.Count && Spec.ClusterIPs.IsEmpty) errors.Invalid(null, Shown.Texts(now), "primary ipFamily can not be unset");
            // Upstream shows the addresses here, not the families.
            if (before.Count != now.Count && !now.IsEmpty && !before.IsEmpty && now[0] != before[0])
            {
                errors.Invalid(null, Shown.Texts(Spec.ClusterIPs), OnceSet);
            }
        }

        if (before.Count > now.Count && now.Count == 1 && Spec.IpFamilyPolicy != IPFamilyPolicy.SingleStack)
        {
            errors.Invalid("ipFamilyPolicy", Shown.Text(Spec.IpFamilyPolicy), "must be set to 'SingleStack' when releasing the secondary ipFamily");
        }
    }
}
