using Keelson.Api.Validation;

namespace Keelson.Api.Networking.V1;

public sealed partial record NetworkPolicy : IHasWarnings
{
    /// <inheritdoc/>
    public void Warn(IResource? old, FieldWarnings warnings)
    {
        ArgumentNullException.ThrowIfNull(warnings);
        using var scope = warnings.In("spec");
        for (var i = 0; i < Spec.Ingress.Count; i++)
        {
            using (warnings.In("ingress", i)) WarnOfRanges("from", Spec.Ingress[i].From, warnings);
        }

        for (var i = 0; i < Spec.Egress.Count; i++)
        {
            using (warnings.In("egress", i)) WarnOfRanges("to", Spec.Egress[i].To, warnings);
        }
    }

    private static void WarnOfRanges(string field, ApiList<NetworkPolicyPeer> peers, FieldWarnings warnings)
    {
        for (var i = 0; i < peers.Count; i++)
        {
            if (peers[i].IpBlock is not { } block) continue;
            using var scope = warnings.In(field, i);
            using var inner = warnings.In("ipBlock");
            warnings.ExpectCanonicalRange("cidr", block.Cidr);
            for (var j = 0; j < block.Except.Count; j++)
            {
                using (warnings.In("except", j)) warnings.ExpectCanonicalRange(null, block.Except[j]);
            }
        }
    }
}
