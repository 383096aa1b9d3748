using Keelson.Api;
using Keelson.Api.ApiDiscovery.V2;
using Keelson.Api.Meta.V1;
using Keelson.Api.Serving;

namespace Keelson.Server.Aggregation;

/// <summary>What discovery tells of this server and all those behind it, in one order.</summary>
internal sealed class MergedDiscovery(DiscoveryDocuments local, Aggregator aggregator)
{
    private readonly Lazy<APIGroupList> _groups = new(() => Groups(local, aggregator));
    private readonly Lazy<ResourceList<APIGroupDiscovery>> _aggregated = new(() => Aggregate(local, aggregator));

    /// <summary>The document at /apis.</summary>
    public APIGroupList GroupList() => _groups.Value;

    /// <summary>The aggregated document at /apis.</summary>
    public ResourceList<APIGroupDiscovery> AggregatedGroups() => _aggregated.Value;

    /// <summary>The document at /apis/GROUP; null where there is no such group.</summary>
    public APIGroup? Group(string group) =>
        GroupList().Groups.FirstOrDefault(known => known.Name == group) is { } found ? found with { Kind = "APIGroup", ApiVersion = "v1" } : null;

    private static APIGroupList Groups(DiscoveryDocuments local, Aggregator aggregator)
    {
        var list = local.GroupList();
        if (aggregator.All.Count == 0) return list;
        var places = new Places(aggregator.All);
        var groups = list.Groups.ToDictionary(group => group.Name, group => group.Versions.Select(version => version.Version).ToHashSet());
        foreach (var remote in aggregator.All)
        {
            if (!groups.TryGetValue(remote.Group, out var versions)) groups[remote.Group] = versions = [];
            versions.Add(remote.Version);
        }

        return list with
        {
            Groups = places.Order(groups, pair => pair.Key, pair => pair.Value).Select(pair =>
            {
                var versions = places.Order(pair.Key, pair.Value, version => version)
                    .Select(version => new GroupVersionForDiscovery { GroupVersion = $"{pair.Key}/{version}", Version = version }).ToApiList();
                return new APIGroup { Name = pair.Key, Versions = versions, PreferredVersion = versions[0] };
            }).ToApiList(),
        };
    }

    private static ResourceList<APIGroupDiscovery> Aggregate(DiscoveryDocuments local, Aggregator aggregator)
    {
        var list = local.AggregatedGroups();
        if (aggregator.All.Count == 0) return list;
        var places = new Places(aggregator.All);
        var groups = list.Items.ToDictionary(group => group.Metadata.Name, group => group.Versions.ToDictionary(version => version.Version));
        foreach (var remote in aggregator.All)
        {
            if (!groups.TryGetValue(remote.Group, out var versions)) groups[remote.Group] = versions = [];
            var told = aggregator.DescribedBy(remote);

            // A version whose server has not answered yet is there, with nothing in it.
            versions[remote.Version] = (told?.Resources ?? new APIVersionDiscovery { Version = remote.Version }) with
            {
                Freshness = told is { IsStale: false } ? DiscoveryFreshness.Current : DiscoveryFreshness.Stale,
            };
        }

        return list with
        {
            Items = places.Order(groups, pair => pair.Key, pair => pair.Value.Keys).Select(pair => new APIGroupDiscovery
            {
                Metadata = new ObjectMeta { Name = pair.Key },
                Versions = places.Order(pair.Key, pair.Value.Values, version => version.Version).ToApiList(),
            }).ToApiList(),
        };
    }

    /// <summary>The order of groups and versions: those of this server have fixed places, the others say theirs.</summary>
    private sealed class Places(IEnumerable<RemoteService> remotes)
    {
        private readonly Dictionary<(string Group, string Version), ServicePriority> _remotes = remotes.ToDictionary(remote => (remote.Group, remote.Version), remote => remote.Priority);

        // A group stands where the highest of its versions wants it.
        public IEnumerable<T> Order<T>(IEnumerable<T> groups, Func<T, string> name, Func<T, IEnumerable<string>> versions) =>
            groups.OrderByDescending(group => versions(group).Max(version => Of(name(group), version).Group)).ThenBy(name, StringComparer.Ordinal);

        public IEnumerable<T> Order<T>(string group, IEnumerable<T> versions, Func<T, string> name) =>
            versions.OrderByDescending(version => Of(group, name(version)).Version).ThenBy(name, Comparer<string>.Create(GroupOrder.CompareVersions));

        private ServicePriority Of(string group, string version) => _remotes.TryGetValue((group, version), out var known) ? known : ServicePriorities.Of(group, version);
    }
}
