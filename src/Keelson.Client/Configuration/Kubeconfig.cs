using Keelson.Api.Values;
using Keelson.Api.Yaml;

namespace Keelson.Client.Configuration;

/// <summary>A kubeconfig: clusters, users and the contexts that join them. Several files merge as kubectl merges them.</summary>
/// <remarks>Each entry is kept as it was read, with the folder that its relative paths start from.</remarks>
public sealed record Kubeconfig
{
    /// <summary>The most bytes of one file; default 4 MiB.</summary>
    public const int SizeLimit = 4 << 20;

    private Kubeconfig() { }

    public static Kubeconfig Empty { get; } = new();

    public string CurrentContext { get; init; } = "";

    public IReadOnlyCollection<string> Contexts => [.. ContextEntries.Keys];

    internal Dictionary<string, KubeconfigEntry> ClusterEntries { get; private init; } = [];

    internal Dictionary<string, KubeconfigEntry> UserEntries { get; private init; } = [];

    internal Dictionary<string, KubeconfigEntry> ContextEntries { get; private init; } = [];

    /// <summary>Reads one document.</summary>
    /// <param name="folder">Where relative paths start from.</param>
    /// <param name="source">What errors call the document.</param>
    public static Kubeconfig Parse(ReadOnlySpan<byte> text, string folder, string source = "kubeconfig")
    {
        if (text.Length > SizeLimit) throw new ConfigurationException($"{source}: {text.Length} bytes, limit is {SizeLimit}");
        Value root;
        try
        {
            root = YamlReader.Read(text);
        }
        catch (YamlFormatException broken)
        {
            throw new ConfigurationException($"{source}: {broken.Message}", broken);
        }

        if (root.IsNull) return Empty;
        if (root is not MapValue map) throw new ConfigurationException($"{source}: not a kubeconfig");
        if ((map["kind"]?.AsText() ?? "Config") != "Config" || (map["apiVersion"]?.AsText() ?? "v1") != "v1")
        {
            throw new ConfigurationException($"{source}: apiVersion {map["apiVersion"]}, kind {map["kind"]} is no kubeconfig of version v1");
        }

        return new Kubeconfig
        {
            CurrentContext = map["current-context"]?.AsText() ?? "",
            ClusterEntries = Entries(map, "clusters", "cluster", folder, source),
            UserEntries = Entries(map, "users", "user", folder, source),
            ContextEntries = Entries(map, "contexts", "context", folder, source),
        };
    }

    /// <summary>Reads one file.</summary>
    public static Kubeconfig Read(string path)
    {
        try
        {
            return Parse(File.ReadAllBytes(path), Path.GetDirectoryName(Path.GetFullPath(path)) ?? "", path);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"unable to read {path}: {unreadable.Message}", unreadable);
        }
    }

    /// <summary>Both together: of entries with one name, and of the current contexts, the first counts.</summary>
    public Kubeconfig Merge(Kubeconfig later)
    {
        ArgumentNullException.ThrowIfNull(later);
        return new Kubeconfig
        {
            CurrentContext = CurrentContext.Length > 0 ? CurrentContext : later.CurrentContext,
            ClusterEntries = Merge(ClusterEntries, later.ClusterEntries),
            UserEntries = Merge(UserEntries, later.UserEntries),
            ContextEntries = Merge(ContextEntries, later.ContextEntries),
        };
    }

    /// <summary>What a connection in one context needs; the current one when none is named.</summary>
    public ClientConfiguration Resolve(string? context = null)
    {
        var name = string.IsNullOrEmpty(context) ? CurrentContext : context;
        if (name.Length == 0)
        {
            throw new ConfigurationException(ContextEntries.Count == 0
                ? "no configuration has been provided: there is no context"
                : $"no context is current; there are {string.Join(", ", ContextEntries.Keys.Order(StringComparer.Ordinal))}");
        }

        if (!ContextEntries.TryGetValue(name, out var chosen)) throw new ConfigurationException($"context \"{name}\" does not exist");
        var clusterName = chosen.Text("cluster") ?? "";
        if (!ClusterEntries.TryGetValue(clusterName, out var cluster)) throw new ConfigurationException($"context \"{name}\": cluster \"{clusterName}\" does not exist");
        var userName = chosen.Text("user") ?? "";
        KubeconfigEntry? user = null;
        if (userName.Length > 0 && !UserEntries.TryGetValue(userName, out user)) throw new ConfigurationException($"context \"{name}\": user \"{userName}\" does not exist");
        return KubeconfigResolution.Resolve(cluster, user, chosen);
    }

    private static Dictionary<string, KubeconfigEntry> Merge(Dictionary<string, KubeconfigEntry> first, Dictionary<string, KubeconfigEntry> later)
    {
        var merged = new Dictionary<string, KubeconfigEntry>(later);
        foreach (var (name, entry) in first) merged[name] = entry;
        return merged;
    }

    private static Dictionary<string, KubeconfigEntry> Entries(MapValue root, string list, string field, string folder, string source)
    {
        var entries = new Dictionary<string, KubeconfigEntry>();
        if (root[list] is not { IsNull: false } value) return entries;
        if (value is not ListValue items) throw new ConfigurationException($"{source}: {list} is no list");
        foreach (var item in items)
        {
            var name = item.AsMap()?["name"]?.AsText() ?? throw new ConfigurationException($"{source}: an entry of {list} has no name");
            var body = item.AsMap()![field];
            if (body is not (null or NullValue or MapValue)) throw new ConfigurationException($"{source}: {field} \"{name}\" is no map");
            var entry = new KubeconfigEntry($"{source}: {field} \"{name}\"", body as MapValue ?? MapValue.Empty, folder);
            if (!entries.TryAdd(name, entry)) throw new ConfigurationException($"{source}: duplicate name \"{name}\" in {list}");
        }

        return entries;
    }
}
