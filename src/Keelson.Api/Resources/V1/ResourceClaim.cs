using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;

namespace Keelson.Api.Resources.V1;

/// <summary>
/// Asks for devices such as GPUs or network cards and records which were allocated. Pods refer to it in spec.resourceClaims and
/// may share it; the scheduler allocates the devices when the first pod is placed and frees them after the last.
/// </summary>
[Resource("resource.k8s.io", "v1", "resourceclaims", Scope.Namespaced, Subresources = ["binding", "status"])]
public sealed partial record ResourceClaim
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>The devices wanted. Immutable.</summary>
    [Field(2, Emit = Emit.Always), Immutable] public ResourceClaimSpec Spec { get; init; } = ResourceClaimSpec.Empty;

    /// <summary>The devices allocated and who uses them.</summary>
    [Field(3)] public ResourceClaimStatus Status { get; init; } = ResourceClaimStatus.Empty;
}

/// <summary>State of a claim.</summary>
[ApiType]
public sealed partial record ResourceClaimStatus
{
    /// <summary>What has been allocated; unset means nothing yet. Cannot be changed except by clearing it.</summary>
    [Field(1), Immutable] public AllocationResult? Allocation { get; init; }

    /// <summary>Who may use the claim now, such as pods; while it is not empty, the devices stay allocated. At most 256.</summary>
    [Field(2), ListMap("uid"), StrategicMerge("merge", Key = "uid"), MaxItems(256)] public ApiList<ResourceClaimConsumerReference> ReservedFor { get; init; }

    /// <summary>What drivers report about the allocated devices.</summary>
    [Field(4), ListMap("driver", "device", "pool", "shareID")] public ApiList<AllocatedDeviceStatus> Devices { get; init; }
}

/// <summary>What a driver reports about one device allocated to a claim.</summary>
[ApiType]
public sealed partial record AllocatedDeviceStatus
{
    /// <summary>Driver in charge of the device, a DNS name.</summary>
    [Field(1, Emit = Emit.Always)] public string Driver { get; init; } = "";

    /// <summary>Pool the device belongs to.</summary>
    [Field(2, Emit = Emit.Always)] public string Pool { get; init; } = "";

    /// <summary>Name of the device within its pool.</summary>
    [Field(3, Emit = Emit.Always)] public string Device { get; init; } = "";

    /// <summary>UUID that tells apart several shares of one device; set if the device allows multiple allocations.</summary>
    [Field(7), Format("k8s-uuid")] public string? ShareID { get; init; }

    /// <summary>Conditions of the device as the driver sees it. At most 8; a device is not ready while a Ready condition is False.</summary>
    [Field(4, Emit = Emit.Always), Optional, ListMap("type")] public ApiList<Condition> Conditions { get; init; }

    /// <summary>Anything the driver wants to publish, up to 10 KiB.</summary>
    [Field(5)] public RawJson? Data { get; init; }

    /// <summary>Network details, for a network device.</summary>
    [Field(6)] public NetworkDeviceData? NetworkData { get; init; }
}

/// <summary>Network details of a device.</summary>
[ApiType]
public sealed partial record NetworkDeviceData
{
    /// <summary>Name of the network interface inside the pod, up to 256 bytes.</summary>
    [Field(1), MaxLength(256)] public string InterfaceName { get; init; } = "";

    /// <summary>Addresses of the interface with prefix length, such as 192.0.2.5/24. At most 16.</summary>
    [Field(2), Atomic, MaxItems(16)] public ApiList<string> Ips { get; init; }

    /// <summary>Hardware address of the interface, such as a MAC address, up to 128 bytes.</summary>
    [Field(3), MaxLength(128)] public string HardwareAddress { get; init; } = "";
}

/// <summary>The devices a claim has got and where they can be used.</summary>
[ApiType]
public sealed partial record AllocationResult
{
    /// <summary>The allocated devices and their configuration.</summary>
    [Field(1)] public DeviceAllocationResult Devices { get; init; } = DeviceAllocationResult.Empty;

    /// <summary>Nodes on which the devices can be reached. Unset means all.</summary>
    [Field(3)] public NodeSelector? NodeSelector { get; init; }

