using System.Collections.Concurrent;
using System.Text;
using Keelson.Api;
using Keelson.Api.Json;
using Keelson.Api.Patch.Apply;
using Keelson.Api.Schemas;
using Keelson.Api.Values;
using Keelson.Server.Objects;

namespace Keelson.Server.Registry;

/// <summary>A resource that the server keeps objects of: what it is, what its objects look like, and what is special about them.</summary>
public sealed class RegisteredResource
{
    private readonly ConcurrentDictionary<string, FieldManager> _managers = new(StringComparer.Ordinal);
    private readonly CustomResources.SchemaSource? _source;
    private readonly Schema? _schema;
    private readonly RegisteredResource? _storage;
    private Api.Serving.ServedResource? _served;

    public RegisteredResource(ResourceInfo info, Schema schema, KindInfo? kind, ResourceStrategy strategy, RegisteredResource? storage = null)
    {
        _schema = schema;
        _storage = storage;
        KindInfo = kind;
        (Info, Strategy, KeyPrefix, KeyPrefixBytes) = Describe(info, strategy, storage);
    }

    /// <summary>A custom resource, whose schema is made when it is needed.</summary>
    internal RegisteredResource(ResourceInfo info, CustomResources.SchemaSource source, ResourceStrategy strategy)
    {
        _source = source;
        (Info, Strategy, KeyPrefix, KeyPrefixBytes) = Describe(info, strategy, null);
    }

    private static (ResourceInfo Info, ResourceStrategy Strategy, string KeyPrefix, byte[] KeyPrefixBytes) Describe(ResourceInfo info, ResourceStrategy strategy, RegisteredResource? storage)
    {
        var prefix = storage?.KeyPrefix ?? $"/registry/{(info.Kind.Group.Length == 0 ? "core" : info.Kind.Group)}/{info.Plural}/";
        return (info, strategy, prefix, Encoding.UTF8.GetBytes(prefix));
    }

    public ResourceInfo Info { get; }

    public Schema Schema => _schema ?? _source!.Value;

    /// <summary>The declared kind; null for a custom resource.</summary>
    public KindInfo? KindInfo { get; }

    public ResourceStrategy Strategy { get; }

    /// <summary>The resource as which the objects are stored; this one, unless it is another version of it.</summary>
    public RegisteredResource Storage => _storage ?? this;

    /// <summary>The versions of a declared resource that has several; null for all others.</summary>
    internal Converting.VersionFamily? Family { get; init; }

    public GroupVersionKind Kind => Info.Kind;

    /// <summary>Whether objects are kept, as opposed to requests that are answered and forgotten.</summary>
    public bool IsStored => Info.Verbs.Contains("watch");

    public bool IsNamespaced => Info.Scope == Scope.Namespaced;

    /// <summary>The resource as error messages name it: "deployments.apps".</summary>
    public string QualifiedName => Kind.Group.Length == 0 ? Info.Plural : $"{Info.Plural}.{Kind.Group}";

    /// <summary>The kind as error messages name it: "Deployment.apps".</summary>
    public string QualifiedKind => Kind.Group.Length == 0 ? Kind.Kind : $"{Kind.Kind}.{Kind.Group}";

    /// <summary>What the keys of all objects begin with.</summary>
    public string KeyPrefix { get; }

    internal byte[] KeyPrefixBytes { get; }

    public SubresourceInfo? Subresource(string name) => Info.Subresources.FirstOrDefault(subresource => subresource.Name == name);

    /// <summary>How objects are shown, where the resource brings that along, as custom ones do.</summary>
    public Tables.ITableColumns? Columns { get; init; }

    /// <summary>What a custom resource is in this version; null for a declared kind.</summary>
    internal CustomResources.CustomForm? Custom { get; init; }

    /// <summary>What whoever uses the resource is told; null for most.</summary>
    internal string? Warning => Custom is null ? Registrations.Deprecation(Info) : Custom.Warning;

    /// <summary>The kind of lists.</summary>
    internal string ListKind => Custom?.ListKind ?? Kind.Kind + "List";

    /// <summary>The resource as discovery and the OpenAPI documents tell of it; the same one each time, so that documents see that nothing changed.</summary>
    public Api.Serving.ServedResource Served => _served ??= KindInfo is null
        ? Api.Serving.ServedResource.Custom(Info, PeekSchema, Custom?.Stored ?? Kind)
        : Api.Serving.ServedResource.Of(KindInfo);

