using Keelson.Server.Registry;
using Keelson.Server.Tables.Kinds;

namespace Keelson.Server.Tables;

/// <summary>Which columns each resource has, as one list; a resource that is not in it is shown by name and age.</summary>
internal static class TableSet
{
    private static readonly Dictionary<string, ITableColumns> ByResource = new(StringComparer.Ordinal)
    {
        ["pods"] = PodColumns.Instance,
        ["nodes"] = ClusterColumns.Nodes,
        ["namespaces"] = ClusterColumns.Namespaces,
        ["configmaps"] = ClusterColumns.ConfigMaps,
        ["secrets"] = ClusterColumns.Secrets,
        ["serviceaccounts"] = ClusterColumns.ServiceAccounts,
        ["events"] = ClusterColumns.Events,
        ["services"] = NetworkColumns.Services,
        ["endpoints"] = NetworkColumns.Endpoints,
        ["persistentvolumes"] = VolumeColumns.Volumes,
        ["persistentvolumeclaims"] = VolumeColumns.Claims,
        ["deployments.apps"] = WorkloadColumns.Deployments,
        ["replicasets.apps"] = WorkloadColumns.ReplicaSets,
        ["daemonsets.apps"] = WorkloadColumns.DaemonSets,
        ["statefulsets.apps"] = WorkloadColumns.StatefulSets,
        ["jobs.batch"] = WorkloadColumns.Jobs,
        ["cronjobs.batch"] = WorkloadColumns.CronJobs,
        ["ingresses.networking.k8s.io"] = NetworkColumns.Ingresses,
        ["ingressclasses.networking.k8s.io"] = NetworkColumns.IngressClasses,
        ["networkpolicies.networking.k8s.io"] = NetworkColumns.NetworkPolicies,
        ["storageclasses.storage.k8s.io"] = VolumeColumns.Classes,
        ["apiservices.apiregistration.k8s.io"] = ApiServiceColumns.Instance,
        ["leases.coordination.k8s.io"] = ClusterColumns.Leases,
        ["priorityclasses.scheduling.k8s.io"] = ClusterColumns.PriorityClasses,
        ["roles.rbac.authorization.k8s.io"] = ClusterColumns.NamespacedRoles,
        ["clusterroles.rbac.authorization.k8s.io"] = ClusterColumns.ClusterRoles,
        ["rolebindings.rbac.authorization.k8s.io"] = ClusterColumns.RoleBindings,
        ["clusterrolebindings.rbac.authorization.k8s.io"] = ClusterColumns.ClusterRoleBindings,
        ["customresourcedefinitions.apiextensions.k8s.io"] = ClusterColumns.Definitions,
    };

    public static ITableColumns Of(RegisteredResource resource) =>
        resource.Columns ?? ByResource.GetValueOrDefault(resource.Storage.QualifiedName, PlainColumns.Instance);
}
