namespace Keelson.Api.Resources.V1Beta2;

/// <summary>Contents of a claim.</summary>
[ApiType]
public sealed partial record ResourceClaimSpec
{
    /// <summary>The devices wanted.</summary>
    [Field(1, Emit = Emit.Always), Optional] public DeviceClaim Devices { get; init; } = DeviceClaim.Empty;
}

/// <summary>What a claim asks for.</summary>
[ApiType]
public sealed partial record DeviceClaim
{
    /// <summary>The devices wanted. At most 32; all must be found.</summary>
    [Field(1, Emit = Emit.Always), Optional, Atomic, MaxItems(32)] public ApiList<DeviceRequest> Requests { get; init; }

    /// <summary>Conditions on the devices taken together. At most 32.</summary>
    [Field(2), Atomic, MaxItems(32)] public ApiList<DeviceConstraint> Constraints { get; init; }

    /// <summary>Configuration passed on to the drivers. At most 32; it does not influence which devices are chosen.</summary>
    [Field(3), Atomic, MaxItems(32)] public ApiList<DeviceClaimConfiguration> Config { get; init; }
}

/// <summary>A configuration in a claim and the requests it is for.</summary>
[ApiType]
public sealed partial record DeviceClaimConfiguration
{
    /// <summary>Requests it applies to, REQUEST or REQUEST/SUBREQUEST; the former covers all its subrequests. Empty means all.</summary>
    [Field(1), Atomic, MaxItems(32)] public ApiList<string> Requests { get; init; }

    [Field(2), Inline] public DeviceConfiguration DeviceConfiguration { get; init; } = DeviceConfiguration.Empty;
}

/// <summary>A condition on several devices together; exactly one attribute field is set.</summary>
[ApiType]
public sealed partial record DeviceConstraint
{
    /// <summary>Requests whose devices are compared, REQUEST or REQUEST/SUBREQUEST. Empty means all.</summary>
    [Field(1), Atomic, MaxItems(32)] public ApiList<string> Requests { get; init; }

    /// <summary>Attribute, with its domain, that all the devices must have with the same value, or with a common one if it is a list.</summary>
    [Field(2), Format("k8s-resource-fully-qualified-name")] public string? MatchAttribute { get; init; }

    /// <summary>Attribute, with its domain, that all the devices must have with different values.</summary>
    [Field(3)] public string? DistinctAttribute { get; init; }
}

/// <summary>One line of a claim; exactly one of exactly and firstAvailable is set.</summary>
[ApiType]
public sealed partial record DeviceRequest
{
    /// <summary>Name by which pods, constraints and configuration refer to the request; a DNS label.</summary>
    [Field(1, Emit = Emit.Always)] public string Name { get; init; } = "";

    /// <summary>The devices wanted, without alternatives.</summary>
    [Field(2)] public ExactDeviceRequest? Exactly { get; init; }

    /// <summary>Alternatives in order of preference; the first that can be met is taken. At most 8.</summary>
    [Field(3), Atomic, MaxItems(8)] public ApiList<DeviceSubRequest> FirstAvailable { get; init; }
}

/// <summary>Capacity a request needs of each device.</summary>
[ApiType]
public sealed partial record CapacityRequirements
{
    /// <summary>Amounts by capacity name. Devices with less are left out; on shareable devices the amount is set aside for the request.</summary>
    [Field(1)] public ApiMap<Quantity> Requests { get; init; }
}

/// <summary>One alternative within a request.</summary>
[ApiType]
public sealed partial record DeviceSubRequest
{
    /// <summary>Name of the alternative, a DNS label; referred to as REQUEST/NAME.</summary>
    [Field(1, Emit = Emit.Always)] public string Name { get; init; } = "";

    /// <summary>DeviceClass the devices must belong to.</summary>
    [Field(2, Emit = Emit.Always), Format("k8s-long-name")] public string DeviceClassName { get; init; } = "";

    /// <summary>Further criteria, all of which must be met. At most 32.</summary>
    [Field(3), Atomic, MaxItems(32)] public ApiList<DeviceSelector> Selectors { get; init; }

    /// <summary>ExactCount (default) takes count devices; All takes every matching device in a pool and fails if one is not free.</summary>
    [Field(4)] public string AllocationMode { get; init; } = "";

    /// <summary>Number of devices, with ExactCount. Defaults to 1.</summary>
    [Field(5)] public long Count { get; init; }

    /// <summary>Device taints to put up with. At most 16.</summary>
    [Field(6), Atomic] public ApiList<DeviceToleration> Tolerations { get; init; }

    /// <summary>Capacity needed of each device.</summary>
    [Field(7)] public CapacityRequirements? Capacity { get; init; }
}

/// <summary>Devices wanted, of one class.</summary>
[ApiType]
public sealed partial record ExactDeviceRequest
{
    /// <summary>DeviceClass the devices must belong to.</summary>
    [Field(1, Emit = Emit.Always)] public string DeviceClassName { get; init; } = "";

    /// <summary>Further criteria, all of which must be met. At most 32.</summary>
    [Field(2), Atomic, MaxItems(32)] public ApiList<DeviceSelector> Selectors { get; init; }

    /// <summary>ExactCount (default) takes count devices; All takes every matching device in a pool and fails if one is not free.</summary>
    [Field(3)] public string AllocationMode { get; init; } = "";

    /// <summary>Number of devices, with ExactCount. Defaults to 1.</summary>
    [Field(4)] public long Count { get; init; }

    /// <summary>
    /// True asks for access even to devices in use, for monitoring; the namespace needs the label
    /// resource.kubernetes.io/admin-access set to true.
    /// </summary>
    [Field(5)] public bool? AdminAccess { get; init; }

    /// <summary>Device taints to put up with. At most 16.</summary>
    [Field(6), Atomic] public ApiList<DeviceToleration> Tolerations { get; init; }

    /// <summary>Capacity needed of each device.</summary>
    [Field(7)] public CapacityRequirements? Capacity { get; init; }
}
