using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

public sealed partial record Node : IHasDefaults, IHasRules
{
    private const string OneRange = "may specify no more than one CIDR for each IP family";
    private const string FixedRange = "node updates may not change podCIDR except from \"\" to valid";

    public IResource WithDefaults()
    {
        var capacity = StandardResources.Rounded(Status.Capacity);
        var allocatable = Status.Allocatable.IsNil ? capacity : StandardResources.Rounded(Status.Allocatable);
        var ranges = Spec.PodCIDRs.IsEmpty && Spec.PodCIDR.Length > 0 ? [Spec.PodCIDR] : Spec.PodCIDRs;
        var first = Spec.PodCIDR.Length == 0 && !ranges.IsEmpty ? ranges[0] : Spec.PodCIDR;
        return this with
        {
            Spec = Spec with { PodCIDR = first, PodCIDRs = ranges },
            Status = Status with { Capacity = capacity, Allocatable = allocatable },
        };
    }

    public void Validate(FieldErrors errors)
    {
        ValidateTaints(errors);
        ValidateResources(errors);
        ValidateRanges(errors);
    }

    public void ValidateUpdate(IResource old, FieldErrors errors)
    {
        var before = (Node)old;
        ValidateResources(errors);
        ValidateAddresses(errors);
        using (errors.In("spec"))
        {
            if (!before.Spec.PodCIDRs.IsEmpty && before.Spec.PodCIDRs != Spec.PodCIDRs) errors.Forbidden("podCIDRs", FixedRange);
            if (before.Spec.ProviderID.Length > 0 && before.Spec.ProviderID != Spec.ProviderID)
            {
                errors.Forbidden("providerID", "node updates may not change providerID except from \"\" to valid");
            }

            if (Spec.ConfigSource is { } source)
            {
                using (errors.In("configSource")) ValidateSource(source, isStatus: false, errors);
            }
        }

        if (Status.Config is { } config) ValidateConfig(config, errors);
        ValidateTaints(errors);
        if (Spec.ExternalID != before.Spec.ExternalID)
        {
            using (errors.In("spec")) errors.Forbidden("externalID", "may not be updated");
        }
    }

    public void ValidateStatusUpdate(IResource old, FieldErrors errors) => ValidateUpdate(old, errors);

    private void ValidateTaints(FieldErrors errors)
    {
        // Upstream looks for taints in the metadata, and so do the paths of its messages.
        using var scope = errors.In("metadata");
        var seen = new HashSet<(string, string)>();
        for (var i = 0; i < Spec.Taints.Count; i++)
        {
            var taint = Spec.Taints[i];
            using var inner = errors.In("taints", i);
            errors.ExpectLabelKey("key", taint.Key);
            var wrong = LabelName.CheckValue(taint.Value);
            if (!wrong.IsEmpty) errors.Invalid("value", taint.Value, string.Join(";", wrong));
            if (taint.Effect.Length == 0) errors.Required("effect");
            else errors.ExpectKnown("effect", taint.Effect, TaintEffect.NoSchedule, TaintEffect.PreferNoSchedule, TaintEffect.NoExecute);
            if (!seen.Add((taint.Key, taint.Effect)))
            {
                errors.Add(FieldErrorType.Duplicate, null, Shown.Object(taint), "taints must be unique by key and effect pair");
            }
        }
    }

    private void ValidateResources(FieldErrors errors)
    {
        foreach (var (name, value) in Status.Capacity)
        {
            using (errors.In(FieldPath.Of("status", "capacity"))) errors.ExpectQuantity(name, name, value);
        }

        foreach (var (name, value) in Status.Allocatable)
        {
            using (errors.In(FieldPath.Of("status", "allocatable"))) errors.ExpectQuantity(name, name, value);
        }
    }

    private void ValidateRanges(FieldErrors errors)
    {
        var ranges = Spec.PodCIDRs;
        using var scope = errors.In("spec");
        for (var i = 0; i < ranges.Count; i++)
        {
            using (errors.In("podCIDRs", i)) errors.ExpectLegacyRange(null, ranges[i]);
        }

        if (ranges.Count < 2) return;
        if (ranges.FindIndex(range => !AddressExpectations.IsRange(range)) is var wrong and >= 0)
        {
            errors.Internal("podCIDRs", $"invalid PodCIDRs. failed to check with dual stack with error:invalid CIDR[{wrong}]: {ranges[wrong]}");
        }

        if (ranges.Count > 2 || !AddressExpectations.IsDualStack(ranges)) errors.Invalid("podCIDRs", Shown.Texts(ranges), OneRange);
        for (var i = 0; i < ranges.Count; i++)
        {
            if (ranges.IndexOf(ranges[i]) == i) continue;
            using (errors.In("podCIDRs", i)) errors.Duplicate(null, ranges[i]);
        }
    }

    private void ValidateAddresses(FieldErrors errors)
    {
        var seen = new HashSet<NodeAddress>();
        using var scope = errors.In("status");
        for (var i = 0; i < Status.Addresses.Count; i++)
        {
            if (seen.Add(Status.Addresses[i])) continue;
            using (errors.In("addresses", i)) errors.Duplicate(null, Shown.Object(Status.Addresses[i]));
        }
    }

    private static void ValidateConfig(NodeConfigStatus config, FieldErrors errors)
    {
        using var scope = errors.In(FieldPath.Of("status", "config"));
        foreach (var (field, source) in new[] { ("assigned", config.Assigned), ("active", config.Active), ("lastKnownGood", config.LastKnownGood) })
        {
            if (source is null) continue;
            using (errors.In(field)) ValidateSource(source, isStatus: true, errors);
        }
    }

    private static void ValidateSource(NodeConfigSource source, bool isStatus, FieldErrors errors)
    {
        if (source.ConfigMap is not { } map)
        {
            errors.Invalid(null, Shown.Object(source), "exactly one reference subfield must be non-nil");
            return;
        }

        using var scope = errors.In("configMap");
        if (isStatus)
        {
            errors.ExpectGiven("uid", map.Uid, "uid must be set in status");
            errors.ExpectGiven("resourceVersion", map.ResourceVersion, "resourceVersion must be set in status");
        }
        else
        {
            if (map.Uid.Length > 0) errors.Forbidden("uid", "uid must not be set in spec");
            if (map.ResourceVersion.Length > 0) errors.Forbidden("resourceVersion", "resourceVersion must not be set in spec");
        }

        ExpectName("namespace", map.Namespace, DnsName.CheckLabel(map.Namespace), errors);
        ExpectName("name", map.Name, DnsName.CheckSubdomain(map.Name), errors);
        ExpectName("kubeletConfigKey", map.KubeletConfigKey, FieldName.CheckConfigKey(map.KubeletConfigKey), errors);
    }

    private static void ExpectName(string field, string name, ApiList<string> wrong, FieldErrors errors)
    {
        if (name.Length == 0) errors.Required(field, $"{field} must be set");
        else errors.Invalid(field, name, wrong);
    }
}
