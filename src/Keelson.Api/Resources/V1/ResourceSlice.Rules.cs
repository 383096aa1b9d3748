using Keelson.Api.Core.V1;
using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Resources.V1;

public sealed partial record ResourceSlice : IHasRules
{
    private const int MaximumDevices = 128;
    private const int MaximumTaintedDevices = 64;
    private const int MaximumCounterSets = 8;
    private const string OneField = "exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required";

    public void Validate(FieldErrors errors) => Validate(null, errors);

    private void Validate(ResourceSlice? old, FieldErrors errors)
    {
        using var scope = errors.In("spec");
        PersistentVolumeSource.ExpectDriver("driver", Spec.Driver, errors);
        var pool = Spec.Pool;
        DeviceRules.ExpectPoolName("pool.name", pool.Name, errors);
        if (pool.ResourceSliceCount <= 0) errors.Invalid("pool.resourceSliceCount", pool.ResourceSliceCount, FieldExpectations.NotPositive);
        if (pool.Generation < 0) errors.Invalid("pool.generation", pool.Generation, "must be greater than or equal to zero");
        ValidateNodes(errors);
        if (!Spec.SharedCounters.IsNil && !Spec.Devices.IsNil) errors.Invalid(null, "", "only one of `sharedCounters` or `devices` is allowed");
        var most = Spec.Devices.Any(device => !device.Taints.IsEmpty || !device.ConsumesCounters.IsEmpty) ? MaximumTaintedDevices : MaximumDevices;
        DeviceRules.ExpectAtMost("devices", Spec.Devices.Count, most, errors);
        if (Spec.Devices.Count <= most) ValidateDevices(old, errors);
        DeviceRules.ExpectAtMost("sharedCounters", Spec.SharedCounters.Count, MaximumCounterSets, errors);
        DeviceRules.ValidateNames("sharedCounters", Spec.SharedCounters.Select(set => set.Name).ToApiList(), errors);
        for (var i = 0; i < Spec.SharedCounters.Count; i++)
        {
            using (errors.In("sharedCounters", i)) DeviceContentRules.ValidateCounters(Spec.SharedCounters[i].Counters, errors);
        }
    }

    private void ValidateDevices(ResourceSlice? old, FieldErrors errors)
    {
        var before = old?.Spec.Devices.DistinctBy(device => device.Name).ToDictionary(device => device.Name, StringComparer.Ordinal);
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Spec.Devices.Count; i++)
        {
            var device = Spec.Devices[i];
            using var scope = errors.In("devices", i);
            errors.Invalid("name", device.Name, DnsName.CheckLabel(device.Name), "format=dns-label");
            DeviceContentRules.Validate(device, before?.GetValueOrDefault(device.Name), Spec.PerDeviceNodeSelection is true, errors);
            if (!names.Add(device.Name)) errors.Duplicate(null, device.Name);
        }
    }

    public void ValidateUpdate(IResource old, FieldErrors errors)
    {
        Validate((ResourceSlice)old, errors);
        var before = ((ResourceSlice)old).Spec;
        using var scope = errors.In("spec");
        errors.ExpectSame("pool.name", Spec.Pool.Name, before.Pool.Name);
        errors.ExpectSame("driver", Spec.Driver, before.Driver);
        errors.ExpectSame("nodeName", Spec.NodeName, before.NodeName, Shown.Text(Spec.NodeName));
    }

    private void ValidateNodes(FieldErrors errors)
    {
        var given = new List<string>(1);
        if (Spec.NodeName is { Length: 0 }) errors.Invalid("nodeName", "", "must be either unset or set to a non-empty string");
        else if (Spec.NodeName is { } name)
        {
            given.Add("`nodeName`");
            errors.Invalid("nodeName", name, DnsName.CheckSubdomain(name));
        }

        if (Spec.NodeSelector is { } selector)
        {
            given.Add("`nodeSelector`");
            using var scope = errors.In("nodeSelector");
            selector.Validate(errors);
            if (selector.NodeSelectorTerms.Count != 1)
            {
                errors.Invalid("nodeSelectorTerms", Shown.Objects(selector.NodeSelectorTerms), "must have exactly one node selector term");
            }
        }

        Expect("allNodes", Spec.AllNodes);
        Expect("perDeviceNodeSelection", Spec.PerDeviceNodeSelection);
        if (given.Count == 0) errors.Required(null, OneField);
        else if (given.Count > 1) errors.Invalid(null, $"{{{string.Join(", ", given)}}}", $"{OneField}, but multiple fields are set");

        void Expect(string field, bool? value)
        {
            if (value is true) given.Add($"`{field}`");
            else if (value is false) errors.Invalid(field, false, "must be either unset or set to true");
        }
    }
}
