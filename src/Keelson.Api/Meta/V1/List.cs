namespace Keelson.Api.Meta.V1;

/// <summary>Holds objects of any kinds, as kubectl prints and reads them.</summary>
[Kind("", "v1")]
public sealed partial record List
{
    /// <summary>What is said of the list as a whole.</summary>
    [Field(1)] public ListMeta Metadata { get; init; } = ListMeta.Empty;

    /// <summary>The objects, each with its own apiVersion and kind.</summary>
    [Field(2, Emit = Emit.Always)] public ApiList<RawJson> Items { get; init; }
}
