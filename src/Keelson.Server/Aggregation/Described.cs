using Keelson.Api.ApiDiscovery.V2;

namespace Keelson.Server.Aggregation;

/// <summary>What a server has told of the version of a group that it answers.</summary>
/// <param name="Resources">What there is; kept while the server does not answer.</param>
/// <param name="IsStale">Whether it did not answer when it was last asked.</param>
/// <param name="OpenApiUrl">Where its OpenAPI document is, with the hash; null where it has none.</param>
/// <param name="Swagger">Its OpenAPI document of version 2; empty where it has none.</param>
/// <param name="At">When it was asked, in ticks of the server's clock.</param>
internal sealed record Described(APIVersionDiscovery Resources, bool IsStale, string? OpenApiUrl, ReadOnlyMemory<byte> Swagger, long At);
