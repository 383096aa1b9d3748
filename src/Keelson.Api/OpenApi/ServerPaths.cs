using Keelson.Api.Meta.V1;
using Keelson.Api.Schemas;

namespace Keelson.Api.OpenApi;

/// <summary>The paths that tell of the server itself: its groups, their versions, its own version.</summary>
internal static class ServerPaths
{
    public static PathItem CoreVersions { get; } = Get("/api/", "getCoreAPIVersions", "core", "Which versions of the core group are served.", APIVersions.TypeSchema);

    public static PathItem Groups { get; } = Get("/apis/", "getAPIVersions", "apis", "Which API groups are served.", APIGroupList.TypeSchema);

    public static PathItem Version { get; } = PathItem.Of("/version/", new Operation("get", "getCodeVersion", "version", "Which version the server is of.")
    {
        Produces = ContentTypes.JsonOnly,
        Responses = [Response.Ok(SpecialSchemas.Version), Response.Unauthorized],
    });

    public static PathItem Group(string group)
    {
        var names = new OperationNames(group, "");
        return Get($"/apis/{group}/", $"get{names.Title}APIGroup", names.Tag, "Which versions of the group are served.", APIGroup.TypeSchema);
    }

    public static PathItem Resources(string group, string version)
    {
        var names = new OperationNames(group, version);
        return Get(ResourcePaths.VersionRoot(group, version) + "/", $"get{names.Title}APIResources", names.Tag, "Which resources are served.", APIResourceList.TypeSchema);
    }

    private static PathItem Get(string path, string id, string tag, string description, Schema schema) =>
        PathItem.Of(path, new Operation("get", id, tag, description) { Responses = [Response.Ok(schema), Response.Unauthorized] });
}
