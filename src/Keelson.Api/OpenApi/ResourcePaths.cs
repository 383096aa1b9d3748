using Keelson.Api.Meta.V1;
using Keelson.Api.Schemas;
using Keelson.Api.Serving;

namespace Keelson.Api.OpenApi;

/// <summary>The paths of one resource with their operations.</summary>
internal sealed partial class ResourcePaths
{
    /// <summary>Resources of which a deletion answers the object rather than a status.</summary>
    private static readonly HashSet<string> AnswersDeleted =
    [
        "/persistentvolumeclaims", "/persistentvolumes", "/pods", "/podtemplates", "/resourcequotas", "/serviceaccounts", "/services",
        "resource.k8s.io/deviceclasses", "resource.k8s.io/devicetaintrules", "resource.k8s.io/resourceclaims",
        "resource.k8s.io/resourceclaimtemplates", "resource.k8s.io/resourceslices",
        "storage.k8s.io/csidrivers", "storage.k8s.io/csinodes", "storage.k8s.io/storageclasses", "storage.k8s.io/volumeattachments",
        "storage.k8s.io/volumeattributesclasses",
    ];

    private readonly ServedResource _resource;
    private readonly ResourceInfo _info;
    private readonly OperationNames _names;
    private readonly string _prefix;

    /// <summary>The kind as operation names have it: NamespacedPod, or Node.</summary>
    private readonly string _scopedKind;

    public ResourcePaths(ServedResource resource)
    {
        _resource = resource;
        _info = resource.Info;
        _names = new OperationNames(resource.Group, resource.Version);
        _prefix = VersionRoot(resource.Group, resource.Version);
        _scopedKind = IsNamespaced ? "Namespaced" + Kind : Kind;
    }

    private string Kind => _info.Kind.Kind;

    private bool IsNamespaced => _info.Scope == Scope.Namespaced;

    private Parameter[] NamespaceParameters => IsNamespaced ? [QueryParameters.Namespace] : [];

    private string CollectionPath => IsNamespaced ? $"{_prefix}/namespaces/{{namespace}}/{_info.Plural}" : $"{_prefix}/{_info.Plural}";

    private string ItemPath => CollectionPath + "/{name}";

    private IReadOnlyList<string> ObjectTypes => _resource.IsCustom ? ContentTypes.CustomObjects : ContentTypes.Objects;

    private IReadOnlyList<string> BodyTypes => _resource.IsCustom ? ContentTypes.CustomObjects : ContentTypes.Anything;

    /// <summary>Where a group's version is served: /api/v1, /apis/apps/v1.</summary>
    public static string VersionRoot(string group, string version) => group.Length == 0 ? $"/api/{version}" : $"/apis/{group}/{version}";

    public IEnumerable<PathItem> All()
    {
        if (Collection() is { Count: > 0 } collection) yield return PathItem.Of(CollectionPath, collection);
        if (Item() is { Count: > 0 } item) yield return PathItem.Of(ItemPath, item);
        if (IsNamespaced && Can("list"))
        {
            yield return PathItem.Of($"{_prefix}/{_info.Plural}", List($"list{_names.Title}{Kind}ForAllNamespaces", []));
        }

        foreach (var path in _info.Subresources.SelectMany(SubresourcePaths)) yield return path;
        if (!Can("watch") || _resource.IsCustom) yield break;
        foreach (var path in Watches()) yield return path;
    }

    private bool Can(string verb) => _info.Verbs.Contains(verb);

    private List<Operation> Collection()
    {
        var operations = new List<Operation>();
        if (Can("list")) operations.Add(List($"list{_names.Title}{_scopedKind}", NamespaceParameters));
        if (Can("create"))
        {
            operations.Add(New("post", $"create{_names.Title}{_scopedKind}", "post", $"Create one {Kind} object.", [.. NamespaceParameters, .. QueryParameters.Create]) with
            {
                Body = _resource.Schema,
                BodyRequired = true,
                Consumes = BodyTypes,
                Responses = [Response.Ok(_resource.Schema), Response.Created(_resource.Schema), Response.Accepted(_resource.Schema), Response.Unauthorized],
            });
        }

        if (Can("deletecollection"))
        {
            operations.Add(New("delete", $"delete{_names.Title}Collection{_scopedKind}", "deletecollection", $"Delete all {Kind} objects that the selectors match.", [.. NamespaceParameters, .. QueryParameters.DeleteCollection]) with
            {
                Body = DeleteOptions.TypeSchema,
                Consumes = BodyTypes,
                Responses = [Response.Ok(Status.TypeSchema), Response.Unauthorized],
            });
        }

        return operations;
    }