    /// <summary>When the devices were allocated; set by the scheduler and used for the time limit of binding conditions.</summary>
    [Field(5)] public Time? AllocationTimestamp { get; init; }
}

/// <summary>All devices of an allocation.</summary>
[ApiType]
public sealed partial record DeviceAllocationResult
{
    /// <summary>The allocated devices. At most 32.</summary>
    [Field(1), Atomic, MaxItems(32)] public ApiList<DeviceRequestAllocationResult> Results { get; init; }

    /// <summary>Configuration for the drivers, class before claim, the later entry winning. At most 64.</summary>
    [Field(2), Atomic, MaxItems(64)] public ApiList<DeviceAllocationConfiguration> Config { get; init; }
}

/// <summary>A configuration that goes with an allocation, and where it came from.</summary>
[ApiType]
public sealed partial record DeviceAllocationConfiguration
{
    /// <summary>FromClass if it stems from the DeviceClass, FromClaim if from the claim.</summary>
    [Field(1, Emit = Emit.Always), KnownValues(typeof(AllocationConfigSource))] public string Source { get; init; } = "";

    /// <summary>Requests it applies to, REQUEST or REQUEST/SUBREQUEST. Empty means all.</summary>
    [Field(2), Atomic, MaxItems(32)] public ApiList<string> Requests { get; init; }

    [Field(3), Inline] public DeviceConfiguration DeviceConfiguration { get; init; } = DeviceConfiguration.Empty;
}

/// <summary>The values of AllocationConfigSource that are known.</summary>
[Closed]
public static class AllocationConfigSource
{
    public const string FromClaim = "FromClaim";
    public const string FromClass = "FromClass";
}

/// <summary>One device allocated for a request.</summary>
[ApiType]
public sealed partial record DeviceRequestAllocationResult
{
    /// <summary>Request it is for, REQUEST or REQUEST/SUBREQUEST.</summary>
    [Field(1, Emit = Emit.Always)] public string Request { get; init; } = "";

    /// <summary>Driver in charge of the device, a DNS name.</summary>
    [Field(2, Emit = Emit.Always), Format("k8s-long-name-caseless"), MaxLength(63)] public string Driver { get; init; } = "";

    /// <summary>Pool the device belongs to.</summary>
    [Field(3, Emit = Emit.Always), Format("k8s-resource-pool-name")] public string Pool { get; init; } = "";

    /// <summary>Name of the device within its pool.</summary>
    [Field(4, Emit = Emit.Always)] public string Device { get; init; } = "";

    /// <summary>Whether the device was given for administration, in which case others may hold it at the same time.</summary>
    [Field(5)] public bool? AdminAccess { get; init; }

    /// <summary>Tolerations copied from the request. At most 16.</summary>
    [Field(6), Atomic] public ApiList<DeviceToleration> Tolerations { get; init; }

    /// <summary>Binding conditions of the device, copied when it was allocated. At most 4.</summary>
    [Field(7), Atomic, MaxItems(4)] public ApiList<string> BindingConditions { get; init; }

    /// <summary>Binding failure conditions of the device, copied when it was allocated. At most 4.</summary>
    [Field(8), Atomic, MaxItems(4)] public ApiList<string> BindingFailureConditions { get; init; }

    /// <summary>UUID of this share of the device; set if the device allows multiple allocations.</summary>
    [Field(9), Format("k8s-uuid")] public string? ShareID { get; init; }

    /// <summary>
    /// Capacity set aside for this share, after rounding by the request policy; the sum over all shares stays within the device's
    /// capacity.
    /// </summary>
    [Field(10)] public ApiMap<Quantity> ConsumedCapacity { get; init; }
}

/// <summary>Someone who uses a claim.</summary>
[ApiType]
public sealed partial record ResourceClaimConsumerReference
{
    /// <summary>API group of the user. Empty is the core group.</summary>
    [Field(1)] public string ApiGroup { get; init; } = "";

    /// <summary>Plural resource name of the user, normally pods.</summary>
    [Field(3, Emit = Emit.Always)] public string Resource { get; init; } = "";

    /// <summary>Name of the user.</summary>
    [Field(4, Emit = Emit.Always)] public string Name { get; init; } = "";

    /// <summary>UID of the user.</summary>
    [Field(5, Emit = Emit.Always)] public string Uid { get; init; } = "";
}
