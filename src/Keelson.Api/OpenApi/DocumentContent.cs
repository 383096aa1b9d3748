using Keelson.Api.Meta.V1;
using Keelson.Api.Schemas;
using Keelson.Api.Serving;

namespace Keelson.Api.OpenApi;

/// <summary>What goes into one document, before a dialect is chosen: paths, and the definitions that they need.</summary>
internal sealed class DocumentContent
{
    private readonly HashSet<Schema> _custom;
    private readonly ServedSchemas[] _held;
    private readonly GroupVersion[] _versions;

    public DocumentContent(IEnumerable<PathItem> paths, IReadOnlyList<ServedResource> resources)
    {
        // Held while the document is made, so that all of it speaks of the same ones.
        _held = [.. resources.Select(resource => resource.Schemas)];
        Paths = [.. paths.OrderBy(path => path.Path, StringComparer.Ordinal)];
        _custom = [.. resources.Where(resource => resource.IsCustom).SelectMany(resource => new[] { resource.Schema, resource.ListSchema }).OfType<Schema>()];
        _versions =
        [
            .. resources.Select(resource => new GroupVersion(resource.Group, resource.Version)).Distinct()
                .OrderBy(version => version.Group, StringComparer.Ordinal).ThenBy(version => version.Version, StringComparer.Ordinal),
        ];
        foreach (var operation in Paths.SelectMany(path => path.Operations))
        {
            if (operation.Body is { } body) Definitions.Add(body);
            foreach (var response in operation.Responses)
            {
                if (response.Schema is { } schema) Definitions.Add(schema);
            }
        }

        foreach (var resource in resources) Definitions.Add(resource.Schema);
    }

    public IReadOnlyList<PathItem> Paths { get; }

    /// <summary>How many resources the document is about.</summary>
    public int Count => _held.Length;

    public Definitions Definitions { get; } = new();

    /// <summary>Whether a definition is a custom resource's, whose schema is published as it was given.</summary>
    public bool IsCustom(Schema schema) => _custom.Contains(schema);

    /// <summary>Options of deletion and events of watches belong to every group and version.</summary>
    public IReadOnlyList<GroupVersionKind> MoreKinds(Schema schema)
    {
        if (ReferenceEquals(schema, DeleteOptions.TypeSchema)) return [.. _versions.Where(version => version != GroupVersion.Core).Select(version => version.Of("DeleteOptions"))];
        if (ReferenceEquals(schema, WatchEvent.TypeSchema)) return [.. _versions.Prepend(GroupVersion.Core).Distinct().Select(version => version.Of("WatchEvent"))];
        return [];
    }

    private sealed record GroupVersion(string Group, string Version)
    {
        public static GroupVersion Core { get; } = new("", "v1");

        public GroupVersionKind Of(string kind) => new(Group, Version, kind);
    }
}
