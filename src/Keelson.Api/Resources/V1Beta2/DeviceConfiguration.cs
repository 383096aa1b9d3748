namespace Keelson.Api.Resources.V1Beta2;

/// <summary>A configuration for devices; exactly one kind is set.</summary>
[ApiType]
public sealed partial record DeviceConfiguration
{
    /// <summary>A configuration only the driver understands.</summary>
    [Field(1)] public OpaqueDeviceConfiguration? Opaque { get; init; }
}

/// <summary>A configuration only the driver understands.</summary>
[ApiType]
public sealed partial record OpaqueDeviceConfiguration
{
    /// <summary>Driver the configuration is for, a DNS name.</summary>
    [Field(1, Emit = Emit.Always), MaxLength(63), Format("k8s-long-name-caseless")] public string Driver { get; init; } = "";

    /// <summary>The configuration, up to 10 KiB; should carry apiVersion and kind so that the driver can tell versions apart.</summary>
    [Field(2, Emit = Emit.Always)] public RawJson Parameters { get; init; }
}
