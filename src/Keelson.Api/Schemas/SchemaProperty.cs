using Keelson.Api.Values;

namespace Keelson.Api.Schemas;

/// <summary>A field of an object: its name, its schema, and what is said of the field rather than of its type.</summary>
public sealed record SchemaProperty(string Name, Schema Schema)
{
    private Value? _default;

    public string Description { get; init; } = "";

    public bool Required { get; init; }

    /// <summary>The protobuf number; zero where there is none.</summary>
    public int Number { get; init; }

    public Emit Emit { get; init; }

    /// <summary>The value of a field that is not given, as JSON.</summary>
    public string? DefaultJson
    {
        get;
        init
        {
            field = value;
            _default = null;
        }
    }

    /// <summary>The value of a field that is not given, read when it is first asked for.</summary>
    public Value? Default => _default ??= DefaultJson is null ? null : ValueReader.Read(DefaultJson);

    /// <summary>Whether the field holds a pointer in Go's terms: null and zero differ.</summary>
    public bool Nullable { get; init; }

    public bool Immutable { get; init; }

    public bool UnionMember { get; init; }

    /// <summary>Strategic merge: "merge", "replace", "retainKeys", with commas; empty where nothing is said.</summary>
    public string PatchStrategy { get; init; } = "";

    public string? PatchMergeKey { get; init; }

    /// <summary>Rules of the field that its (shared) type does not have.</summary>
    public ValueRules Rules { get; init; } = ValueRules.None;

    /// <summary>How the field's value merges where the field says other than its type.</summary>
    public MapKind MapKind { get; init; }

    /// <summary>The field's own rule for merging its object or map, or else its type's.</summary>
    public MapKind EffectiveMapKind => MapKind == MapKind.Unset ? Schema.MapKind : MapKind;
}