    /// <summary>The schema for a look, which need not be kept for good.</summary>
    internal Schema PeekSchema() => _schema ?? _source!.Peek();

    public bool HasStatus => Subresource("status") is not null;

    /// <summary>The store's key of an object.</summary>
    public byte[] Key(ObjectName name) => Encoding.UTF8.GetBytes(KeyPrefix + name.Path);

    /// <summary>Reads an object; unknown and duplicate fields go to the report.</summary>
    /// <exception cref="ApiFormatException">The document is not an object of this kind.</exception>
    public ApiObject ReadJson(ReadOnlySpan<byte> json, DecodeReport report)
    {
        if (KindInfo is not null) return Typed(ApiJson.Decode(json, KindInfo, report));
        var duplicates = new List<string>();
        if (ValueReader.Read(json, ObjectLimits.Trusted, duplicates) is not MapValue map)
        {
            throw new ApiFormatException("json: cannot unmarshal the value into an object");
        }

        foreach (var duplicate in duplicates) report.Add(duplicate);
        return ReadValue(map, report);
    }

    /// <summary>Reads an object from its schema-free form.</summary>
    public ApiObject ReadValue(MapValue value, DecodeReport report)
    {
        if (KindInfo is not null) return Typed(ApiJson.Decode(ValueWriter.WriteBytes(value, JsonFormat.Plain), KindInfo, report));
        if (Custom is not null) return Custom.Admit(value, report);
        var typed = value.With("apiVersion", Kind.ApiVersion).With("kind", Kind.Kind);
        var custom = new CustomObject(typed);
        return custom.With(CustomObject.ReadMetadata(typed["metadata"], report));
    }

    /// <summary>An object of the declared kind, under this resource's version.</summary>
    public ApiObject Typed(IKind kind) => new TypedObject((IResource)kind.Typed(Kind));

    /// <summary>An object of this version as it is stored.</summary>
    internal ApiObject ToStored(ApiObject value) =>
        _storage is null || value.Typed is null ? Custom?.ToStored(value) ?? value : new TypedObject(Family!.ToStored(value.Typed));

    /// <summary>A stored object of a declared kind in this version.</summary>
    internal ApiObject FromStored(ApiObject stored) => _storage is null ? stored : new TypedObject(Family!.FromStored(stored.Typed!, Kind));

    /// <summary>An object of any version of the resource in this one.</summary>
    /// <exception cref="ApiFormatException">It is no object that can be converted.</exception>
    internal async ValueTask<MapValue> ConvertAsync(MapValue value, CancellationToken cancel)
    {
        if (Custom is not null) return (await Custom.RestoreAsync([value], cancel).ConfigureAwait(false))[0];
        if (Family is null || value["apiVersion"]?.AsText() == Kind.ApiVersion) return value;
        return Family.Convert(value, Kind.ApiVersion)?.Object ?? throw new ApiFormatException($"the object can't be converted to {Kind.ApiVersion}");
    }

    /// <summary>Keeps the ownership of fields for writes to the object or a subresource.</summary>
    public FieldManager FieldManager(string subresource) =>
        _managers.GetOrAdd(subresource, name => MakeFieldManager(name, Custom is not null ? Custom.Convert : Family is not null ? Family.Convert : (_, _) => null));

    /// <summary>The same with another way from version to version.</summary>
    internal FieldManager MakeFieldManager(string subresource, ObjectConversion convert) => new(new FieldManagerOptions(Kind, Schema)
    {
        Subresource = subresource,
        Empty = KindInfo is null ? MapValue.Empty : EmptyObject.Of(Schema),
        ResetFields = ResetFields(subresource),
        Convert = convert,
    });

    // What a write to the object can't change is not owned by it, and the same the other way round.
    private Dictionary<string, FieldSet> ResetFields(string subresource)
    {
        var fields = new Dictionary<string, FieldSet>(StringComparer.Ordinal);
        if (!HasStatus) return fields;
        foreach (var version in Custom?.Versions.Keys ?? Family?.ApiVersions ?? [Kind.ApiVersion]) fields[version] = FieldSet.Of(FieldPath.Of(subresource == "status" ? "spec" : "status"));
        return fields;
    }

    public override string ToString() => QualifiedName;
}
