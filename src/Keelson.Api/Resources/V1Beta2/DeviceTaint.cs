namespace Keelson.Api.Resources.V1Beta2;

/// <summary>A mark on a device that keeps claims away unless they tolerate it.</summary>
[ApiType]
public sealed partial record DeviceTaint
{
    /// <summary>Key of the taint, in the form of a label key.</summary>
    [Field(1, Emit = Emit.Always)] public string Key { get; init; } = "";

    /// <summary>Value of the taint, in the form of a label value.</summary>
    [Field(2)] public string Value { get; init; } = "";

    /// <summary>None only informs, NoSchedule prevents new allocations, NoExecute also evicts pods already using the device.</summary>
    [Field(3, Emit = Emit.Always), KnownValues(typeof(DeviceTaintEffect))] public string Effect { get; init; } = "";

    /// <summary>When the taint was added; filled by the server if left out. Eviction delays count from here.</summary>
    [Field(4)] public Time? TimeAdded { get; init; }
}
