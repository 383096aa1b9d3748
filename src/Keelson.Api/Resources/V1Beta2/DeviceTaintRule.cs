using Keelson.Api.Meta.V1;

namespace Keelson.Api.Resources.V1Beta2;

/// <summary>
/// Puts a taint on devices of other people's drivers, for administrators who take broken or reserved hardware out of use. It
/// acts as if the driver itself had tainted them, and stops when it is deleted.
/// </summary>
[Resource("resource.k8s.io", "v1beta2", "devicetaintrules", Scope.Cluster, Subresources = ["status"])]
public sealed partial record DeviceTaintRule
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>Which devices, and the taint.</summary>
    [Field(2, Emit = Emit.Always)] public DeviceTaintRuleSpec Spec { get; init; } = DeviceTaintRuleSpec.Empty;

    /// <summary>Progress of the rule; written by the server.</summary>
    [Field(3)] public DeviceTaintRuleStatus Status { get; init; } = DeviceTaintRuleStatus.Empty;
}

/// <summary>Contents of a device taint rule.</summary>
[ApiType]
public sealed partial record DeviceTaintRuleSpec
{
    /// <summary>Devices to taint. Unset taints none, an empty selector all.</summary>
    [Field(1)] public DeviceTaintSelector? DeviceSelector { get; init; }

    /// <summary>The taint to put on the devices.</summary>
    [Field(2), Required] public DeviceTaint Taint { get; init; } = DeviceTaint.Empty;
}

/// <summary>Picks devices by where they belong; all fields that are set must fit.</summary>
[ApiType]
public sealed partial record DeviceTaintSelector
{
    /// <summary>Only devices of this driver.</summary>
    [Field(2)] public string? Driver { get; init; }

    /// <summary>Only devices in pools of this name.</summary>
    [Field(3)] public string? Pool { get; init; }

    /// <summary>Only devices of this name.</summary>
    [Field(4)] public string? Device { get; init; }
}

/// <summary>What the server observed about a device taint rule.</summary>
[ApiType]
public sealed partial record DeviceTaintRuleStatus
{
    /// <summary>Current conditions; EvictionInProgress tells whether pods are still to be evicted. At most 8.</summary>
    [Field(1), ListMap("type"), StrategicMerge("merge", Key = "type")] public ApiList<Condition> Conditions { get; init; }
}
