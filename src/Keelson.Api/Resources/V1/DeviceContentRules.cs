using System.Text.RegularExpressions;
using Keelson.Api.Core.V1;
using Keelson.Api.Names;
using Keelson.Api.Validation;
using Keelson.Api.Values;

namespace Keelson.Api.Resources.V1;

/// <summary>What a driver says of one of its devices.</summary>
internal static partial class DeviceContentRules
{
    private const int MaximumProperties = 32;
    private const int MaximumTaints = 16;
    private const int MaximumCounters = 32;
    private const int MaximumConsumptions = 2;
    private const int MaximumValueBytes = 64;
    private const int MaximumIdentifierBytes = 32;
    private const string OneNode = "exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec";

    /// <summary>The place is the device. What has not changed is not checked again.</summary>
    public static void Validate(Device device, Device? old, bool selectsNodes, FieldErrors errors)
    {
        var count = device.Attributes.Count + device.Capacity.Count;
        if (count > MaximumProperties) errors.Invalid(null, count, $"the total number of attributes and capacities must not exceed {MaximumProperties}");
        foreach (var (name, attribute) in device.Attributes)
        {
            ExpectQualifiedName("attributes", name, errors);
            using (errors.In("attributes", name)) Validate(attribute, errors);
        }

        if (old is null || old.Capacity != device.Capacity) ValidateCapacity(device, errors);
        if (old is null || old.Taints != device.Taints) ValidateTaints(device.Taints, errors);
        DeviceRules.ExpectAtMost("consumesCounters", device.ConsumesCounters.Count, MaximumConsumptions, errors);
        for (var i = 0; i < device.ConsumesCounters.Count; i++)
        {
            var consumption = device.ConsumesCounters[i];
            using var scope = errors.In("consumesCounters", i);
            if (consumption.CounterSet.Length == 0) errors.Required("counterSet");
            else errors.Invalid("counterSet", consumption.CounterSet, DnsName.CheckLabel(consumption.CounterSet));
            ValidateCounters(consumption.Counters, errors);
            if (device.ConsumesCounters.FindIndex(other => other.CounterSet == consumption.CounterSet) < i) errors.Duplicate(null, consumption.CounterSet);
        }

        if (selectsNodes) ValidateNodes(device, errors);
        else if (device.NodeName is not null || device.NodeSelector is not null || device.AllNodes is not null)
        {
            errors.Invalid(null, Value.Null, "`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec");
        }

        DeviceRules.ValidateBinding(device.BindingConditions, device.BindingFailureConditions, errors);
    }

    public static void ValidateCounters(ApiMap<Counter> counters, FieldErrors errors)
    {
        if (counters.IsEmpty) errors.Required("counters");
        else if (counters.Count > MaximumCounters) errors.TooMany("counters", counters.Count, MaximumCounters);
        else foreach (var (name, _) in counters) errors.Invalid("counters", name, DnsName.CheckLabel(name));
    }

    /// <summary>A name of the driver's own, or one with a domain before it.</summary>
    public static void ExpectQualifiedName(string field, string name, FieldErrors errors)
    {
        switch (name.Split('/'))
        {
            case [var own]:
                ExpectIdentifier(field, own, errors);
                break;
            case [var domain, var identifier]:
                if (domain.Length == 0) errors.Invalid(field, "", "the domain must not be empty");
                else PersistentVolumeSource.ExpectDriver(field, domain, errors);
                if (identifier.Length == 0) errors.Invalid(field, "", "the name must not be empty");
                else ExpectIdentifier(field, identifier, errors);
                break;
        }
    }

    private static void ExpectIdentifier(string field, string identifier, FieldErrors errors)
    {
        if (NameMessage.IsLonger(identifier, MaximumIdentifierBytes)) errors.TooLong(field, MaximumIdentifierBytes);
        errors.Invalid(field, identifier, FieldName.CheckIdentifier(identifier));
    }

    private static void Validate(DeviceAttribute attribute, FieldErrors errors)
    {
        var given = 0;
        if (attribute.Bool is not null) given++;
        if (attribute.Int is not null) given++;
        if (attribute.String is { } text)
        {
            given++;
            if (NameMessage.IsLonger(text, MaximumValueBytes)) errors.TooLong("string", MaximumValueBytes);
        }

        if (attribute.Version is { } version)
        {
            given++;
            if (!Version().IsMatch(version)) errors.Invalid("version", version, "must be a string compatible with semver.org spec 2.0.0");
            if (NameMessage.IsLonger(version, MaximumValueBytes)) errors.TooLong("version", MaximumValueBytes);
        }

        foreach (var isGiven in (bool[])[!attribute.Bools.IsNil, !attribute.Ints.IsNil, !attribute.Strings.IsNil, !attribute.Versions.IsNil]) given += isGiven ? 1 : 0;
        if (given != 1) errors.Invalid(null, given == 0 ? "" : Shown.Object(attribute), "exactly one value must be specified", "union");
    }

    private static void ValidateCapacity(Device device, FieldErrors errors)
    {
        foreach (var (name, capacity) in device.Capacity)
        {
            ExpectQualifiedName("capacity", name, errors);
            if (capacity.RequestPolicy is not { } policy) continue;
            using var scope = errors.In("capacity", name);
            if (device.AllowMultipleAllocations is not true) errors.Forbidden("requestPolicy", "allowMultipleAllocations must be true");
            else using (errors.In("requestPolicy")) RequestPolicyRules.Validate(policy, capacity.Value, errors);
        }
    }

    private static void ValidateTaints(ApiList<DeviceTaint> taints, FieldErrors errors)
    {
        DeviceRules.ExpectAtMost("taints", taints.Count, MaximumTaints, errors);
        for (var i = 0; i < taints.Count && taints.Count <= MaximumTaints; i++)
        {
            using (errors.In("taints", i)) DeviceRules.ValidateTaint(taints[i].Key, taints[i].Value, taints[i].Effect, null, errors);
        }
    }

    private static void ValidateNodes(Device device, FieldErrors errors)
    {
        var given = new List<string>(1);
        if (device.NodeName is { Length: 0 }) errors.Invalid("nodeName", "", "must not be empty");
        else if (device.NodeName is { } name)
        {
            given.Add("`nodeName`");
            errors.Invalid("nodeName", name, DnsName.CheckSubdomain(name));
        }

        if (device.NodeSelector is { } selector)
        {
            given.Add("`nodeSelector`");
            using (errors.In("nodeSelector")) selector.Validate(errors);
        }

        if (device.AllNodes is true) given.Add("`allNodes`");
        else if (device.AllNodes is false) errors.Invalid("allNodes", false, "must be either unset or set to true");
        if (given.Count == 0) errors.Required(null, OneNode);
        else if (given.Count > 1) errors.Invalid(null, $"{{{string.Join(", ", given)}}}", OneNode);
    }

    [GeneratedRegex(@"^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(-(0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)(\.(0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*))*)?(\+[0-9a-zA-Z-]+(\.[0-9a-zA-Z-]+)*)?\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Version();
}
