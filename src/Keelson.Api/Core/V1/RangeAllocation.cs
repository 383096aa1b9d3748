using Keelson.Api.Meta.V1;

namespace Keelson.Api.Core.V1;

/// <summary>
/// Stores which service addresses or node ports have been given out. The server keeps it for itself and offers no endpoint for
/// it; it is of no concern to users.
/// </summary>
[Kind("", "v1")]
public sealed partial record RangeAllocation
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>The range, as text that only the allocator interprets, for example a CIDR.</summary>
    [Field(2, Emit = Emit.Always)] public string Range { get; init; } = "";

    /// <summary>Bitmap with one bit for each value that is taken.</summary>
    [Field(3, Emit = Emit.Always)] public Bytes Data { get; init; }
}
