using System.Text.Json;
using Keelson.Api.Values;

namespace Keelson.Api.Schemas;

/// <summary>The JSON shape of a schema.</summary>
public enum SchemaType { Any, Object, Map, List, String, Integer, Number, Boolean }

/// <summary>How server-side apply merges a list.</summary>
public enum ListKind { Unset, Atomic, Set, Map }

/// <summary>How server-side apply merges a map or an object.</summary>
public enum MapKind { Unset, Granular, Atomic }

/// <summary>
/// What an object may look like. Built-in types get theirs from the generator, custom resources from
/// their definition's structural schema; everything that works on objects works against this.
/// </summary>
/// <remarks>
/// Immutable once built. Schemas of built-in types refer to each other and may be cyclic, so properties
/// are built when they are first asked for.
/// </remarks>
public sealed record Schema
{
    private readonly Func<SchemaProperty[]>? _build;
    private SchemaProperty[]? _properties;
    private NameIndex? _byName;
    private Value? _default;

    public Schema(SchemaType type) => Type = type;

    private Schema(string name, Func<SchemaProperty[]> build)
    {
        Type = SchemaType.Object;
        Name = name;
        _build = build;
    }

    public SchemaType Type { get; init; }

    /// <summary>The type's name in OpenAPI documents, such as io.k8s.api.core.v1.Pod; null for a schema without a name.</summary>
    public string? Name { get; init; }

    public string Description { get; init; } = "";

    /// <summary>OpenAPI's format: int32, int64, double, byte, date-time, or a rule's name.</summary>
    public string? Format { get; init; }

    public bool Nullable { get; init; }

    /// <summary>An integer or a string (ports, percentages).</summary>
    public bool IntOrString { get; init; }

    /// <summary>A quantity: a string that is compared as a number.</summary>
    public bool IsQuantity { get; init; }

    /// <summary>The fields of an object, in the order in which they are written.</summary>
    public IReadOnlyList<SchemaProperty> Properties
    {
        get => Built();
        init
        {
            _properties = [.. value];
            _byName = null;
        }
    }

    /// <summary>The schema of a list's elements.</summary>
    public Schema? Items { get; init; }

    /// <summary>The schema of a map's values, or of an object's fields that it has no property for.</summary>
    public Schema? AdditionalProperties { get; init; }

    public bool PreserveUnknownFields { get; init; }

    /// <summary>A whole object with apiVersion, kind and metadata stands here.</summary>
    public bool EmbeddedResource { get; init; }

    public ListKind ListKind { get; init; }

    public IReadOnlyList<string> ListMapKeys { get; init; } = [];

    public MapKind MapKind { get; init; }

    /// <summary>The kind that the schema is of, where it is one's root.</summary>
    public IReadOnlyList<GroupVersionKind> Kinds { get; init; } = [];

    /// <summary>The rules on values: bounds, patterns, enumerations, combinations.</summary>
    public ValueRules Rules { get; init; } = ValueRules.None;

    /// <summary>The value of something that is not given, as JSON.</summary>
    public string? DefaultJson
    {
        get;
        init
        {
            field = value;
            _default = null;
        }
    }

    /// <summary>The value of something that is not given, read when it is first asked for.</summary>
    public Value? Default => _default ??= DefaultJson is null ? null : ValueReader.Read(DefaultJson);

    public static Schema Any { get; } = new(SchemaType.Any) { PreserveUnknownFields = true };
    public static Schema String { get; } = new(SchemaType.String);
    public static Schema Boolean { get; } = new(SchemaType.Boolean);
    public static Schema Int32 { get; } = new(SchemaType.Integer) { Format = "int32" };
    public static Schema Int64 { get; } = new(SchemaType.Integer) { Format = "int64" };
    public static Schema Double { get; } = new(SchemaType.Number) { Format = "double" };
    public static Schema Bytes { get; } = new(SchemaType.String) { Format = "byte" };

    /// <summary>A map from strings to <paramref name="values"/>.</summary>
    public static Schema MapOf(Schema values) => new(SchemaType.Map) { AdditionalProperties = values };

    /// <summary>A list of <paramref name="items"/>.</summary>
    public static Schema ListOf(Schema items) => new(SchemaType.List) { Items = items };

    /// <summary>A string that is one of these.</summary>
    public static Schema Enumeration(params string[] values) => new(SchemaType.String)
    {
        Rules = new ValueRules { EnumJson = Array.ConvertAll(values, value => $"\"{JsonEncodedText.Encode(value)}\"") },
    };

    /// <summary>The schema of a declared type; its properties are built on first use.</summary>
    public static Schema Declare(string name, string description, MapKind mapKind, GroupVersionKind[] kinds, Func<SchemaProperty[]> build) =>
        new(name, build) { Description = description, MapKind = mapKind, Kinds = kinds };

    /// <summary>The schema of a declared type, made once and kept in <paramref name="cell"/>.</summary>
    public static Schema Declare(
        ref Schema? cell, string name, string description, MapKind mapKind, GroupVersionKind[] kinds, Func<SchemaProperty[]> build)
    {
        if (cell is { } known) return known;
        var schema = Declare(name, description, mapKind, kinds, build);
        return Interlocked.CompareExchange(ref cell, schema, null) ?? schema;
    }

    /// <summary>The property with that JSON name, or null.</summary>
    public SchemaProperty? FindProperty(string name)
    {
        var properties = Built();
        if (properties.Length <= 8)
        {
            foreach (var property in properties)
            {
                if (property.Name == name) return property;
            }

            return null;
        }

        var index = _byName ??= new NameIndex(properties);
        return index.Find(name) is var found and >= 0 ? properties[found] : null;
    }

    // Two threads may build the same properties at once; the results are equal and one wins.
    private SchemaProperty[] Built() => _properties ??= _build?.Invoke() ?? [];

    /// <summary>Schemas are compared as what they are: one object each.</summary>
    public bool Equals(Schema? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    public override string ToString() => Name ?? Type.ToString();

    /// <summary>Finds properties by name; small, since there are thousands of schemas.</summary>
    private sealed class NameIndex
    {
        private readonly string[] _names;
        private readonly KeyTable _table;

        public NameIndex(SchemaProperty[] properties)
        {
            _names = Array.ConvertAll(properties, property => property.Name);
            _table = KeyTable.Over(_names, _names.Length);
        }

        public int Find(string name) => _table.Find(_names, name);
    }
}
