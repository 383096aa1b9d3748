using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;

namespace Keelson.Api.Resources.V1Beta2;

/// <summary>
/// Advertises devices with their attributes, capacity and location, published by a driver for the scheduler. Several slices can
/// form a pool; users only read them.
/// </summary>
[Resource("resource.k8s.io", "v1beta2", "resourceslices", Scope.Cluster)]
public sealed partial record ResourceSlice
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>The devices and where they are.</summary>
    [Field(2, Emit = Emit.Always)] public ResourceSliceSpec Spec { get; init; } = ResourceSliceSpec.Empty;
}

/// <summary>Contents of a slice; exactly one of nodeName, nodeSelector, allNodes and perDeviceNodeSelection is set.</summary>
[ApiType]
public sealed partial record ResourceSliceSpec
{
    /// <summary>Driver publishing the slice, a DNS name of up to 63 characters. Immutable.</summary>
    [Field(1, Emit = Emit.Always)] public string Driver { get; init; } = "";

    /// <summary>Pool the slice is part of.</summary>
    [Field(2, Emit = Emit.Always)] public ResourcePool Pool { get; init; } = ResourcePool.Empty;

    /// <summary>Node the devices are on; drivers on a node may publish only for their own. Immutable.</summary>
    [Field(3)] public string? NodeName { get; init; }

    /// <summary>Nodes that can use the devices; exactly one term.</summary>
    [Field(4)] public NodeSelector? NodeSelector { get; init; }

    /// <summary>True if every node can use the devices.</summary>
    [Field(5)] public bool? AllNodes { get; init; }

    /// <summary>The devices. At most 128, or 64 if any of them has taints or consumes counters.</summary>
    [Field(6), Atomic] public ApiList<Device> Devices { get; init; }

    /// <summary>True if each device names its own nodes.</summary>
    [Field(7)] public bool? PerDeviceNodeSelection { get; init; }

    /// <summary>Counter sets that devices of the pool draw on. At most 8; excludes devices in the same slice.</summary>
    [Field(8), Atomic, MaxItems(8)] public ApiList<CounterSet> SharedCounters { get; init; }
}

/// <summary>An amount devices draw on.</summary>
[ApiType]
public sealed partial record Counter
{
    /// <summary>The amount available, or consumed where a device lists it.</summary>
    [Field(1, Emit = Emit.Always)] public Quantity Value { get; init; }
}

/// <summary>A set of named amounts that devices of a pool share.</summary>
[ApiType]
public sealed partial record CounterSet
{
    /// <summary>Name of the set, a DNS label unique within the pool.</summary>
    [Field(1, Emit = Emit.Always), Format("k8s-short-name")] public string Name { get; init; } = "";

    /// <summary>Amounts by name; each name is a DNS label.</summary>
    [Field(2), Required] public ApiMap<Counter> Counters { get; init; }
}

/// <summary>One device a driver offers, with its properties.</summary>
[ApiType]
public sealed partial record Device
{
    /// <summary>Name of the device, a DNS label unique within its pool.</summary>
    [Field(1, Emit = Emit.Always)] public string Name { get; init; } = "";

    /// <summary>
    /// Properties by qualified name, for use in selectors; names without a domain get that of the driver. With capacity, at most 32.
    /// </summary>
    [Field(2)] public ApiMap<DeviceAttribute> Attributes { get; init; }

    /// <summary>Amounts the device has, such as memory, by qualified name.</summary>
    [Field(3)] public ApiMap<DeviceCapacity> Capacity { get; init; }

    /// <summary>What the device takes from shared counters; it can be allocated only while enough is left. At most 2 entries.</summary>
    [Field(4), Atomic, MaxItems(2)] public ApiList<DeviceCounterConsumption> ConsumesCounters { get; init; }

    /// <summary>Node the device is on; allowed only if the slice has perDeviceNodeSelection, and excludes nodeSelector and allNodes.</summary>
    [Field(5)] public string? NodeName { get; init; }

    /// <summary>Nodes that can use the device; allowed only if the slice has perDeviceNodeSelection, and excludes nodeName and allNodes.</summary>
    [Field(6)] public NodeSelector? NodeSelector { get; init; }

    /// <summary>
    /// True if every node can use the device; allowed only if the slice has perDeviceNodeSelection, and excludes nodeName and
    /// nodeSelector.
    /// </summary>
    [Field(7)] public bool? AllNodes { get; init; }

    /// <summary>Taints that keep claims off the device unless they tolerate them. At most 16.</summary>
    [Field(8), Atomic] public ApiList<DeviceTaint> Taints { get; init; }

    /// <summary>Whether allocation fixes the claim to the node chosen by the scheduler, even if others could use the device.</summary>
    [Field(9)] public bool? BindsToNode { get; init; }

    /// <summary>Conditions that must all be True in the claim's device status before the pod is bound. At most 4.</summary>
    [Field(10), Atomic, MaxItems(4)] public ApiList<string> BindingConditions { get; init; }

    /// <summary>Conditions of which one being True abandons the allocation, so that the pod is scheduled anew. At most 4.</summary>
    [Field(11), Atomic, MaxItems(4)] public ApiList<string> BindingFailureConditions { get; init; }

