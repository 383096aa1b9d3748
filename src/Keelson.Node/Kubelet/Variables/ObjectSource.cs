using Keelson.Api.Core.V1;
using Keelson.Api.Nodes.V1;
using Keelson.Client;
using Keelson.Client.Informers;

namespace Keelson.Node.Kubelet.Variables;

/// <summary>Reads the objects that pods refer to.</summary>
internal sealed class ObjectSource(ApiClient client, Informer<Service>? services)
{
    public ApiClient Client => client;

    public Task<ConfigMap?> ConfigMapAsync(string inNamespace, string name, CancellationToken cancel) =>
        client.Resource<ConfigMap>().In(inNamespace).FindAsync(name, cancel);

    public Task<Secret?> SecretAsync(string inNamespace, string name, CancellationToken cancel) =>
        client.Resource<Secret>().In(inNamespace).FindAsync(name, cancel);

    /// <summary>What the runtime calls a runtime class; empty for the usual one, null where there is no such class.</summary>
    public async Task<string?> RuntimeHandlerAsync(Pod pod, CancellationToken cancel) =>
        pod.Spec.RuntimeClassName is not { Length: > 0 } name ? "" : (await client.Resource<RuntimeClass>().FindAsync(name, cancel).ConfigureAwait(false))?.Handler;

    /// <summary>The services as they are known now.</summary>
    public IEnumerable<Service> Services => services?.Snapshot.All ?? [];
}
