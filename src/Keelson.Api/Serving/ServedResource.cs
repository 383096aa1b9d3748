using Keelson.Api.Meta.V1;
using Keelson.Api.Schemas;

namespace Keelson.Api.Serving;

/// <summary>A resource as a server offers it, built in or custom: what discovery and the OpenAPI documents are made of.</summary>
public sealed record ServedResource(ResourceInfo Info, Schema Schema)
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

    /// <summary>The schema of the resource's list; null where it can't be listed.</summary>
    public Schema? ListSchema { get; init; }

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
        new(kind.Resource ?? throw new ArgumentException($"{kind.Kind} is no resource", nameof(kind)), kind.Schema) { ListSchema = kind.List?.Schema };

    /// <summary>A custom resource with the schema of one of its versions.</summary>
    public static ServedResource Custom(ResourceInfo info, Schema schema, GroupVersionKind storedAs)
    {
        var named = schema with { Name = CustomName(info.Kind), Kinds = [info.Kind] };
        var list = info.Kind with { Kind = info.Kind.Kind + "List" };
        return new(info, named)
        {
            IsCustom = true,
            StoredAs = storedAs,
            ListSchema = new Schema(SchemaType.Object)
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
            },
        };
    }

    private static bool IsServed(ResourceInfo resource) =>
        !resource.Kind.Group.EndsWith("metrics.k8s.io", StringComparison.Ordinal)
        && !Retired.Contains((resource.Kind.Group, resource.Kind.Version, resource.Plural));

    // A custom kind is named as upstream names it: its group's labels from the last to the first, then version and kind.
    private static string CustomName(GroupVersionKind kind) =>
        string.Join('.', kind.Group.Split('.').Reverse()) + $".{kind.Version}.{kind.Kind}";
}
