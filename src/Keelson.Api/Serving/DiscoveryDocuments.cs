using System.Security.Cryptography;
using System.Text;
using Keelson.Api.ApiDiscovery.V2;
using Keelson.Api.Meta.V1;

namespace Keelson.Api.Serving;

/// <summary>
/// The documents by which clients learn what a server offers, made from the resources it serves: at /api and /apis, at each group
/// and each version, and the two aggregated ones.
/// </summary>
/// <remarks>Immutable; a server makes another one when a custom resource comes or goes.</remarks>
public sealed class DiscoveryDocuments
{
    private readonly ServedResource[] _resources;
    private readonly Dictionary<string, ServedVersion[]> _groups;

    public DiscoveryDocuments(IEnumerable<ServedResource> resources)
    {
        _resources = [.. resources];
        _groups = _resources.GroupBy(resource => resource.Group).ToDictionary(group => group.Key, Versions);
        Groups = [.. _groups.Keys.Where(group => group.Length != 0).Order(Comparer<string>.Create(GroupOrder.CompareGroups))];
    }

    /// <summary>The named groups in the order in which discovery lists them.</summary>
    public IReadOnlyList<string> Groups { get; }

    /// <summary>The document at /api; clients on other networks than the server's are told <paramref name="address"/> too.</summary>
    public APIVersions CoreVersions(string address) => new()
    {
        Kind = "APIVersions",
        Versions = VersionsOf("").Select(version => version.Name).ToApiList(),
        ServerAddressByClientCIDRs = ApiList.Create<ServerAddressByClientCIDR>([new() { ClientCIDR = "0.0.0.0/0", ServerAddress = address }]),
    };

    /// <summary>The document at /apis.</summary>
    public APIGroupList GroupList() => new()
    {
        Kind = "APIGroupList",
        ApiVersion = "v1",
        Groups = Groups.Select(group => Describe(group, _groups[group])).ToApiList(),
    };

    /// <summary>The document at /apis/GROUP; null where there is no such group.</summary>
    public APIGroup? Group(string group) =>
        group.Length != 0 && _groups.TryGetValue(group, out var versions)
            ? Describe(group, versions) with { Kind = "APIGroup", ApiVersion = "v1" }
            : null;

    /// <summary>The document at /apis/GROUP/VERSION, or /api/VERSION for the core group; null where nothing is served there.</summary>
    public APIResourceList? Resources(string group, string version) =>
        VersionsOf(group).FirstOrDefault(candidate => candidate.Name == version) is { } served
            ? new APIResourceList
            {
                Kind = "APIResourceList",
                ApiVersion = group.Length == 0 ? "" : "v1",
                GroupVersion = served.GroupVersion,
                Resources = served.Resources.SelectMany(Describe).ToApiList(),
            }
            : null;

    /// <summary>The aggregated document at /api.</summary>
    public ResourceList<APIGroupDiscovery> AggregatedCore() => Aggregated(_groups.ContainsKey("") ? [""] : []);

    /// <summary>The aggregated document at /apis.</summary>
    public ResourceList<APIGroupDiscovery> AggregatedGroups() => Aggregated(Groups);

    private IReadOnlyList<ServedVersion> VersionsOf(string group) => _groups.GetValueOrDefault(group, []);

    private static ServedVersion[] Versions(IGrouping<string, ServedResource> group) =>
    [
        .. group.GroupBy(resource => resource.Version)
            .OrderBy(version => version.Key, Comparer<string>.Create(GroupOrder.CompareVersions))
            .Select(version => new ServedVersion(group.Key, version.Key, [.. version.OrderBy(resource => resource.Info.Plural, StringComparer.Ordinal)])),
    ];

    private static APIGroup Describe(string group, ServedVersion[] versions)
    {
        var named = versions.Select(version => new GroupVersionForDiscovery { GroupVersion = version.GroupVersion, Version = version.Name }).ToApiList();
        return new APIGroup { Name = group, Versions = named, PreferredVersion = named[0] };
    }

