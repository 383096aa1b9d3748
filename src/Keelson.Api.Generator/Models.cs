namespace Keelson.Api.Generator;

/// <summary>What stands in a field: decides which code reads and writes it.</summary>
internal enum Shape { Scalar, Struct, Message, Bytes, List, Map }

/// <summary>A declared type, as the emitters need it.</summary>
internal sealed class TypeModel
{
    public string Namespace = "";
    public string Name = "";
    public string OpenApiName = "";
    public string Description = "";
    public string MapKind = "Unset";
    public List<KindModel> Kinds = [];
    public List<FieldModel> Fields = [];
    public bool HasObjectMeta;

    public bool IsKind => Kinds.Count > 0;

    /// <summary>WatchEvent travels without saying what it is.</summary>
    public bool HasTypeMeta => IsKind && Kinds[0].Version.Length > 0;
}

/// <summary>One group and version under which a type is known.</summary>
internal sealed class KindModel
{
    public string Group = "";
    public string Version = "";
    public bool HasList;
    public ResourceModel? Resource;
}

/// <summary>What a resource declares for discovery.</summary>
internal sealed class ResourceModel
{
    public string Plural = "";
    public string? Singular;
    public bool Namespaced;
    public string[] ShortNames = [];
    public string[] Categories = [];
    public string[] Subresources = [];
    public string[] Verbs = [];
}

/// <summary>A declared field.</summary>
internal sealed class FieldModel
{
    public string Property = "";
    public string JsonName = "";
    public int Number;
    public string Emit = "NotEmpty";
    public bool Wrapped;
    public bool Nullable;
    public Shape Shape;

    /// <summary>The property's type as C# writes it, and without the question mark.</summary>
    public string Type = "";
    public string CoreType = "";

    /// <summary>The codec of the value, or of a list's or map's elements.</summary>
    public string Codec = "";

    /// <summary>The type of a list's or map's elements.</summary>
    public string ElementType = "";

    /// <summary>C# that gives the value's schema, list and map kinds not yet applied.</summary>
    public string SchemaExpression = "";
    public string Description = "";
    public bool Required;
    public string? DefaultJson;
    public string? ListKind;
    public string[] ListMapKeys = [];
    public string MapKind = "Unset";
    public string? PatchStrategy;
    public string? PatchMergeKey;
    public bool Immutable;
    public bool UnionMember;
    public List<string> Rules = [];

    /// <summary>The fields of an inlined type; they stand in the outer object.</summary>
    public List<FieldModel>? Inlined;
}
