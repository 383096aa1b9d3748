using Keelson.Api.Meta.V1;
using Keelson.Api.Schemas;

namespace Keelson.Api.Serving;

/// <summary>A resource as a server offers it, built in or custom: what discovery and the OpenAPI documents are made of.</summary>
public sealed record ServedResource(ResourceInfo Info)
{
    /// <summary>Declared for what older clients send, in versions in which upstream serves them no more.</summary>
    private static readonly HashSet<(string Group, string Version, string Plural)> Retired =
    [
        ("admissionregistration.k8s.io", "v1beta1", "mutatingwebhookconfigurations"),
        ("admissionregistration.k8s.io", "v1beta1", "validatingadmissionpolicies"),
        ("admissionregistration.k8s.io", "v1beta1", "validatingadmissionpolicybindings"),
        ("admissionregistration.k8s.io", "v1beta1", "validatingwebhookconfigurations"),
        ("certificates.k8s.io", "v1beta1", "certificatesigningrequests"),
        ("coordination.k8s.io", "v1beta1", "leases"),
    ];

    private readonly ServedSchemas? _declared;
    private readonly Func<ServedSchemas>? _make;
    private readonly WeakReference<ServedSchemas?> _made = new(null);

    private ServedResource(ResourceInfo info, ServedSchemas? declared, Func<ServedSchemas>? make)
        : this(info)
    {
        _declared = declared;
        _make = make;
    }

    /// <summary>The schema of the resource, and of its list. Those of a custom resource may be made again when nobody holds them.</summary>
    public ServedSchemas Schemas
    {
        get
        {
            if (_declared is not null) return _declared;
            lock (_made)
            {
                if (_made.TryGetTarget(out var known)) return known;
                var made = _make!();
                _made.SetTarget(made);
                return made;
            }
        }
    }

    public Schema Schema => Schemas.Object;

    /// <summary>The schema of the resource's list; null where it can't be listed.</summary>
    public Schema? ListSchema => Schemas.List;

    /// <summary>Whether the resource comes from a definition in the cluster: its schema has no name of its own, and there is no protobuf form.</summary>
    public bool IsCustom { get; init; }

    /// <summary>The group, version and kind in which objects are stored, where that is not the group's preferred version.</summary>
    public GroupVersionKind? StoredAs { get; init; }

    public string Group => Info.Kind.Group;

    public string Version => Info.Kind.Version;

    /// <summary>Whether objects of the resource are kept, as opposed to requests that are answered and forgotten.</summary>
    public bool IsStored => Info.Verbs.Contains("watch");

    /// <summary>The resources that Keelson was built with and serves itself; metrics come from servers of their own.</summary>
    public static IReadOnlyList<ServedResource> BuiltIn() =>
        [.. Catalog.Kinds.Where(kind => kind.Resource is { } resource && IsServed(resource)).Select(Of)];

    /// <summary>A declared kind that is a resource.</summary>
    public static ServedResource Of(KindInfo kind) =>
        new(kind.Resource ?? throw new ArgumentException($"{kind.Kind} is no resource", nameof(kind)), new ServedSchemas(kind.Schema, kind.List?.Schema), null);

    /// <summary>A custom resource with the schema of one of its versions.</summary>
    public static ServedResource Custom(ResourceInfo info, Func<Schema> schema, GroupVersionKind storedAs) =>
        new(info, null, () => SchemasOf(info, schema())) { IsCustom = true, StoredAs = storedAs };

    private static ServedSchemas SchemasOf(ResourceInfo info, Schema schema)
    {
        var named = schema with { Name = CustomName(info.Kind), Kinds = [info.Kind] };
        var list = info.Kind with { Kind = info.Kind.Kind + "List" };
        return new ServedSchemas(named, new Schema(SchemaType.Object)
        {
            Name = named.Name + "List",
            Description = $"A list of {info.Kind.Kind} objects.",
            Kinds = [list],
            Properties =
            [
                KnownSchemas.ApiVersionProperty,
                KnownSchemas.KindProperty,
                new("metadata", ListMeta.TypeSchema) { Description = "What is said of the list as a whole." },
                new("items", Schema.ListOf(named)) { Required = true, Description = "The objects." },
            ],
        });
    }

    /// <summary>Whether the time of a resource has passed in its version: upstream does not serve it any more, whoever asks.</summary>
    public static bool IsRetired(ResourceInfo resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return Retired.Contains((resource.Kind.Group, resource.Kind.Version, resource.Plural));
    }

    private static bool IsServed(ResourceInfo resource) => !resource.Kind.Group.EndsWith("metrics.k8s.io", StringComparison.Ordinal) && !IsRetired(resource);

    // A custom kind is named as upstream names it: its group's labels from the last to the first, then version and kind.
    private static string CustomName(GroupVersionKind kind) =>
        string.Join('.', kind.Group.Split('.').Reverse()) + $".{kind.Version}.{kind.Kind}";
}

/// <summary>The schemas of a resource and of its list, which belong together.</summary>
public sealed record ServedSchemas(Schema Object, Schema? List);
