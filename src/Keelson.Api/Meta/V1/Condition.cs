namespace Keelson.Api.Meta.V1;

/// <summary>One aspect of an object's current state, with its cause and time.</summary>
[ApiType]
public sealed partial record Condition
{
    /// <summary>Name of the aspect in CamelCase, optionally with a domain prefix; unique in its list.</summary>
    [Field(1, Emit = Emit.Always)] public string Type { get; init; } = "";

    /// <summary>Whether the condition holds: True, False or Unknown.</summary>
    [Field(2, Emit = Emit.Always), KnownValues(typeof(ConditionStatus))] public string Status { get; init; } = "";

    /// <summary>Generation of the spec this finding was based on; it is stale when lower than the object's generation.</summary>
    [Field(3)] public long ObservedGeneration { get; init; }

    /// <summary>When the status last went from one value to another.</summary>
    [Field(4, Emit = Emit.Always)] public Time LastTransitionTime { get; init; }

    /// <summary>Brief machine-readable cause in CamelCase; must not be empty.</summary>
    [Field(5, Emit = Emit.Always)] public string Reason { get; init; } = "";

    /// <summary>Explanation for people; may be empty.</summary>
    [Field(6, Emit = Emit.Always)] public string Message { get; init; } = "";
}
