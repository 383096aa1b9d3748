using Keelson.Api.Meta.V1;
using Keelson.Api.Rbac.V1;
using Keelson.Client;

namespace Keelson.Cluster;

/// <summary>What the processes of nodes may do.</summary>
internal static class NodeRights
{
    /// <summary>Who the proxy is to the API server, as upstream's.</summary>
    public const string ProxyUser = "system:kube-proxy";

    /// <summary>The group of what runs on nodes besides the kubelet: proxy and DNS.</summary>
    public const string ServicesGroup = "keelson:node-services";

    private const string RbacGroup = "rbac.authorization.k8s.io";

    public static async Task EnsureAsync(ApiClient client, CancellationToken cancel)
    {
        // Kubelets have their rights from the node authorizer; clusters of before it had a binding for all of them.
        await DeleteAsync(client, "keelson:nodes", cancel);
        await CreateAsync(client, ServicesRole, cancel);
        await BindAsync(client, ServicesGroup, ServicesGroup, ServicesGroup, cancel);
    }

    // The DNS service and the slice of each node that serves it; services and nodes are read for all of it.
    private static ClusterRole ServicesRole => new()
    {
        Metadata = new ObjectMeta { Name = ServicesGroup },
        Rules =
        [
            new PolicyRule { ApiGroups = [""], Resources = ["services", "endpoints", "nodes", "namespaces", "pods"], Verbs = ["get", "list", "watch"] },
            new PolicyRule { ApiGroups = [""], Resources = ["services"], Verbs = ["create", "update", "patch"] },
            new PolicyRule { ApiGroups = ["discovery.k8s.io"], Resources = ["endpointslices"], Verbs = ["get", "list", "watch", "create", "update", "patch", "delete"] },
            new PolicyRule { ApiGroups = ["networking.k8s.io"], Resources = ["servicecidrs"], Verbs = ["get", "list", "watch"] },
            new PolicyRule { ApiGroups = ["", "events.k8s.io"], Resources = ["events"], Verbs = ["create", "patch", "update"] },
        ],
    };

    private static Task BindAsync(ApiClient client, string name, string role, string group, CancellationToken cancel) => CreateAsync(client, new ClusterRoleBinding
    {
        Metadata = new ObjectMeta { Name = name },
        RoleRef = new RoleRef { ApiGroup = RbacGroup, Kind = "ClusterRole", Name = role },
        Subjects = [new Subject { ApiGroup = RbacGroup, Kind = "Group", Name = group }],
    }, cancel);

    private static async Task DeleteAsync(ApiClient client, string binding, CancellationToken cancel)
    {
        try
        {
            await client.Resource<ClusterRoleBinding>().DeleteAsync(binding, cancel: cancel);
        }
        catch (ApiException failure) when (failure.IsNotFound)
        {
            // As it should be.
        }
    }

    private static async Task CreateAsync<T>(ApiClient client, T value, CancellationToken cancel)
        where T : class, Api.IResource<T>
    {
        try
        {
            await client.Resource<T>().CreateAsync(value, cancel: cancel);
        }
        catch (ApiException failure) when (failure.IsAlreadyExists)
        {
            // From an earlier start.
        }
    }
}
