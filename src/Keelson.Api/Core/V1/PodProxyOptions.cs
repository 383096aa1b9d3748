namespace Keelson.Api.Core.V1;

/// <summary>Carries the query parameters of the proxy subresource of a pod. It is never stored; the server relays the HTTP call to the pod.</summary>
[Kind("", "v1")]
public sealed partial record PodProxyOptions
{
    /// <summary>URL path, with any query, to request from the pod.</summary>
    [Field(1)] public string Path { get; init; } = "";
}
