using Keelson.Api.Values;
using Keelson.Api.Yaml;
using Keelson.Server.Serving;

namespace Keelson.Cluster;

/// <summary>Puts a cluster's access into a kubeconfig that may have others already.</summary>
internal static class KubeconfigMerge
{
    private static readonly string[] Lists = ["clusters", "users", "contexts"];

    /// <summary>Adds or renews the entries of one cluster, leaves all others, and makes it the current one.</summary>
    /// <param name="name">What the entries are called.</param>
    public static void Merge(string source, string target, string name)
    {
        var added = Named(Read(source), name);
        var merged = File.Exists(target) && new FileInfo(target).Length > 0 ? Read(target) : MapValue.Of(("apiVersion", "v1"), ("kind", "Config"));
        foreach (var list in Lists) merged = merged.With(list, Joined(merged[list] as ListValue, (ListValue)added[list]!, name));
        merged = merged.With("current-context", name);
        if (Path.GetDirectoryName(Path.GetFullPath(target)) is { } folder) Directory.CreateDirectory(folder);
        SecretFile.Write(target, YamlWriter.WriteText(merged));
    }

    /// <summary>The kubeconfig of a cluster with all of its entries under another name.</summary>
    public static MapValue Named(MapValue config, string name)
    {
        foreach (var list in Lists) config = config.With(list, ListValue.From(((ListValue)config[list]!).Cast<MapValue>().Select(entry => Renamed(entry, name))));
        return config.With("current-context", name);
    }

    private static MapValue Renamed(MapValue entry, string name)
    {
        entry = entry.With("name", name);
        return entry["context"] is MapValue context ? entry.With("context", context.With("cluster", name).With("user", name)) : entry;
    }

    private static ListValue Joined(ListValue? there, ListValue added, string name) =>
        ListValue.From([.. (there ?? ListValue.Empty).Where(entry => entry is not MapValue map || map["name"] is not TextValue text || text.Text != name), .. added]);

    private static MapValue Read(string path) => YamlReader.Read(File.ReadAllBytes(path)) as MapValue
        ?? throw new ClusterException($"{path} is no kubeconfig");
}
