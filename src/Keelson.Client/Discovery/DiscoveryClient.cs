using Keelson.Api;
using Keelson.Api.ApiDiscovery.V2;
using Keelson.Api.Meta.V1;
using Keelson.Api.Values;
using Keelson.Client.Transport;

namespace Keelson.Client.Discovery;

/// <summary>Asks the server what it serves: all at once where it can, else group by group.</summary>
public sealed class DiscoveryClient
{
    private const string Aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

    private readonly ApiTransport _transport;

    internal DiscoveryClient(ApiTransport transport) => _transport = transport;

    /// <summary>The server's version, such as "v1.36.0".</summary>
    public Task<string> GetVersionAsync(CancellationToken cancel = default) =>
        _transport.SendAsync(new ApiCall(HttpMethod.Get, "/version"), static (body, _) => ValueReader.Read(body)["gitVersion"]?.AsText() ?? "", cancel);

    /// <summary>Everything that is served; groups whose server does not answer are named in Failures.</summary>
    public async Task<ServedResources> GetResourcesAsync(CancellationToken cancel = default)
    {
        var core = await GetAsync("/api", cancel).ConfigureAwait(false);
        var groups = await GetAsync("/apis", cancel).ConfigureAwait(false);
        if (core.Groups is { } coreGroups && groups.Groups is { } otherGroups) return ServedResources.FromAggregated([.. coreGroups, .. otherGroups]);
        return await WalkAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>The mapping of kinds to resources and back, as it is now.</summary>
    public async Task<ResourceMapper> GetMapperAsync(CancellationToken cancel = default) => new(await GetResourcesAsync(cancel).ConfigureAwait(false));

    private Task<Answer> GetAsync(string path, CancellationToken cancel) => _transport.SendAsync(
        new ApiCall(HttpMethod.Get, path) { Accept = Aggregated },
        static (body, _) => new Answer(TypeMeta.Peek(body).Kind == "APIGroupDiscoveryList" ? ApiJson.Decode<ResourceList<APIGroupDiscovery>>(body).Items : (ApiList<APIGroupDiscovery>?)null),
        cancel);

    private async Task<ServedResources> WalkAsync(CancellationToken cancel)
    {
        var versions = await _transport.SendAsync(new ApiCall(HttpMethod.Get, "/api"), static (body, _) => ApiJson.Decode<APIVersions>(body), cancel).ConfigureAwait(false);
        var groups = await _transport.SendAsync(new ApiCall(HttpMethod.Get, "/apis"), static (body, _) => ApiJson.Decode<APIGroupList>(body), cancel).ConfigureAwait(false);
        var resources = new List<ServedResource>();
        var failures = new List<DiscoveryFailure>();
        foreach (var version in versions.Versions) await AddAsync("/api/", version).ConfigureAwait(false);
        foreach (var group in groups.Groups)
        {
            // The preferred version first, as kubectl and others expect of the order.
            var preferred = group.PreferredVersion.GroupVersion;
            foreach (var version in group.Versions.OrderBy(version => version.GroupVersion != preferred)) await AddAsync("/apis/", version.GroupVersion).ConfigureAwait(false);
        }

        return new ServedResources(resources, failures);

        async Task AddAsync(string root, string groupVersion)
        {
            try
            {
                var list = await _transport.SendAsync(
                    new ApiCall(HttpMethod.Get, root + groupVersion), static (body, _) => ApiJson.Decode<APIResourceList>(body), cancel).ConfigureAwait(false);
                resources.AddRange(ServedResources.FromList(groupVersion, list));
            }
            catch (ApiException failure)
            {
                failures.Add(new DiscoveryFailure(groupVersion, failure.Message));
            }
        }
    }

    private readonly record struct Answer(ApiList<APIGroupDiscovery>? Groups);
}
