using Keelson.Api;

namespace Keelson.Client.Discovery;

/// <summary>Which resource serves a kind, and which kind a resource has.</summary>
public sealed class ResourceMapper
{
    private readonly Dictionary<(string Group, string Kind), List<ApiResource>> _byKind = [];
    private readonly Dictionary<string, List<ApiResource>> _byName = new(StringComparer.OrdinalIgnoreCase);

    public ResourceMapper(ServedResources served)
    {
        ArgumentNullException.ThrowIfNull(served);
        Served = served;
        foreach (var entry in served.Resources)
        {
            Add(_byKind, (entry.Resource.Group, entry.Resource.Kind), entry.Resource);
            foreach (var name in Names(entry)) Add(_byName, name, entry.Resource);
        }
    }

    public ServedResources Served { get; }

    /// <summary>Where a kind is served in that version, or null.</summary>
    public ApiResource? Find(GroupVersionKind kind) =>
        _byKind.GetValueOrDefault((kind.Group, kind.Kind))?.Find(resource => resource.Version == kind.Version);

    /// <summary>Where a kind is served, in the version that the server prefers, or null.</summary>
    public ApiResource? Find(string group, string kind) => _byKind.GetValueOrDefault((group, kind)) is [var first, ..] ? first : null;

    /// <summary>
    /// What a person means: a plural, singular, short name or kind, also with its group ("deployments.apps") and version
    /// ("deployments.v1.apps"). Of several the first, in the order in which the server names its groups.
    /// </summary>
    public ApiResource? FindByName(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (_byName.TryGetValue(name, out var found)) return found[0];
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0 || !_byName.TryGetValue(name[..dot], out found)) return null;
        var rest = name[(dot + 1)..];
        return found.Find(resource => resource.Group == rest) ?? found.Find(resource => $"{resource.Version}.{resource.Group}" == rest);
    }

    private static IEnumerable<string> Names(ServedResource entry) =>
        entry.ShortNames.Prepend(entry.Resource.Kind).Prepend(entry.Singular).Prepend(entry.Resource.Plural)
            .Where(name => name.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase);

    private static void Add<TKey>(Dictionary<TKey, List<ApiResource>> index, TKey key, ApiResource resource)
        where TKey : notnull
    {
        if (!index.TryGetValue(key, out var list)) index[key] = list = [];
        list.Add(resource);
    }
}
