using Keelson.Api.Core.V1;
using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Resources.V1;

/// <summary>What the scheduler and drivers say of the devices that a claim got.</summary>
internal static class AllocationRules
{
    private const int MaximumResults = 32;
    private const int MaximumConfigurations = 64;
    private const int MaximumConditions = 8;
    private const int MaximumDataBytes = 10 * 1024;
    private const int MaximumAddresses = 16;
    private const int MaximumInterfaceBytes = 256;
    private const int MaximumHardwareBytes = 128;

    /// <summary>The place is the allocation, which is new.</summary>
    public static void Validate(AllocationResult allocation, HashSet<string> requests, FieldErrors errors)
    {
        using (errors.In("devices"))
        {
            DeviceRules.ExpectAtMost("results", allocation.Devices.Results.Count, MaximumResults, errors);
            for (var i = 0; i < allocation.Devices.Results.Count; i++)
            {
                using (errors.In("results", i)) Validate(allocation.Devices.Results[i], requests, errors);
            }

            DeviceRules.ExpectAtMost("config", allocation.Devices.Config.Count, MaximumConfigurations, errors);
            for (var i = 0; i < allocation.Devices.Config.Count; i++)
            {
                var configuration = allocation.Devices.Config[i];
                using var scope = errors.In("config", i);
                errors.ExpectOneOf("source", configuration.Source, AllocationConfigSource.FromClaim, AllocationConfigSource.FromClass);
                DeviceRules.ValidateReferences(configuration.Requests, requests, errors);
                DeviceRules.Validate(configuration.DeviceConfiguration, errors);
            }
        }

        if (allocation.NodeSelector is not { } selector) return;
        using (errors.In("nodeSelector")) selector.Validate(errors);
    }

    /// <summary>What drivers say of single devices; the place is the status.</summary>
    public static void ValidateDevices(ResourceClaimStatus status, FieldErrors errors)
    {
        var allocated = status.Allocation?.Devices.Results.Select(result => Id(result.Driver, result.Pool, result.Device, result.ShareID)).ToHashSet(StringComparer.Ordinal) ?? [];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < status.Devices.Count; i++)
        {
            var device = status.Devices[i];
            var id = Id(device.Driver, device.Pool, device.Device, device.ShareID);
            using var scope = errors.In("devices", i);
            PersistentVolumeSource.ExpectDriver("driver", device.Driver, errors);
            DeviceRules.ExpectPoolName("pool", device.Pool, errors);
            errors.Invalid("device", device.Device, DnsName.CheckLabel(device.Device), "format=dns-label");
            ExpectShare(device.ShareID, errors);
            if (!allocated.Contains(id)) errors.Invalid(null, id, "must be an allocated device in the claim");
            if (device.Conditions.Count > MaximumConditions) errors.TooMany("conditions", device.Conditions.Count, MaximumConditions);
            errors.ExpectConditions("conditions", device.Conditions);
            if (device.Data is { IsNil: false } data && data.Length > MaximumDataBytes) errors.TooLong("data", MaximumDataBytes);
            else if (device.Data is { IsNil: false } given && given.Span.TrimStart(" \t\r\n"u8) is not [(byte)'{', ..]) errors.Invalid("data", "<value omitted>", "must be a valid JSON object");
            if (device.NetworkData is { } network) Validate(network, errors);
            if (!seen.Add(id)) errors.Duplicate(null, id);
        }
    }

    private static void Validate(DeviceRequestAllocationResult result, HashSet<string> requests, FieldErrors errors)
    {
        DeviceRules.ExpectRequest("request", result.Request, requests, errors);
        PersistentVolumeSource.ExpectDriver("driver", result.Driver, errors);
        DeviceRules.ExpectPoolName("pool", result.Pool, errors);
        errors.Invalid("device", result.Device, DnsName.CheckLabel(result.Device), "format=dns-label");
        DeviceRules.ValidateBinding(result.BindingConditions, result.BindingFailureConditions, errors);
        DeviceRules.Validate(result.Tolerations, errors);
        ExpectShare(result.ShareID, errors);
    }

    private static void Validate(NetworkDeviceData network, FieldErrors errors)
    {
        using var scope = errors.In("networkData");
        if (NameMessage.IsLonger(network.InterfaceName, MaximumInterfaceBytes)) errors.TooLong("interfaceName", MaximumInterfaceBytes);
        if (NameMessage.IsLonger(network.HardwareAddress, MaximumHardwareBytes)) errors.TooLong("hardwareAddress", MaximumHardwareBytes);
        DeviceRules.ExpectAtMost("ips", network.Ips.Count, MaximumAddresses, errors);
        for (var i = 0; i < network.Ips.Count && network.Ips.Count <= MaximumAddresses; i++)
        {
            using var inner = errors.In("ips", i);
            errors.Invalid(null, network.Ips[i], NetworkName.CheckInterface(network.Ips[i]));
            if (network.Ips.IndexOf(network.Ips[i]) < i) errors.Duplicate(null, network.Ips[i]);
        }
    }

    private static void ExpectShare(string? share, FieldErrors errors)
    {
        if (share is null) return;
        if (!Guid.TryParse(share, out _)) errors.Invalid("shareID", share, $"error validating uid: invalid UUID length: {share.Length}", "format=k8s-uuid");
        else if (share.Length != 36 || share.Any(char.IsAsciiLetterUpper))
        {
            errors.Invalid("shareID", share, "uid must be in RFC 4122 normalized form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` with lowercase hexadecimal characters", "format=k8s-uuid");
        }
    }

    private static string Id(string driver, string pool, string device, string? share) => share is null ? $"{driver}/{pool}/{device}" : $"{driver}/{pool}/{device}/{share}";
}
