using Keelson.Api.Json;
using Keelson.Api.Serving;

namespace Keelson.Api.OpenApi;

/// <summary>
/// The OpenAPI documents of a server: one of version 3 for each group and version, and one of version 2 for everything.
/// </summary>
/// <remarks>
/// Immutable. A document is made when it is asked for and may be dropped when memory is short; its hash is kept, and making
/// it again gives the same bytes.
/// </remarks>
public sealed class OpenApiDocuments
{
    /// <summary>The content type of the version 2 document as protobuf.</summary>
    public const string Version2ProtobufType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

    /// <summary>What clients ask for to get it; with its sign "at" it is no content type that could be answered.</summary>
    public const string Version2ProtobufOldType = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";

    private readonly string _version;
    private readonly ServedResource[] _resources;
    private readonly SortedDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly Entry _version2;
    private readonly Entry _version2Protobuf;
    private readonly Entry _index;

    /// <summary>The documents for these resources; <paramref name="version"/> is the server's, such as v1.36.0.</summary>
    public OpenApiDocuments(IEnumerable<ServedResource> resources, string version)
        : this([.. resources], version, null)
    {
    }

    private OpenApiDocuments(ServedResource[] resources, string version, OpenApiDocuments? before)
    {
        _version = version;
        _resources = resources;
        Add("version", [], () => [ServerPaths.Version], before);
        Add("api", [], () => [ServerPaths.CoreVersions], before);
        Add("apis", [], () => [ServerPaths.Groups], before);
        foreach (var group in resources.Select(resource => resource.Group).Where(group => group.Length > 0).Distinct())
        {
            Add($"apis/{group}", [], () => [ServerPaths.Group(group)], before);
        }

        foreach (var group in resources.GroupBy(resource => (resource.Group, resource.Version)))
        {
            Add(ResourcePaths.VersionRoot(group.Key.Group, group.Key.Version)[1..], [.. group], () => VersionPaths(group), before);
        }

        _version2 = new Entry([], () => Version2Writer.Write(new DocumentContent(AllPaths(), _resources), _version));
        _version2Protobuf = new Entry([], () => SwaggerProtobuf.Convert(_version2.Get().Content));
        _index = new Entry([], WriteIndex);
    }

    /// <summary>The paths below /openapi/v3 at which there are documents: version, api, apis, api/v1, apis/apps, apis/apps/v1 and so on.</summary>
    public IReadOnlyCollection<string> Paths => _entries.Keys;

    /// <summary>The document at /openapi/v3: all others with their hashes.</summary>
    public OpenApiDocument Index() => _index.Get();

    /// <summary>The document at a path below /openapi/v3; null where there is none.</summary>
    public OpenApiDocument? Find(string path) => _entries.TryGetValue(path, out var entry) ? entry.Get() : null;

    /// <summary>The hash of the document at a path below /openapi/v3; null where there is none.</summary>
    public string? FindHash(string path) => _entries.TryGetValue(path, out var entry) ? entry.Hash : null;

    /// <summary>The document at /openapi/v2.</summary>
    public OpenApiDocument Version2() => _version2.Get();

    /// <summary>The document at /openapi/v2 in the protobuf form that clients written in Go ask for; it has a hash of its own.</summary>
    public OpenApiDocument Version2Protobuf() => _version2Protobuf.Get();

    /// <summary>The protobuf form of a document of version 2, which may be put together from those of several servers.</summary>
    /// <exception cref="InvalidOperationException">The document is not one of OpenAPI 2.</exception>
    public static OpenApiDocument ToProtobuf(OpenApiDocument version2)
    {
        ArgumentNullException.ThrowIfNull(version2);
        return OpenApiDocument.Of(SwaggerProtobuf.Convert(version2.Content));
    }

    /// <summary>The documents for other resources; those of groups and versions in which nothing changed are the same.</summary>
    public OpenApiDocuments With(IEnumerable<ServedResource> resources) => new([.. resources], _version, this);

    /// <summary>The URL of a document in the index, which names its hash so that it can be kept for ever.</summary>
    public static string UrlOf(string path, string hash) => $"/openapi/v3/{path}?hash={hash}";

    private static IEnumerable<PathItem> VersionPaths(IGrouping<(string Group, string Version), ServedResource> group) =>
        group.SelectMany(resource => new ResourcePaths(resource).All()).Prepend(ServerPaths.Resources(group.Key.Group, group.Key.Version));

    private IEnumerable<PathItem> AllPaths() =>
        _resources.GroupBy(resource => (resource.Group, resource.Version)).SelectMany(VersionPaths)
            .Concat(_resources.Select(resource => resource.Group).Where(group => group.Length > 0).Distinct().Select(ServerPaths.Group))
            .Append(ServerPaths.CoreVersions).Append(ServerPaths.Groups).Append(ServerPaths.Version);

    private void Add(string path, ServedResource[] resources, Func<IEnumerable<PathItem>> paths, OpenApiDocuments? before)
    {
        var known = before?._entries.GetValueOrDefault(path);
        _entries[path] = known is not null && known.Resources.SequenceEqual(resources)
            ? known
            : new Entry(resources, () => Version3Writer.Write(new DocumentContent(paths(), resources), _version));
    }

    private byte[] WriteIndex()
    {
        using var json = new JsonWriter();
        json.BeginObject();
        json.Name("paths");
        json.BeginObject();
        foreach (var (path, entry) in _entries)
        {
            json.Name(path);
            json.BeginObject();
            json.Name("serverRelativeURL");
            json.String(UrlOf(path, entry.Hash));
            json.EndObject();
        }

        json.EndObject();
        json.EndObject();
        return json.ToArray();
    }

    /// <summary>A document that may be in memory.</summary>
    private sealed class Entry(ServedResource[] resources, Func<byte[]> write)
    {
        private readonly WeakReference<OpenApiDocument?> _made = new(null);
        private string? _hash;

        public ServedResource[] Resources { get; } = resources;

        public string Hash => _hash ??= Get().Hash;

        public OpenApiDocument Get()
        {
            lock (_made)
            {
                if (_made.TryGetTarget(out var made)) return made;
                var document = OpenApiDocument.Of(write());
                _made.SetTarget(document);
                _hash = document.Hash;
                return document;
            }
        }
    }
}
