using Keelson.Api.Core.V1;
using Keelson.Api.Validation;
using Keelson.Api.Values;

namespace Keelson.Api.Storage.V1;

public sealed partial record StorageClass : IHasDefaults, IHasRules
{
    public IResource WithDefaults() => ReclaimPolicy is not null && VolumeBindingMode is not null ? this : this with
    {
        ReclaimPolicy = ReclaimPolicy ?? PersistentVolumeReclaimPolicy.Delete,
        VolumeBindingMode = VolumeBindingMode ?? V1.VolumeBindingMode.Immediate,
    };

    public void Validate(FieldErrors errors)
    {
        StorageRules.ExpectProvisioner("provisioner", Provisioner, errors);
        StorageRules.ExpectParameters(Parameters, mayBeEmpty: true, errors);
        if (ReclaimPolicy is { Length: > 0 } policy)
        {
            errors.ExpectKnown("reclaimPolicy", policy, PersistentVolumeReclaimPolicy.Delete, PersistentVolumeReclaimPolicy.Retain);
        }

        if (VolumeBindingMode is null) errors.Required("volumeBindingMode");
        else errors.ExpectKnown("volumeBindingMode", VolumeBindingMode, V1.VolumeBindingMode.Immediate, V1.VolumeBindingMode.WaitForFirstConsumer);
        ValidateTopologies(errors);
    }

    /// <summary>What a class makes volumes of stays; the rest is not looked at again.</summary>
    public void ValidateUpdate(IResource old, FieldErrors errors)
    {
        var before = (StorageClass)old;
        StorageRules.ExpectUnchanged("parameters", Parameters, before.Parameters, errors);
        StorageRules.ExpectUnchanged("provisioner", Provisioner, before.Provisioner, errors);
        StorageRules.ExpectUnchanged("reclaimPolicy", ReclaimPolicy, before.ReclaimPolicy, errors);
        errors.ExpectSame("volumeBindingMode", VolumeBindingMode, before.VolumeBindingMode, Shown.Text(VolumeBindingMode));
    }

    private void ValidateTopologies(FieldErrors errors)
    {
        // Upstream compares a term with each of those before it, and with as many empty ones as there are terms.
        var seen = new Dictionary<string, int>(StringComparer.Ordinal) { ["{}"] = AllowedTopologies.Count };
        for (var t = 0; t < AllowedTopologies.Count; t++)
        {
            var requirements = AllowedTopologies[t].MatchLabelExpressions;
            using var scope = errors.In("allowedTopologies", t);
            var keys = new SortedDictionary<string, Value>(StringComparer.Ordinal);
            for (var i = 0; i < requirements.Count; i++)
            {
                using var inner = errors.In("matchLabelExpressions", i);
                Validate(requirements[i], errors);
                if (!keys.TryAdd(requirements[i].Key, Shown.Texts(requirements[i].Values.Order(StringComparer.Ordinal).ToApiList())))
                {
                    errors.Duplicate("key", requirements[i].Key);
                }
            }

            var term = ValueWriter.WriteText(MapValue.From(keys));
            var same = seen.GetValueOrDefault(term);
            for (var i = 0; i < same && errors.Dropped == 0; i++) errors.Duplicate("matchLabelExpressions", (Value)"");
            seen[term] = same + 1;
        }
    }

    private static void Validate(TopologySelectorLabelRequirement requirement, FieldErrors errors)
    {
        if (requirement.Values.IsEmpty) errors.Required("values");
        for (var i = 0; i < requirement.Values.Count; i++)
        {
            if (requirement.Values.IndexOf(requirement.Values[i]) == i) continue;
            using (errors.In("values", i)) errors.Duplicate(null, requirement.Values[i]);
        }

        errors.ExpectLabelKey("key", requirement.Key);
    }
}
