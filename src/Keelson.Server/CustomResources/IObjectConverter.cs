using Keelson.Api.Values;

namespace Keelson.Server.CustomResources;

/// <summary>Makes objects of one version of a custom resource into another.</summary>
internal interface IObjectConverter
{
    /// <summary>The objects in the version that is wanted, in the same order. All that are given are in another one.</summary>
    /// <exception cref="Http.ApiException">They could not be converted.</exception>
    Task<IReadOnlyList<MapValue>> ConvertAsync(IReadOnlyList<MapValue> objects, string apiVersion, CancellationToken cancel);
}
