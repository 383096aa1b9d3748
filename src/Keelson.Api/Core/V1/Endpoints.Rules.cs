using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

public sealed partial record Endpoints : IHasDefaults, IHasRules
{
    public IResource WithDefaults()
    {
        var subsets = Subsets;
        for (var i = 0; i < subsets.Count; i++)
        {
            var ports = subsets[i].Ports;
            for (var p = 0; p < ports.Count; p++)
            {
                if (ports[p].Protocol.Length == 0) ports = ports.With(p, ports[p] with { Protocol = Protocol.TCP });
            }

            if (ports != subsets[i].Ports) subsets = subsets.With(i, subsets[i] with { Ports = ports });
        }

        return subsets == Subsets ? this : this with { Subsets = subsets };
    }

    public void Validate(FieldErrors errors) => Validate(null, errors);

    public void ValidateUpdate(IResource old, FieldErrors errors) => Validate((Endpoints)old, errors);

    private void Validate(Endpoints? old, FieldErrors errors)
    {
        var before = old?.Subsets.SelectMany(subset => subset.Addresses.Concat(subset.NotReadyAddresses)).Select(address => address.Ip).ToApiList() ?? default;
        for (var i = 0; i < Subsets.Count; i++)
        {
            var subset = Subsets[i];
            using var scope = errors.In("subsets", i);
            if (subset.Addresses.IsEmpty && subset.NotReadyAddresses.IsEmpty) errors.Required(null, "must specify `addresses` or `notReadyAddresses`");
            Validate("addresses", subset.Addresses, before, errors);
            Validate("notReadyAddresses", subset.NotReadyAddresses, before, errors);
            for (var p = 0; p < subset.Ports.Count; p++)
            {
                using (errors.In("ports", p)) Validate(subset.Ports[p], subset.Ports.Count > 1, errors);
            }
        }
    }

    private static void Validate(string field, ApiList<EndpointAddress> addresses, ApiList<string> before, FieldErrors errors)
    {
        for (var i = 0; i < addresses.Count; i++)
        {
            var address = addresses[i];
            using var scope = errors.In(field, i);
            errors.ExpectLegacyAddress("ip", address.Ip, before);
            if (address.Hostname.Length > 0) errors.Invalid("hostname", address.Hostname, DnsName.CheckLabel(address.Hostname), "format=dns-label");
            if (address.NodeName is { } node) errors.Invalid("nodeName", node, DnsName.CheckSubdomain(node), "format=dns-label");
            errors.ExpectOrdinaryAddress("ip", address.Ip);
        }
    }

    private static void Validate(EndpointPort port, bool needsName, FieldErrors errors)
    {
        if (port.Name.Length > 0) errors.Invalid("name", port.Name, DnsName.CheckLabel(port.Name), "format=dns-label");
        else if (needsName) errors.Required("name");
        errors.ExpectPortNumber("port", port.Port);
        errors.ExpectOneOf("protocol", port.Protocol, Protocol.SCTP, Protocol.TCP, Protocol.UDP);
        if (port.AppProtocol is { } application) errors.Invalid("appProtocol", application, LabelName.CheckKey(application), "format=qualified-name");
    }
}
