using Keelson.Api.Schemas;
using Keelson.Api.Serving;

namespace Keelson.Api.OpenApi;

/// <content>What is served below an object.</content>
internal sealed partial class ResourcePaths
{
    private static readonly string[] ConnectMethods = ["get", "post"];
    private static readonly string[] ProxyMethods = ["delete", "get", "head", "options", "patch", "post", "put"];

    private IEnumerable<PathItem> SubresourcePaths(SubresourceInfo subresource)
    {
        var path = $"{ItemPath}/{subresource.Name}";
        var title = char.ToUpperInvariant(subresource.Name[0]) + subresource.Name[1..];
        var kind = subresource.Kind ?? _info.Kind;
        var schema = SchemaOf(subresource);
        Parameter[] parameters = [QueryParameters.Name(kind.Kind), .. NamespaceParameters];
        switch (Subresource.FormOf(subresource))
        {
            case SubresourceForm.Object:
                yield return PathItem.Of(
                    path,
                    Read($"read{_names.Title}{_scopedKind}{title}", $"Read {subresource.Name} of one {Kind} object.", schema, kind, parameters),
                    Replace($"replace{_names.Title}{_scopedKind}{title}", $"Replace {subresource.Name} of one {Kind} object.", schema, kind, parameters),
                    Patch($"patch{_names.Title}{_scopedKind}{title}", $"Change parts of {subresource.Name} of one {Kind} object.", schema, kind, parameters));
                break;
            case SubresourceForm.Replace:
                yield return PathItem.Of(path, Replace($"replace{_names.Title}{_scopedKind}{title}", $"Replace {subresource.Name} of one {Kind} object.", schema, kind, parameters));
                break;
            case SubresourceForm.Create:
                yield return PathItem.Of(path, Create($"create{_names.Title}{_scopedKind}{title}", $"Create {subresource.Name} of one {Kind} object.", schema, kind, parameters));
                break;
            case SubresourceForm.Text:
                yield return PathItem.Of(path, Log($"read{_names.Title}{_scopedKind}{title}", parameters));
                break;
            case SubresourceForm.Connect:
                yield return PathItem.Of(path, Connections(ConnectMethods, title, "", subresource.Name, kind, [.. parameters, .. QueryParameters.Of(schema)]));
                break;
            default:
                Parameter[] proxied = [.. parameters, .. QueryParameters.Of(schema)];
                yield return PathItem.Of(path, Connections(ProxyMethods, title, "", subresource.Name, kind, proxied));
                yield return PathItem.Of(path + "/{path}", Connections(ProxyMethods, title, "WithPath", subresource.Name, kind, [.. proxied, QueryParameters.Path]));
                break;
        }
    }

    private Schema SchemaOf(SubresourceInfo subresource) => subresource.Kind is { } kind
        ? (Catalog.Find(kind) ?? throw new InvalidOperationException($"{_info.Plural}/{subresource.Name} speaks {kind}, which is not declared")).Schema
        : _resource.Schema;

    private Operation Create(string id, string description, Schema schema, GroupVersionKind kind, Parameter[] path) =>
        New("post", id, "post", description, [.. path, .. QueryParameters.Create]) with
        {
            Kind = kind,
            Body = schema,
            BodyRequired = true,
            Consumes = BodyTypes,
            Responses = [Response.Ok(schema), Response.Created(schema), Response.Accepted(schema), Response.Unauthorized],
        };

    private Operation Log(string id, Parameter[] path) =>
        New("get", id, "get", $"Read the log of one {Kind} object.", [.. path, .. QueryParameters.Of(Core.V1.PodLogOptions.TypeSchema)]) with
        {
            Produces = ContentTypes.Logs,
            Responses = [Response.Ok(Schema.String), Response.Unauthorized],
        };

    // Connections speak another protocol after the first exchange, so parameters have no "pretty".
    private Operation[] Connections(string[] methods, string title, string suffix, string name, GroupVersionKind kind, Parameter[] parameters) =>
    [
        .. methods.Select(method => new Operation(
            method,
            $"connect{_names.Title}{char.ToUpperInvariant(method[0])}{method[1..]}{_scopedKind}{title}{suffix}",
            _names.Tag,
            $"Connect to {name} of one {Kind} object with {method.ToUpperInvariant()}.")
        {
            Action = "connect",
            Kind = kind,
            Parameters = parameters,
            Produces = ContentTypes.Anything,
            Responses = [Response.Ok(Schema.String), Response.Unauthorized],
        }),
    ];
}
