using Keelson.Api.Schemas;
using Keelson.Api.Values;

namespace Keelson.Api.Patch.Apply;

/// <summary>The forms that a value of a type may have.</summary>
[Flags]
internal enum Forms
{
    None = 0,
    Scalar = 1,
    List = 2,
    Map = 4,
}

/// <summary>The scalars that a type takes.</summary>
internal enum ScalarForm { Untyped, Numeric, String, Boolean }

/// <summary>A type as server-side apply sees it: what it takes, and what of it is owned one by one or as a whole.</summary>
internal readonly struct MergeType
{
    private readonly Special _special;
    private readonly Schema? _schema;
    private readonly MapKind _mapKind;
    private readonly string? _mergeKey;
    private readonly bool _mergesList;

    private MergeType(Special special) => _special = special;

    private MergeType(Schema schema, SchemaProperty? property)
    {
        // What is kept as it came may be anything: in the schemas of definitions it is defaults and enumerations too.
        _special = (schema.Type == SchemaType.Any && !schema.IntOrString) || ReferenceEquals(schema, KnownSchemas.RawExtension) ? Special.Deduced : Special.None;
        _schema = schema;
        _mapKind = property?.EffectiveMapKind ?? schema.MapKind;
        _mergeKey = property?.PatchMergeKey;
        _mergesList = property is { PatchStrategy: "merge" or "merge,retainKeys" };
    }

    /// <summary>No type: a field that its object does not declare.</summary>
    internal static MergeType Undeclared => default;

    /// <summary>Anything: maps are owned field by field, lists as a whole.</summary>
    internal static MergeType Deduced => new(Special.Deduced);

    /// <summary>Anything, owned as a whole.</summary>
    private static MergeType Untyped => new(Special.Untyped);

    internal bool IsUndeclared => _special == Special.None && _schema is null;

    internal Forms Forms
    {
        get
        {
            if (_special != Special.None) return Forms.Scalar | Forms.List | Forms.Map;
            if (_schema is null) return Forms.None;
            return _schema.Type switch
            {
                SchemaType.Object or SchemaType.Map => Forms.Map,
                SchemaType.List => Forms.List,
                _ => Forms.Scalar,
            };
        }
    }

    internal ScalarForm Scalar
    {
        get
        {
            if (_special != Special.None || _schema is null || _schema.IntOrString || _schema.IsQuantity) return ScalarForm.Untyped;
            return _schema.Type switch
            {
                SchemaType.Integer or SchemaType.Number => ScalarForm.Numeric,
                SchemaType.Boolean => ScalarForm.Boolean,

                // Other formats, times above all, may be something else than text in some version.
                SchemaType.String when _schema.Format is null or "" or "byte" => ScalarForm.String,
                _ => ScalarForm.Untyped,
            };
        }
    }

    internal bool MapIsAtomic => _special == Special.Untyped || (_special == Special.None && _mapKind == MapKind.Atomic);

    internal bool ListIsAtomic
    {
        get
        {
            if (_special != Special.None || _schema is null) return true;
            return _schema.ListKind == ListKind.Unset ? !_mergesList : _schema.ListKind == ListKind.Atomic;
        }
    }

    /// <summary>The fields that identify an element; none for a set.</summary>
    internal IReadOnlyList<string> ListKeys
    {
        get
        {
            if (_schema is null) return [];
            if (_schema.ListKind == ListKind.Map) return _schema.ListMapKeys;
            return _schema.ListKind == ListKind.Unset && _mergeKey is not null ? [_mergeKey] : [];
        }
    }

    /// <summary>The type of a list's elements.</summary>
    internal MergeType Items
    {
        get
        {
            if (_special != Special.None) return Untyped;
            return _schema?.Items is { } items ? new MergeType(items, null) : Undeclared;
        }
    }

    /// <summary>A map that declares nothing and takes anything.</summary>
    internal bool IsOpenMap
    {
        get
        {
            if (_special != Special.None) return true;
            return _schema is not { Type: SchemaType.Object, Properties.Count: > 0 } && Field("")._special == Special.Deduced;
        }
    }

    internal static MergeType Root(Schema schema) => new(schema, null);

    /// <summary>The type of a map's field.</summary>
    internal MergeType Field(string name)
    {
        if (_special == Special.Untyped) return Untyped;
        if (_special == Special.Deduced) return Deduced;
        switch (_schema)
        {
            case { Type: SchemaType.Map }:
                return _schema.AdditionalProperties is { } values ? new MergeType(values, null) : Deduced;
            case { Type: SchemaType.Object }:
                if (_schema.FindProperty(name) is { } property) return new MergeType(property.Schema, property);
                if (_schema.AdditionalProperties is { } others) return new MergeType(others, null);
                if (_schema.PreserveUnknownFields || _schema.Properties.Count == 0) return Deduced;
                return _schema.EmbeddedResource && name is "apiVersion" or "kind" or "metadata" ? Deduced : Undeclared;
            default:
                return Undeclared;
        }
    }

    /// <summary>Whether a map declares a field of that name, rather than taking any.</summary>
    internal bool Names(string name) =>
        _special == Special.None && _schema is { Type: SchemaType.Object } && _schema.FindProperty(name) is not null;

    /// <summary>The value that a field has in a key when it isn't given; null where it must be given.</summary>
    internal Value? DefaultOf(string name)
    {
        if (_special != Special.None || _schema is not { Type: SchemaType.Object }) return null;
        var property = _schema.FindProperty(name);
        var json = property?.DefaultJson ?? property?.Schema.DefaultJson;
        return json is null ? null : ValueReader.Read(json);
    }

    /// <summary>The forms that are left once the value is known; all of them for null and for what has no allowed form.</summary>
    internal Forms FormsOf(Value? value)
    {
        var forms = Forms;
        var form = value?.Kind switch
        {
            null or ValueKind.Null => Forms.None,
            ValueKind.List => Forms.List,
            ValueKind.Map => Forms.Map,
            _ => Forms.Scalar,
        };
        return (forms & form) != 0 ? form : forms;
    }

    private enum Special { None, Deduced, Untyped }
}
