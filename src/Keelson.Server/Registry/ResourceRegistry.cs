using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Keelson.Server.Registry;

/// <summary>Everything that the server keeps objects of. Reading takes no lock; a change shares what stays with the table before.</summary>
public sealed class ResourceRegistry
{
    private readonly Lock _changing = new();
    private readonly RegisteredResource[] _builtIn;
    private readonly FrozenDictionary<(string Group, string Version, string Plural), RegisteredResource> _builtInByName;
    private readonly FrozenDictionary<(string Group, string Plural), RegisteredResource> _builtInByPlural;
    private readonly FrozenSet<(string Group, string Version)> _builtInVersions;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Table _table;

    public ResourceRegistry(IEnumerable<RegisteredResource> resources)
    {
        _builtIn = [.. resources];
        _builtInByName = _builtIn.ToFrozenDictionary(resource => (resource.Kind.Group, resource.Kind.Version, resource.Info.Plural));
        _builtInByPlural = _builtIn.GroupBy(resource => (resource.Kind.Group, resource.Info.Plural)).ToFrozenDictionary(group => group.Key, group => group.FirstOrDefault(resource => resource.Storage == resource) ?? group.First());
        _builtInVersions = _builtIn.Select(resource => (resource.Kind.Group, resource.Kind.Version)).ToFrozenSet();
        _table = new Table(_builtIn, ImmutableDictionary<(string, string), ImmutableArray<RegisteredResource>>.Empty, ImmutableDictionary<(string, string), int>.Empty, 1);
    }

    /// <summary>With the built-in kinds: those that are served from the start, or others.</summary>
    public static ResourceRegistry WithBuiltIn(ServedApis? apis = null) => new(Registrations.BuiltIn(apis ?? ServedApis.Default));

    /// <summary>What is served whatever happens; its names are taken for ever.</summary>
    public IReadOnlyList<RegisteredResource> BuiltIn => _builtIn;

    /// <summary>All resources, in no order that matters.</summary>
    public IReadOnlyList<RegisteredResource> All => Volatile.Read(ref _table).All;

    /// <summary>Grows with each change: what is computed from the list is right as long as this stays.</summary>
    public long Version => Volatile.Read(ref _table).Version;

    public RegisteredResource? Find(string group, string version, string plural)
    {
        if (_builtInByName.TryGetValue((group, version, plural), out var known)) return known;
        if (!Volatile.Read(ref _table).Added.TryGetValue((group, plural), out var added)) return null;
        foreach (var resource in added)
        {
            if (resource.Kind.Version == version) return resource;
        }

        return null;
    }

    /// <summary>The stored resource of that name, whatever its version.</summary>
    public RegisteredResource? Find(string group, string plural) =>
        _builtInByPlural.TryGetValue((group, plural), out var known) ? known : Added(group, plural).FirstOrDefault();

    /// <summary>What was added under a name, in all its versions.</summary>
    public IReadOnlyList<RegisteredResource> Added(string group, string plural) =>
        Volatile.Read(ref _table).Added.TryGetValue((group, plural), out var found) ? found : ImmutableArray<RegisteredResource>.Empty;

    /// <summary>The other versions in which the same objects are served.</summary>
    internal IEnumerable<RegisteredResource> VersionsBeside(RegisteredResource resource) => resource switch
    {
        { Family: { } family } => All.Where(other => other != resource && other.Family == family),
        { Custom: not null } => All.Where(other => other != resource && other.Kind.Group == resource.Kind.Group && other.Info.Plural == resource.Info.Plural),
        _ => [],
    };

    /// <summary>Whether anything is served under a group and version.</summary>
    public bool Serves(string group, string version) =>
        _builtInVersions.Contains((group, version)) || Volatile.Read(ref _table).Versions.ContainsKey((group, version));

    /// <summary>Replaces or removes what is served under a name: custom resources come and go.</summary>
    public void Set(string group, string plural, IReadOnlyList<RegisteredResource> resources)
    {
        lock (_changing)
        {
            var before = _table;
            var versions = before.Versions;
            foreach (var gone in Added(group, plural)) versions = Count(versions, gone, -1);
            foreach (var come in resources) versions = Count(versions, come, 1);
            var added = resources.Count == 0 ? before.Added.Remove((group, plural)) : before.Added.SetItem((group, plural), [.. resources]);
            Volatile.Write(ref _table, new Table(_builtIn, added, versions, before.Version + 1));
            _changed.SetResult();
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Ends when the list is another than that of the version.</summary>
    public Task WaitForChangeAsync(long version)
    {
        lock (_changing) return _table.Version == version ? _changed.Task : Task.CompletedTask;
    }

    private static ImmutableDictionary<(string, string), int> Count(ImmutableDictionary<(string, string), int> versions, RegisteredResource resource, int change)
    {
        var key = (resource.Kind.Group, resource.Kind.Version);
        var count = versions.GetValueOrDefault(key) + change;
        return count == 0 ? versions.Remove(key) : versions.SetItem(key, count);
    }

    private sealed class Table(
        RegisteredResource[] builtIn,
        ImmutableDictionary<(string Group, string Plural), ImmutableArray<RegisteredResource>> added,
        ImmutableDictionary<(string Group, string Version), int> versions,
        long version)
    {
        private RegisteredResource[]? _all;

        public ImmutableDictionary<(string Group, string Plural), ImmutableArray<RegisteredResource>> Added => added;

        /// <summary>How many resources were added in each version.</summary>
        public ImmutableDictionary<(string Group, string Version), int> Versions => versions;

        public long Version => version;

        /// <summary>Made when it is first asked for: many tables come and go without.</summary>
        public RegisteredResource[] All => _all ??= [.. builtIn, .. added.Values.SelectMany(resources => resources)];
    }
}
