using Keelson.Api.Authentication.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Api.Policy.V1;

namespace Keelson.Client.Resources;

/// <summary>What only some kinds can do: pods are bound, evicted and logged, service accounts give tokens.</summary>
public static class SubresourceCalls
{
    /// <summary>Puts a pod on a node, as the scheduler does.</summary>
    public static async Task BindAsync(this ResourceClient<Pod> pods, string name, string node, string uid = "", CancellationToken cancel = default)
    {
        var binding = new Binding
        {
            Metadata = new ObjectMeta { Name = name, Namespace = pods.Namespace ?? "", Uid = uid },
            Target = new ObjectReference { ApiVersion = "v1", Kind = "Node", Name = node },
        };
        await pods.CreateSubresourceAsync<Binding, Status>(name, "binding", binding, null, cancel).ConfigureAwait(false);
    }

    /// <summary>Asks for a pod to be deleted gently.</summary>
    /// <exception cref="ApiException">A disruption budget forbids it for now (IsTooManyRequests).</exception>
    public static async Task EvictAsync(this ResourceClient<Pod> pods, string name, DeleteOptions? options = null, CancellationToken cancel = default)
    {
        var eviction = new Eviction { Metadata = new ObjectMeta { Name = name, Namespace = pods.Namespace ?? "" }, DeleteOptions = options };
        await pods.CreateSubresourceAsync<Eviction, Status>(name, "eviction", eviction, null, cancel).ConfigureAwait(false);
    }

    /// <summary>Opens a container's log.</summary>
    public static Task<Stream> OpenLogAsync(this ResourceClient<Pod> pods, string name, LogQuery? query = null, CancellationToken cancel = default)
    {
        query ??= new LogQuery();
        return pods.OpenStreamAsync(
            name,
            "log",
            text => text
                .Add("container", query.Container)
                .Add("follow", query.Follow)
                .Add("previous", query.Previous)
                .Add("timestamps", query.Timestamps)
                .Add("tailLines", query.TailLines)
                .Add("limitBytes", query.LimitBytes)
                .Add("sinceSeconds", query.SinceSeconds),
            cancel);
    }

    /// <summary>Issues a token of a service account.</summary>
    public static Task<TokenRequest> CreateTokenAsync(this ResourceClient<ServiceAccount> accounts, string name, TokenRequestSpec spec, CancellationToken cancel = default) =>
        accounts.CreateSubresourceAsync<TokenRequest, TokenRequest>(name, "token", new TokenRequest { Spec = spec }, null, cancel);
}
