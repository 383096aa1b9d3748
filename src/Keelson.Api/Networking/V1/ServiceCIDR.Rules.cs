using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Networking.V1;

public sealed partial record ServiceCIDR : IHasRules
{
    public void Validate(FieldErrors errors)
    {
        var ranges = Spec.Cidrs;
        using var scope = errors.In("spec");
        if (ranges.IsEmpty)
        {
            errors.Required("cidrs", "at least one CIDR required");
            return;
        }

        if (ranges.Count > 2)
        {
            errors.Invalid("cidrs", Shown.Object(Spec), "may only hold up to 2 values");
            return;
        }

        if (ranges.Count == 2 && !(AddressExpectations.IsRange(ranges[0]) && AddressExpectations.IsRange(ranges[1]) && AddressExpectations.IsDualStack(ranges)))
        {
            errors.Invalid("cidrs", Shown.Object(Spec), "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64");
            return;
        }

        for (var i = 0; i < ranges.Count; i++)
        {
            using (errors.In("cidrs", i)) errors.Invalid(null, ranges[i], NetworkName.CheckRange(ranges[i]), "format=cidr-strict");
        }
    }

    /// <summary>A second range may be added; nothing else changes.</summary>
    public void ValidateUpdate(IResource old, FieldErrors errors)
    {
        var (ranges, before) = (Spec.Cidrs, ((ServiceCIDR)old).Spec.Cidrs);
        var isAddition = before.Count == 1 && ranges.Count == 2;
        if (ranges.Count != before.Count && !isAddition)
        {
            using (errors.In("spec")) errors.Invalid("cidrs", Shown.Texts(ranges), ObjectMetaValidation.ImmutableMessage);
            return;
        }

        for (var i = 0; i < before.Count; i++)
        {
            if (ranges[i] == before[i]) continue;
            using (errors.In("spec"))
            using (errors.In("cidrs", i))
            {
                errors.Invalid(null, ranges[i], ObjectMetaValidation.ImmutableMessage);
            }
        }

        if (isAddition) Validate(errors);
    }
}
