namespace Keelson.Api.Core.V1;

/// <summary>Lets a pod run on nodes with matching taints.</summary>
[ApiType]
public sealed partial record Toleration
{
    /// <summary>Taint key to match; empty with operator Exists matches all of them.</summary>
    [Field(1)] public string Key { get; init; } = "";

    /// <summary>
    /// Equal compares values, Exists ignores them, Gt and Lt require the taint's integer to exceed or fall below value; Equal by
    /// default.
    /// </summary>
    [Field(2), KnownValues(typeof(TolerationOperator))] public string Operator { get; init; } = "";

    /// <summary>Value to compare with; must be empty with operator Exists.</summary>
    [Field(3)] public string Value { get; init; } = "";

    /// <summary>Effect to match: NoSchedule, PreferNoSchedule or NoExecute; empty matches all.</summary>
    [Field(4), KnownValues(typeof(TaintEffect))] public string Effect { get; init; } = "";

    /// <summary>Seconds the pod may stay after a NoExecute taint appears; forever when unset, and zero or less evicts at once.</summary>
    [Field(5)] public long? TolerationSeconds { get; init; }
}

/// <summary>The values of TolerationOperator that are known.</summary>
[Closed]
public static class TolerationOperator
{
    public const string Equal = "Equal";
    public const string Exists = "Exists";
    public const string Gt = "Gt";
    public const string Lt = "Lt";
}
