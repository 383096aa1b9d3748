using Keelson.Api.Schemas;
using Keelson.Api.Values;

namespace Keelson.Api.Patch.Apply;

/// <summary>An object in some version, with that version's schema.</summary>
public sealed record VersionedObject(MapValue Object, Schema Schema);

/// <summary>Turns an object into another version; null where there is no such version any more.</summary>
public delegate VersionedObject? ObjectConversion(MapValue @object, string apiVersion);

/// <summary>What a <see cref="FieldManager"/> has to know of the resource that it is for.</summary>
/// <param name="Kind">The kind and version of the request.</param>
/// <param name="Schema">The schema of that version.</param>
public sealed record FieldManagerOptions(GroupVersionKind Kind, Schema Schema)
{
    /// <summary>The subresource that is written to, such as status; empty for the object itself.</summary>
    public string Subresource { get; init; } = "";

    /// <summary>
    /// What an object is before anything is in it. Fields that even an empty object has are not owned by who creates
    /// one. For built-in kinds <see cref="EmptyObject.Of"/> tells; custom resources have no such fields.
    /// </summary>
    public MapValue Empty { get; init; } = MapValue.Empty;

    /// <summary>By API version the fields that writes to this resource or subresource never change, such as status.</summary>
    public IReadOnlyDictionary<string, FieldSet> ResetFields { get; init; } = new Dictionary<string, FieldSet>();

    /// <summary>Converts between versions; by default there is only the one.</summary>
    public ObjectConversion Convert { get; init; } = (_, _) => null;

    /// <summary>Up to this many managers own by update; the oldest are joined beyond. Default 10, as upstream.</summary>
    public int MaxUpdateManagers { get; init; } = 10;
}
