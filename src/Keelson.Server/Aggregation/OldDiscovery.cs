using Keelson.Api;
using Keelson.Api.ApiDiscovery.V2;
using Keelson.Api.Meta.V1;

namespace Keelson.Server.Aggregation;

/// <summary>Reads discovery as servers of old tell it.</summary>
internal static class OldDiscovery
{
    /// <summary>The new form of a list of resources and subresources.</summary>
    public static APIVersionDiscovery Convert(string group, string version, APIResourceList list)
    {
        var subresources = list.Resources.Where(resource => resource.Name.Contains('/', StringComparison.Ordinal)).ToLookup(resource => resource.Name[..resource.Name.IndexOf('/', StringComparison.Ordinal)]);
        return new APIVersionDiscovery
        {
            Version = version,
            Resources = list.Resources.Where(resource => !resource.Name.Contains('/', StringComparison.Ordinal)).Select(resource => new APIResourceDiscovery
            {
                Resource = resource.Name,
                ResponseKind = KindOf(resource, group, version),
                Scope = resource.Namespaced ? ResourceScope.Namespaced : ResourceScope.Cluster,
                SingularResource = resource.SingularName,
                Verbs = resource.Verbs,
                ShortNames = resource.ShortNames,
                Categories = resource.Categories,
                Subresources = subresources[resource.Name].Select(part => new APISubresourceDiscovery
                {
                    Subresource = part.Name[(resource.Name.Length + 1)..],
                    ResponseKind = KindOf(part, group, version),
                    Verbs = part.Verbs,
                }).ToApiList(),
            }).ToApiList(),
        };
    }

    private static Api.Meta.V1.GroupVersionKind KindOf(APIResource resource, string group, string version) => new()
    {
        Group = resource.Group.Length > 0 ? resource.Group : group,
        Version = resource.Version.Length > 0 ? resource.Version : version,
        Kind = resource.Kind,
    };
}
