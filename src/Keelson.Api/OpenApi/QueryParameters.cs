using System.Collections.Concurrent;
using Keelson.Api.Meta.V1;
using Keelson.Api.Schemas;

namespace Keelson.Api.OpenApi;

/// <summary>Parameters of requests. Those in queries are the fields of the declared options.</summary>
internal static class QueryParameters
{
    private static readonly ConcurrentDictionary<Schema, Parameter[]> BySchema = new();

    public static Parameter Pretty { get; } =
        Parameter.InQuery("pretty", "string", "Whether the answer is indented for people to read: true or false; false where nothing is said and the client is no browser, curl or wget.");

    public static Parameter Namespace { get; } = Parameter.InPath("namespace", "The namespace, such as default, that the object is in.");

    public static Parameter Path { get; } = Parameter.InPath("path", "The path of the URL to go to behind the proxy.");

    public static Parameter[] Create { get; } = Of(CreateOptions.TypeSchema);

    public static Parameter[] Update { get; } = Of(UpdateOptions.TypeSchema);

    public static Parameter[] Patch { get; } = Of(PatchOptions.TypeSchema);

    public static Parameter[] Delete { get; } = Of(DeleteOptions.TypeSchema);

    public static Parameter[] List { get; } = Of(ListOptions.TypeSchema);

    /// <summary>A collection is deleted by what would list it, without watching.</summary>
    public static Parameter[] DeleteCollection { get; } =
        [.. List.Where(parameter => parameter.Name is not ("watch" or "allowWatchBookmarks")), .. Delete];

    public static Parameter Name(string kind) => Parameter.InPath("name", $"The name of the {kind}.");

    /// <summary>The fields of options that can stand in a query: scalars, and lists of them given several times.</summary>
    public static Parameter[] Of(Schema options) => BySchema.GetOrAdd(options, static schema =>
    [
        .. schema.Properties
            .Where(property => property.Name is not ("apiVersion" or "kind"))
            .Select(property => (property, type: TypeName(property.Schema.Items ?? property.Schema)))
            .Where(field => field.type is not null)
            .Select(field => Parameter.InQuery(field.property.Name, field.type!, field.property.Description)),
    ]);

    private static string? TypeName(Schema schema) => schema switch
    {
        { Name: not null } => null,
        { Type: SchemaType.String } => "string",
        { Type: SchemaType.Integer } => "integer",
        { Type: SchemaType.Boolean } => "boolean",
        _ => null,
    };
}