    /// <summary>Whether several claims or requests may share the device. Defaults to false.</summary>
    [Field(12)] public bool? AllowMultipleAllocations { get; init; }

    /// <summary>What the device takes from the node's own resources, by name such as cpu or memory, once allocated.</summary>
    [Field(13)] public ApiMap<NodeAllocatableResourceMapping> NodeAllocatableResourceMappings { get; init; }
}

/// <summary>A property of a device; exactly one field is set.</summary>
[ApiType]
public sealed partial record DeviceAttribute
{
    /// <summary>An integer.</summary>
    [Field(2), UnionMember] public long? Int { get; init; }

    /// <summary>A boolean.</summary>
    [Field(3), UnionMember] public bool? Bool { get; init; }

    /// <summary>A string of up to 64 characters.</summary>
    [Field(4), UnionMember] public string? String { get; init; }

    /// <summary>A version following semver.org, up to 64 characters.</summary>
    [Field(5), UnionMember] public string? Version { get; init; }

    /// <summary>A list of integers.</summary>
    [Field(6), Atomic, UnionMember] public ApiList<long> Ints { get; init; }

    /// <summary>A list of booleans.</summary>
    [Field(7), Atomic, UnionMember] public ApiList<bool> Bools { get; init; }

    /// <summary>A list of strings, each up to 64 characters.</summary>
    [Field(8), Atomic, UnionMember] public ApiList<string> Strings { get; init; }

    /// <summary>A list of versions following semver.org, each up to 64 characters.</summary>
    [Field(9), Atomic, UnionMember] public ApiList<string> Versions { get; init; }
}

/// <summary>An amount a device has and how it may be shared.</summary>
[ApiType]
public sealed partial record DeviceCapacity
{
    /// <summary>The amount, in all.</summary>
    [Field(1, Emit = Emit.Always)] public Quantity Value { get; init; }

    /// <summary>Which shares may be requested; only for devices with allowMultipleAllocations. Unset allows any amount.</summary>
    [Field(2)] public CapacityRequestPolicy? RequestPolicy { get; init; }
}

/// <summary>Which amounts of a shared device's capacity may be requested; validValues and validRange exclude each other.</summary>
[ApiType]
public sealed partial record CapacityRequestPolicy
{
    /// <summary>
    /// Amount taken if a request names none; required if validValues or validRange is set. With no policy at all, the whole capacity
    /// is taken.
    /// </summary>
    [Field(1, Emit = Emit.Always), Optional] public Quantity? Default { get; init; }

    /// <summary>The only amounts allowed, ascending, at most 10; a request is rounded up to the next one.</summary>
    [Field(3), Atomic] public ApiList<Quantity> ValidValues { get; init; }

    /// <summary>Range and step of allowed amounts; a request is rounded up to the next one.</summary>
    [Field(4)] public CapacityRequestPolicyRange? ValidRange { get; init; }
}

/// <summary>A range of amounts that may be requested.</summary>
[ApiType]
public sealed partial record CapacityRequestPolicyRange
{
    /// <summary>Smallest amount; smaller requests are raised to it. At least 0.</summary>
    [Field(1), Required] public Quantity? Min { get; init; }

    /// <summary>Largest amount. Unset means the whole capacity.</summary>
    [Field(2)] public Quantity? Max { get; init; }

    /// <summary>Distance between allowed amounts, counted from min. Unset allows any amount in the range.</summary>
    [Field(3)] public Quantity? Step { get; init; }
}

/// <summary>What a device takes from one counter set.</summary>
[ApiType]
public sealed partial record DeviceCounterConsumption
{
    /// <summary>Name of the set.</summary>
    [Field(1, Emit = Emit.Always), Format("k8s-short-name")] public string CounterSet { get; init; } = "";

    /// <summary>Amounts taken, by counter name.</summary>
    [Field(2), Required] public ApiMap<Counter> Counters { get; init; }
}

/// <summary>How an allocated device counts against one of the node's own resources.</summary>
[ApiType]
public sealed partial record NodeAllocatableResourceMapping
{
    /// <summary>Capacity of the device that determines the amount. Unset counts the device itself.</summary>
    [Field(1)] public string? CapacityKey { get; init; }

    /// <summary>Factor for the allocated capacity or, without capacityKey, for the number of devices. Defaults to 1.</summary>
    [Field(2)] public Quantity? AllocationMultiplier { get; init; }
}

/// <summary>Which pool a slice is part of and how complete it is.</summary>
[ApiType]
public sealed partial record ResourcePool
{
    /// <summary>Name of the pool, often that of the node; up to 253 characters of DNS names separated by slashes.</summary>
    [Field(1, Emit = Emit.Always)] public string Name { get; init; } = "";

    /// <summary>Raised by the driver when the pool changes; slices with a lower number than the highest are out of date.</summary>
    [Field(2, Emit = Emit.Always)] public long Generation { get; init; }

    /// <summary>Number of slices in this generation; with fewer visible, the pool is incomplete and parts of it are not used.</summary>
    [Field(3, Emit = Emit.Always)] public long ResourceSliceCount { get; init; }
}
