using System.Collections.Frozen;

namespace Keelson.Server.Registry;

/// <summary>Everything that the server keeps objects of. Reading takes no lock; a change makes a new table.</summary>
public sealed class ResourceRegistry
{
    private readonly Lock _changing = new();
    private Table _table;

    public ResourceRegistry(IEnumerable<RegisteredResource> resources) => _table = new Table([.. resources], 1);

    /// <summary>With all built-in kinds.</summary>
    public static ResourceRegistry WithBuiltIn() => new(Registrations.BuiltIn());

    /// <summary>All resources, in no order that matters.</summary>
    public IReadOnlyList<RegisteredResource> All => Volatile.Read(ref _table).Resources;

    /// <summary>Grows with each change: what is computed from the list is right as long as this stays.</summary>
    public long Version => Volatile.Read(ref _table).Version;

    public RegisteredResource? Find(string group, string version, string plural) =>
        Volatile.Read(ref _table).ByName.GetValueOrDefault((group, version, plural));

    /// <summary>The stored resource of that name, whatever its version.</summary>
    public RegisteredResource? Find(string group, string plural) =>
        Volatile.Read(ref _table).ByPlural.GetValueOrDefault((group, plural));

    /// <summary>The other versions in which the same objects are served.</summary>
    internal IEnumerable<RegisteredResource> VersionsBeside(RegisteredResource resource) => resource switch
    {
        { Family: { } family } => All.Where(other => other != resource && other.Family == family),
        { Custom: not null } => All.Where(other => other != resource && other.Kind.Group == resource.Kind.Group && other.Info.Plural == resource.Info.Plural),
        _ => [],
    };

    /// <summary>Whether anything is served under a group and version.</summary>
    public bool Serves(string group, string version) => Volatile.Read(ref _table).Versions.Contains((group, version));

    /// <summary>Replaces or removes what is served under a name: custom resources come and go.</summary>
    public void Set(string group, string plural, IReadOnlyList<RegisteredResource> resources)
    {
        lock (_changing)
        {
            var kept = _table.Resources.Where(resource => resource.Kind.Group != group || resource.Info.Plural != plural);
            Volatile.Write(ref _table, new Table([.. kept, .. resources], _table.Version + 1));
        }
    }

    private sealed class Table(RegisteredResource[] resources, long version)
    {
        public RegisteredResource[] Resources => resources;

        public long Version => version;

        public FrozenDictionary<(string Group, string Version, string Plural), RegisteredResource> ByName { get; } =
            resources.ToFrozenDictionary(resource => (resource.Kind.Group, resource.Kind.Version, resource.Info.Plural));

        public FrozenDictionary<(string Group, string Plural), RegisteredResource> ByPlural { get; } =
            resources.GroupBy(resource => (resource.Kind.Group, resource.Info.Plural)).ToFrozenDictionary(group => group.Key, group => group.FirstOrDefault(resource => resource.Storage == resource) ?? group.First());

        public FrozenSet<(string Group, string Version)> Versions { get; } =
            resources.Select(resource => (resource.Kind.Group, resource.Kind.Version)).ToFrozenSet();
    }
}
