using Keelson.Api;
using Keelson.Api.ApiDiscovery.V2;
using Keelson.Api.Meta.V1;

namespace Keelson.Client.Discovery;

/// <summary>A resource that the server serves, and what can be done with it.</summary>
public sealed record ServedResource(ApiResource Resource, ApiList<string> Verbs)
{
    public string Singular { get; init; } = "";

    public ApiList<string> ShortNames { get; init; }

    public ApiList<string> Categories { get; init; }

    /// <summary>What is served below an object: "status", "scale".</summary>
    public ApiList<string> Subresources { get; init; }

    public bool Can(string verb) => Verbs.Contains(verb);
}

/// <summary>A group and version about which the server could not tell.</summary>
public sealed record DiscoveryFailure(string GroupVersion, string Message);

/// <summary>All that the server serves, the preferred version of each group first.</summary>
public sealed record ServedResources(IReadOnlyList<ServedResource> Resources, IReadOnlyList<DiscoveryFailure> Failures)
{
    internal static ServedResources FromAggregated(IEnumerable<APIGroupDiscovery> groups)
    {
        var resources = new List<ServedResource>();
        var failures = new List<DiscoveryFailure>();
        foreach (var group in groups)
        {
            foreach (var version in group.Versions)
            {
                var name = group.Metadata.Name;
                if (version.Freshness == DiscoveryFreshness.Stale)
                {
                    failures.Add(new DiscoveryFailure(name.Length == 0 ? version.Version : $"{name}/{version.Version}", "stale GroupVersion discovery"));
                }

                // A resource without a kind of its own only holds subresources.
                foreach (var resource in version.Resources) if (resource.ResponseKind is not null) resources.Add(Of(name, version.Version, resource));
            }
        }

        return new ServedResources(resources, failures);
    }

    internal static IEnumerable<ServedResource> FromList(string groupVersion, APIResourceList list)
    {
        if (Api.GroupVersionKind.Parse(groupVersion, "") is not { } place) return [];
        var below = list.Resources.Where(resource => resource.Name.Contains('/', StringComparison.Ordinal)).ToLookup(resource => resource.Name.Split('/')[0]);
        return
            from resource in list.Resources
            where !resource.Name.Contains('/', StringComparison.Ordinal)
            select new ServedResource(new ApiResource(place.Group, place.Version, resource.Name, resource.Kind, resource.Namespaced), resource.Verbs)
            {
                Singular = resource.SingularName,
                ShortNames = resource.ShortNames,
                Categories = resource.Categories,
                Subresources = below[resource.Name].Select(sub => sub.Name[(resource.Name.Length + 1)..]).ToApiList(),
            };
    }

    private static ServedResource Of(string group, string version, APIResourceDiscovery resource) => new(
        new ApiResource(group, version, resource.Resource, resource.ResponseKind!.Kind, resource.Scope == ResourceScope.Namespaced), resource.Verbs)
    {
        Singular = resource.SingularResource,
        ShortNames = resource.ShortNames,
        Categories = resource.Categories,
        Subresources = resource.Subresources.Select(sub => sub.Subresource).ToApiList(),
    };
}
