namespace Keelson.Api.Meta.V1;

/// <summary>Compares one field with given values.</summary>
[ApiType]
public sealed partial record FieldSelectorRequirement
{
    /// <summary>Path of the field to look at, such as spec.nodeName.</summary>
    [Field(1, Emit = Emit.Always)] public string Key { get; init; } = "";

    /// <summary>How to compare: In, NotIn, Exists or DoesNotExist.</summary>
    [Field(2, Emit = Emit.Always), KnownValues(typeof(FieldSelectorOperator))] public string Operator { get; init; } = "";

    /// <summary>Values to compare with: one or more for In and NotIn, none for the others.</summary>
    [Field(3), Atomic] public ApiList<string> Values { get; init; }
}

/// <summary>The values of FieldSelectorOperator that are known.</summary>
public static class FieldSelectorOperator
{
    public const string DoesNotExist = "DoesNotExist";
    public const string Exists = "Exists";
    public const string In = "In";
    public const string NotIn = "NotIn";
}