    /// <summary>A resource and its subresources.</summary>
    private IEnumerable<APIResource> Describe(ServedResource resource)
    {
        var info = resource.Info;
        var namespaced = info.Scope == Scope.Namespaced;
        yield return new APIResource
        {
            Name = info.Plural,
            SingularName = info.Singular,
            Namespaced = namespaced,
            Kind = info.Kind.Kind,
            Verbs = info.Verbs.ToApiList(),
            ShortNames = OrNil(info.ShortNames),
            Categories = OrNil(info.Categories),
            StorageVersionHash = StorageVersionHash(resource),
        };
        foreach (var subresource in Sorted(info))
        {
            var other = OtherKind(info, subresource);
            yield return new APIResource
            {
                Name = $"{info.Plural}/{subresource.Name}",
                Namespaced = namespaced,
                Kind = (subresource.Kind ?? info.Kind).Kind,
                Group = other?.Group ?? "",
                Version = other?.Version ?? "",
                Verbs = Subresource.VerbsOf(subresource).ToApiList(),
            };
        }
    }

    private ResourceList<APIGroupDiscovery> Aggregated(IEnumerable<string> groups) => new()
    {
        Kind = ResourceList<APIGroupDiscovery>.GroupVersionKind.Kind,
        ApiVersion = ResourceList<APIGroupDiscovery>.GroupVersionKind.ApiVersion,
        Items = groups.Select(group => new APIGroupDiscovery
        {
            Metadata = new ObjectMeta { Name = group },
            Versions = _groups[group].Select(version => new APIVersionDiscovery
            {
                Version = version.Name,
                Freshness = DiscoveryFreshness.Current,
                Resources = version.Resources.Select(Aggregate).ToApiList(),
            }).ToApiList(),
        }).ToApiList(),
    };

    private static APIResourceDiscovery Aggregate(ServedResource resource)
    {
        var info = resource.Info;
        return new APIResourceDiscovery
        {
            Resource = info.Plural,
            ResponseKind = Response(info.Kind, null),
            Scope = info.Scope == Scope.Namespaced ? ResourceScope.Namespaced : ResourceScope.Cluster,
            SingularResource = info.Singular,
            Verbs = info.Verbs.ToApiList(),
            ShortNames = OrNil(info.ShortNames),
            Categories = OrNil(info.Categories),
            Subresources = Sorted(info).Select(subresource => new APISubresourceDiscovery
            {
                Subresource = subresource.Name,
                ResponseKind = Response(subresource.Kind ?? info.Kind, OtherKind(info, subresource)),
                Verbs = Subresource.VerbsOf(subresource).ToApiList(),
            }).ToApiList(),
        };
    }

    // As upstream answers, group and version are given only where they are not those of the list.
    private static Meta.V1.GroupVersionKind Response(GroupVersionKind kind, GroupVersionKind? other) =>
        new() { Group = other?.Group ?? "", Version = other?.Version ?? "", Kind = kind.Kind };

    private static GroupVersionKind? OtherKind(ResourceInfo info, SubresourceInfo subresource) =>
        subresource.Kind is { } kind && (kind.Group, kind.Version) != (info.Kind.Group, info.Kind.Version) ? kind : null;

    private static IEnumerable<SubresourceInfo> Sorted(ResourceInfo info) => info.Subresources.OrderBy(subresource => subresource.Name, StringComparer.Ordinal);

    private static ApiList<string> OrNil(IReadOnlyList<string> values) => values.Count == 0 ? default : values.ToApiList();

    private string StorageVersionHash(ServedResource resource)
    {
        if (!resource.IsStored) return "";
        var stored = resource.StoredAs ?? StoredAs(resource);
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{stored.Group}/{stored.Version}/{stored.Kind}"));
        return Convert.ToBase64String(hash.AsSpan(0, 8));
    }

    /// <summary>The first version of the group that has the kind; events of their own group are kept as the core group's.</summary>
    private GroupVersionKind StoredAs(ServedResource resource)
    {
        var kind = resource.Info.Kind;
        if (kind is { Group: "events.k8s.io", Kind: "Event" }) return new GroupVersionKind("", "v1", "Event");
        return VersionsOf(kind.Group).SelectMany(version => version.Resources).First(candidate => candidate.Info.Plural == resource.Info.Plural).Info.Kind;
    }

    private sealed record ServedVersion(string Group, string Name, ServedResource[] Resources)
    {
        public string GroupVersion => Group.Length == 0 ? Name : $"{Group}/{Name}";
    }
}
