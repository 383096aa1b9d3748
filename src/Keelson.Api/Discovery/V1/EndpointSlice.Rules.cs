using Keelson.Api.Core.V1;
using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Discovery.V1;

public sealed partial record EndpointSlice : IHasDefaults, IHasRules
{
    private const int MaximumEndpoints = 1000;
    private const int MaximumAddresses = 100;
    private const int MaximumPorts = 20000;
    private const int MaximumTopologyLabels = 16;
    private const int MaximumHints = 8;

    public IResource WithDefaults()
    {
        var ports = Ports;
        for (var i = 0; i < ports.Count; i++)
        {
            if (ports[i].Name is not null && ports[i].Protocol is not null) continue;
            ports = ports.With(i, ports[i] with { Name = ports[i].Name ?? "", Protocol = ports[i].Protocol ?? Protocol.TCP });
        }

        return ports == Ports ? this : this with { Ports = ports };
    }

    public void Validate(FieldErrors errors) => Validate(null, errors);

    public void ValidateUpdate(IResource old, FieldErrors errors)
    {
        var before = (EndpointSlice)old;
        Validate(before, errors);
        errors.ExpectSame("addressType", AddressType, before.AddressType);
    }

    private void Validate(EndpointSlice? old, FieldErrors errors)
    {
        errors.ExpectOneOf("addressType", AddressType, "FQDN", "IPv4", "IPv6");
        var before = old?.Endpoints.SelectMany(endpoint => endpoint.Addresses).ToApiList() ?? default;
        if (Endpoints.Count > MaximumEndpoints) errors.TooMany("endpoints", Endpoints.Count, MaximumEndpoints);
        for (var i = 0; i < Endpoints.Count && Endpoints.Count <= MaximumEndpoints; i++)
        {
            using (errors.In("endpoints", i)) Validate(Endpoints[i], before, errors);
        }

        ValidatePorts(errors);
    }

    private void Validate(Endpoint endpoint, ApiList<string> before, FieldErrors errors)
    {
        if (endpoint.Addresses.IsEmpty) errors.Required("addresses", "must contain at least 1 address");
        else if (endpoint.Addresses.Count > MaximumAddresses) errors.TooMany("addresses", endpoint.Addresses.Count, MaximumAddresses);
        for (var i = 0; i < endpoint.Addresses.Count; i++)
        {
            using (errors.In("addresses", i)) ValidateAddress(endpoint.Addresses[i], before, errors);
        }

        if (endpoint.NodeName is { } node) errors.Invalid("nodeName", node, DnsName.CheckSubdomain(node));
        var topology = endpoint.DeprecatedTopology;
        if (topology.Count > MaximumTopologyLabels) errors.TooMany("deprecatedTopology", topology.Count, MaximumTopologyLabels);
        ObjectMetaValidation.ValidateLabels("deprecatedTopology", topology, errors);
        if (endpoint.Hostname is { } host) errors.Invalid("hostname", host, DnsName.CheckLabel(host), "format=dns-label");
        if (endpoint.Hints is not { } hints) return;
        using var scope = errors.In("hints");
        if (hints.ForZones.Count > MaximumHints)
        {
            errors.TooMany("forZones", hints.ForZones.Count, MaximumHints);
            return;
        }

        ValidateHints("forZones", hints.ForZones.Select(zone => zone.Name).ToApiList(), LabelName.CheckValue, errors);
        ValidateHints("forNodes", hints.ForNodes.Select(zone => zone.Name).ToApiList(), DnsName.CheckSubdomain, errors);
    }

    private void ValidateAddress(string address, ApiList<string> before, FieldErrors errors)
    {
        if (AddressType == "FQDN")
        {
            if (address.Length == 0) errors.Required(null);
            else errors.Invalid(null, address, DnsName.CheckFullyQualifiedDomain(address));
        }

        if (AddressType is not ("IPv4" or "IPv6")) return;
        var total = errors.Total;
        errors.ExpectLegacyAddress(null, address, before);
        if (errors.Total > total) return;
        errors.Invalid(null, address, AddressType == "IPv4" ? NetworkName.CheckIPv4(address) : NetworkName.CheckIPv6(address));
        errors.ExpectOrdinaryAddress(null, address);
    }

    private void ValidatePorts(FieldErrors errors)
    {
        if (Ports.Count > MaximumPorts)
        {
            errors.TooMany("ports", Ports.Count, MaximumPorts);
            return;
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Ports.Count; i++)
        {
            var port = Ports[i];
            var name = port.Name ?? "";
            using var scope = errors.In("ports", i);
            if (name.Length > 0) errors.Invalid("name", name, DnsName.CheckLabel(name), "format=dns-label");
            if (!names.Add(name)) errors.Duplicate("name", name);
            if (port.Protocol is null) errors.Required("protocol");
            else errors.ExpectKnown("protocol", port.Protocol, Protocol.SCTP, Protocol.TCP, Protocol.UDP);
            if (port.AppProtocol is { } application) errors.Invalid("appProtocol", application, LabelName.CheckKey(application), "format=qualified-name");
        }
    }

    private static void ValidateHints(string field, ApiList<string> names, Func<string, ApiList<string>> check, FieldErrors errors)
    {
        if (names.Count > MaximumHints) errors.TooMany(field, names.Count, MaximumHints);
        for (var i = 0; i < names.Count && names.Count <= MaximumHints; i++)
        {
            using var scope = errors.In(field, i);
            if (names.IndexOf(names[i]) < i) errors.Duplicate("name", names[i]);
            errors.Invalid("name", names[i], check(names[i]));
        }
    }
}
