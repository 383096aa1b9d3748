namespace Keelson.Api.Core.V1;

/// <summary>
/// Carries the query parameters of the proxy subresource of a node. It is never stored; its caller reaches the kubelet through
/// the API server.
/// </summary>
[Kind("", "v1")]
public sealed partial record NodeProxyOptions
{
    /// <summary>URL path, with any query, to request from the node.</summary>
    [Field(1)] public string Path { get; init; } = "";
}
