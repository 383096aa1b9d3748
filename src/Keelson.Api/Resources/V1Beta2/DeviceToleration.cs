namespace Keelson.Api.Resources.V1Beta2;

/// <summary>Lets a request use devices with a certain taint.</summary>
[ApiType]
public sealed partial record DeviceToleration
{
    /// <summary>Key of the taint. Empty, with operator Exists, fits all keys.</summary>
    [Field(1), Format("k8s-label-key")] public string Key { get; init; } = "";

    /// <summary>Equal (default) compares the value, Exists ignores it.</summary>
    [Field(2), Default("\"Equal\""), KnownValues(typeof(DeviceTolerationOperator))] public string Operator { get; init; } = "";

    /// <summary>Value of the taint; must be empty with Exists.</summary>
    [Field(3)] public string Value { get; init; } = "";

    /// <summary>Effect of the taint, NoSchedule or NoExecute. Empty fits all.</summary>
    [Field(4), KnownValues(typeof(DeviceTaintEffect))] public string Effect { get; init; } = "";

    /// <summary>Seconds a NoExecute taint is put up with before eviction. Unset means forever; 0 or less means not at all.</summary>
    [Field(5)] public long? TolerationSeconds { get; init; }
}

/// <summary>The values of DeviceTolerationOperator that are known.</summary>
[Closed]
public static class DeviceTolerationOperator
{
    public const string Equal = "Equal";
    public const string Exists = "Exists";
}
