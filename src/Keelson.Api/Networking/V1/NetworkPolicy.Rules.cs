using Keelson.Api.Core.V1;
using Keelson.Api.Validation;

namespace Keelson.Api.Networking.V1;

public sealed partial record NetworkPolicy : IHasDefaults, IHasRules
{
    public IResource WithDefaults()
    {
        var ingress = Spec.Ingress;
        for (var i = 0; i < ingress.Count; i++) ingress = ingress.With(i, ingress[i] with { Ports = WithProtocols(ingress[i].Ports) });
        var egress = Spec.Egress;
        for (var i = 0; i < egress.Count; i++) egress = egress.With(i, egress[i] with { Ports = WithProtocols(egress[i].Ports) });
        ApiList<string> types = egress.IsEmpty ? [PolicyType.Ingress] : [PolicyType.Ingress, PolicyType.Egress];
        return this with
        {
            Spec = Spec with { Ingress = ingress, Egress = egress, PolicyTypes = Spec.PolicyTypes.IsEmpty ? types : Spec.PolicyTypes },
        };
    }

    public void Validate(FieldErrors errors) => Validate(default, false, errors);

    public void ValidateUpdate(IResource old, FieldErrors errors)
    {
        var before = ((NetworkPolicy)old).Spec;
        var blocks = before.Ingress.SelectMany(rule => rule.From).Concat(before.Egress.SelectMany(rule => rule.To)).Select(peer => peer.IpBlock).OfType<IPBlock>();
        var ranges = blocks.SelectMany(block => block.Except.Prepend(block.Cidr)).ToApiList();
        Validate(ranges, !FieldExpectations.IsValidSelector(before.PodSelector), errors);
    }

    private void Validate(ApiList<string> before, bool anyValues, FieldErrors errors)
    {
        using var scope = errors.In("spec");
        errors.ExpectLabelSelector("podSelector", Spec.PodSelector, anyValues);
        for (var i = 0; i < Spec.Ingress.Count; i++)
        {
            using var inner = errors.In("ingress", i);
            ValidatePorts(Spec.Ingress[i].Ports, errors);
            ValidatePeers("from", Spec.Ingress[i].From, before, anyValues, errors);
        }

        for (var i = 0; i < Spec.Egress.Count; i++)
        {
            using var inner = errors.In("egress", i);
            ValidatePorts(Spec.Egress[i].Ports, errors);
            ValidatePeers("to", Spec.Egress[i].To, before, anyValues, errors);
        }

        if (Spec.PolicyTypes.Count > 2)
        {
            errors.Invalid("policyTypes", Shown.Texts(Spec.PolicyTypes), "may not specify more than two policyTypes");
            return;
        }

        for (var i = 0; i < Spec.PolicyTypes.Count; i++)
        {
            using (errors.In("policyTypes", i)) errors.ExpectKnown(null, Spec.PolicyTypes[i], PolicyType.Ingress, PolicyType.Egress);
        }
    }

    private static ApiList<NetworkPolicyPort> WithProtocols(ApiList<NetworkPolicyPort> ports)
    {
        for (var i = 0; i < ports.Count; i++)
        {
            if (ports[i].Protocol is null) ports = ports.With(i, ports[i] with { Protocol = Protocol.TCP });
        }

        return ports;
    }

    private static void ValidatePorts(ApiList<NetworkPolicyPort> ports, FieldErrors errors)
    {
        for (var i = 0; i < ports.Count; i++)
        {
            using (errors.In("ports", i)) Validate(ports[i], errors);
        }
    }

    private static void Validate(NetworkPolicyPort port, FieldErrors errors)
    {
        if (port.Protocol is { } protocol) errors.ExpectKnown("protocol", protocol, Protocol.TCP, Protocol.UDP, Protocol.SCTP);
        if (port.Port is not { } number)
        {
            if (port.EndPort is { } alone) errors.Invalid("endPort", alone, "may not be specified when `port` is not specified");
            return;
        }

        if (number.IsString && port.EndPort is { } unused) errors.Invalid("endPort", unused, "may not be specified when `port` is non-numeric");
        errors.ExpectPort("port", number);
        if (!number.IsInt || port.EndPort is not { } end) return;
        // Upstream shows the first port here.
        if (end < number.IntValue) errors.Invalid("endPort", number.IntValue, "must be greater than or equal to `port`");
        errors.ExpectPortNumber("endPort", end);
    }

    private static void ValidatePeers(string field, ApiList<NetworkPolicyPeer> peers, ApiList<string> before, bool anyValues, FieldErrors errors)
    {
        for (var i = 0; i < peers.Count; i++)
        {
            var peer = peers[i];
            using var scope = errors.In(field, i);
            errors.ExpectLabelSelector("podSelector", peer.PodSelector, anyValues);
            errors.ExpectLabelSelector("namespaceSelector", peer.NamespaceSelector, anyValues);
            if (peer.IpBlock is { } block) Validate(block, before, errors);
            var selects = peer.PodSelector is not null || peer.NamespaceSelector is not null;
            if (!selects && peer.IpBlock is null) errors.Required(null, "must specify a peer");
            else if (selects && peer.IpBlock is not null) errors.Forbidden(null, "may not specify both ipBlock and another peer");
        }
    }

    private static void Validate(IPBlock block, ApiList<string> before, FieldErrors errors)
    {
        using var scope = errors.In("ipBlock");
        if (block.Cidr.Length == 0)
        {
            errors.Required("cidr");
            return;
        }

        errors.ExpectLegacyRange("cidr", block.Cidr, before);
        if (!AddressExpectations.IsRange(block.Cidr)) return;
        for (var i = 0; i < block.Except.Count; i++)
        {
            using var inner = errors.In("except", i);
            errors.ExpectLegacyRange(null, block.Except[i], before);
            if (!AddressExpectations.IsRange(block.Except[i]) || AddressExpectations.IsStrictlyWithin(block.Except[i], block.Cidr)) continue;
            errors.Invalid(null, block.Except[i], "must be a strict subset of `cidr`");
        }
    }
}
