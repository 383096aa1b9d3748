namespace Keelson.Api.Core.V1;

/// <summary>
/// Carries the query parameters of the proxy subresource of a service. It is never stored; the server relays the HTTP call to
/// one of the endpoints.
/// </summary>
[Kind("", "v1")]
public sealed partial record ServiceProxyOptions
{
    /// <summary>URL path, with any query, to request from the service.</summary>
    [Field(1)] public string Path { get; init; } = "";
}