    private List<Operation> Item()
    {
        var operations = new List<Operation>();
        Parameter[] path = [QueryParameters.Name(Kind), .. NamespaceParameters];
        if (Can("get")) operations.Add(Read($"read{_names.Title}{_scopedKind}", $"Read one {Kind} object.", _resource.Schema, _info.Kind, path));
        if (Can("update")) operations.Add(Replace($"replace{_names.Title}{_scopedKind}", $"Replace one {Kind} object.", _resource.Schema, _info.Kind, path));
        if (Can("patch")) operations.Add(Patch($"patch{_names.Title}{_scopedKind}", $"Change parts of one {Kind} object.", _resource.Schema, _info.Kind, path));
        if (Can("delete"))
        {
            var answer = AnswersDeleted.Contains($"{_resource.Group}/{_info.Plural}") ? _resource.Schema : Status.TypeSchema;
            operations.Add(New("delete", $"delete{_names.Title}{_scopedKind}", "delete", $"Delete one {Kind} object.", [.. path, .. QueryParameters.Delete]) with
            {
                Body = DeleteOptions.TypeSchema,
                Consumes = BodyTypes,
                Responses = [Response.Ok(answer), Response.Accepted(answer), Response.Unauthorized],
            });
        }

        return operations;
    }

    private Operation List(string id, Parameter[] path)
    {
        var what = Can("watch") ? "List or watch" : "List";
        return New("get", id, "list", $"{what} {Kind} objects.", [.. path, .. QueryParameters.List]) with
        {
            Produces = _resource.IsCustom ? ContentTypes.CustomObjects : ContentTypes.Lists,
            Responses = [Response.Ok(_resource.ListSchema ?? throw new InvalidOperationException($"{Kind} can be listed and has no list")), Response.Unauthorized],
        };
    }

    // The old way to watch; clients use the watch parameter of lists.
    private IEnumerable<PathItem> Watches()
    {
        var root = $"{_prefix}/watch";
        var collection = root + CollectionPath[_prefix.Length..];
        yield return PathItem.Of(collection, Watch($"watch{_names.Title}{_scopedKind}List", "watchlist", $"Watch {Kind} objects; deprecated, use the list with the watch parameter.", NamespaceParameters));
        yield return PathItem.Of(collection + "/{name}", Watch($"watch{_names.Title}{_scopedKind}", "watch", $"Watch one {Kind} object; deprecated, use the list with the watch parameter and a field selector.", [QueryParameters.Name(Kind), .. NamespaceParameters]));
        if (IsNamespaced)
        {
            yield return PathItem.Of($"{root}/{_info.Plural}", Watch($"watch{_names.Title}{Kind}ListForAllNamespaces", "watchlist", $"Watch {Kind} objects of all namespaces; deprecated, use the list with the watch parameter.", []));
        }
    }

    private Operation Watch(string id, string action, string description, Parameter[] path) =>
        New("get", id, action, description, [.. path, .. QueryParameters.List]) with
        {
            Produces = ContentTypes.Lists,
            Responses = [Response.Ok(WatchEvent.TypeSchema), Response.Unauthorized],
        };

    private Operation Read(string id, string description, Schema schema, GroupVersionKind kind, Parameter[] path) =>
        New("get", id, "get", description, path) with { Kind = kind, Responses = [Response.Ok(schema), Response.Unauthorized] };

    private Operation Replace(string id, string description, Schema schema, GroupVersionKind kind, Parameter[] path) =>
        New("put", id, "put", description, [.. path, .. QueryParameters.Update]) with
        {
            Kind = kind,
            Body = schema,
            BodyRequired = true,
            Consumes = BodyTypes,
            Responses = [Response.Ok(schema), Response.Created(schema), Response.Unauthorized],
        };

    private Operation Patch(string id, string description, Schema schema, GroupVersionKind kind, Parameter[] path) =>
        New("patch", id, "patch", description, [.. path, .. QueryParameters.Patch]) with
        {
            Kind = kind,
            Body = SpecialSchemas.Patch,
            BodyRequired = true,
            Consumes = _resource.IsCustom ? ContentTypes.CustomPatches : ContentTypes.Patches,
            Responses = [Response.Ok(schema), Response.Created(schema), Response.Unauthorized],
        };

    private Operation New(string method, string id, string action, string description, Parameter[] parameters) =>
        new(method, id, _names.Tag, description)
        {
            Action = action,
            Kind = _info.Kind,
            Parameters = [.. parameters, QueryParameters.Pretty],
            Produces = ObjectTypes,
        };
}
