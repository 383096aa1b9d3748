using Keelson.Api;
using Keelson.Api.Meta.V1;
using Keelson.Api.Values;
using Keelson.Client.Configuration;
using Keelson.Client.Discovery;
using Keelson.Client.Resources;
using Keelson.Client.Transport;

namespace Keelson.Client;

/// <summary>A client of a Kubernetes API server, any one. Thread-safe; one is enough for a process.</summary>
public sealed class ApiClient : IDisposable
{
    private readonly ApiTransport _transport;

    public ApiClient(ApiClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _transport = new ApiTransport(options);
        Options = options;
        Discovery = new DiscoveryClient(_transport);
    }

    /// <summary>A client over a handler: an in-process server, a test.</summary>
    public ApiClient(HttpMessageHandler handler)
        : this(new ApiClientOptions { Handler = handler }) { }

    public ApiClient(ClientConfiguration configuration)
        : this(new ApiClientOptions { Configuration = configuration }) { }

    public ApiClientOptions Options { get; }

    /// <summary>What the server serves.</summary>
    public DiscoveryClient Discovery { get; }

    /// <summary>The namespace that the configuration names, else default.</summary>
    public string DefaultNamespace => Options.Configuration?.Namespace ?? "default";

    /// <summary>Objects of a declared kind, in all namespaces until In(...) names one.</summary>
    public ResourceClient<T> Resource<T>()
        where T : class, IResource<T> => new(_transport, ApiResource.Of<T>(), TypedForm<T>.Instance, null);

    /// <summary>Objects of any kind as values.</summary>
    public ResourceClient<MapValue> Dynamic(ApiResource resource) => new(_transport, resource, DynamicForm.Instance, null);

    /// <summary>Objects of any kind, of which only the metadata travels.</summary>
    public ResourceClient<PartialObjectMetadata> Metadata(ApiResource resource) => new(_transport, resource, MetadataForm.Only, null);

    /// <summary>Reads what stands at a path, such as /version or /healthz.</summary>
    public Task<byte[]> GetRawAsync(string pathAndQuery, CancellationToken cancel = default) =>
        _transport.SendAsync(new ApiCall(HttpMethod.Get, Rooted(pathAndQuery)) { Accept = "*/*" }, static (body, _) => body.ToArray(), cancel);

    public void Dispose() => _transport.Dispose();

    private static string Rooted(string path) =>
        path.StartsWith('/') ? path : throw new ArgumentException("The path does not begin with a slash.", nameof(path));
}
