namespace Keelson.Api.Resources.V1Beta2;

/// <summary>A criterion for devices; exactly one kind is set.</summary>
[ApiType]
public sealed partial record DeviceSelector
{
    /// <summary>A CEL expression.</summary>
    [Field(1)] public CELDeviceSelector? Cel { get; init; }
}

/// <summary>Picks devices by a CEL expression.</summary>
[ApiType]
public sealed partial record CELDeviceSelector
{
    /// <summary>
    /// CEL expression over device that yields a bool, such as device.driver and device.attributes; at most 10 KiB and with a cost
    /// limit.
    /// </summary>
    [Field(1, Emit = Emit.Always)] public string Expression { get; init; } = "";
}
