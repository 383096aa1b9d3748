using Keelson.Api.Meta.V1;

namespace Keelson.Api.Resources.V1;

/// <summary>
/// Names a sort of device, such as a certain GPU, with criteria and default configuration. Administrators or driver vendors
/// create it, and claims refer to it instead of spelling out the criteria.
/// </summary>
[Resource("resource.k8s.io", "v1", "deviceclasses", Scope.Cluster)]
public sealed partial record DeviceClass
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>Selection and configuration.</summary>
    [Field(2, Emit = Emit.Always)] public DeviceClassSpec Spec { get; init; } = DeviceClassSpec.Empty;
}

/// <summary>Contents of a device class.</summary>
[ApiType]
public sealed partial record DeviceClassSpec
{
    /// <summary>Criteria a device must all meet. At most 32; empty accepts any device.</summary>
    [Field(1), Atomic, MaxItems(32)] public ApiList<DeviceSelector> Selectors { get; init; }

    /// <summary>Configuration for every device allocated through the class. At most 32.</summary>
    [Field(2), Atomic, MaxItems(32)] public ApiList<DeviceClassConfiguration> Config { get; init; }

    /// <summary>
    /// Extended resource, as used in container limits, that pods may request to get devices of the class. Unique among classes; the
    /// newest wins.
    /// </summary>
    [Field(4), Format("k8s-extended-resource-name")] public string? ExtendedResourceName { get; init; }
}

/// <summary>A configuration in a device class.</summary>
[ApiType]
public sealed partial record DeviceClassConfiguration
{
    [Field(1), Inline] public DeviceConfiguration DeviceConfiguration { get; init; } = DeviceConfiguration.Empty;
}
