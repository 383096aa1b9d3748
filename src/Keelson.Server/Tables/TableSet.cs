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
        ["leases.coordination.k8s.io"] = ClusterColumns.Leases,
        ["priorityclasses.scheduling.k8s.io"] = ClusterColumns.PriorityClasses,
        ["roles.rbac.authorization.k8s.io"] = ClusterColumns.NamespacedRoles,
        ["clusterroles.rbac.authorization.k8s.io"] = ClusterColumns.ClusterRoles,
        ["rolebindings.rbac.authorization.k8s.io"] = ClusterColumns.RoleBindings,
        ["clusterrolebindings.rbac.authorization.k8s.io"] = ClusterColumns.ClusterRoleBindings,
        ["customresourcedefinitions.apiextensions.k8s.io"] = ClusterColumns.Definitions,
        ["replicationcontrollers"] = WorkloadColumns.ReplicationControllers,
        ["controllerrevisions.apps"] = WorkloadColumns.Revisions,
        ["horizontalpodautoscalers.autoscaling"] = LimitColumns.Autoscalers,
        ["poddisruptionbudgets.policy"] = LimitColumns.Budgets,
        ["resourcequotas"] = LimitColumns.Quotas,
        ["limitranges"] = LimitColumns.Ranges,
        ["endpointslices.discovery.k8s.io"] = NetworkColumns.Slices,
        ["servicecidrs.networking.k8s.io"] = NetworkColumns.ServiceRanges,
        ["ipaddresses.networking.k8s.io"] = NetworkColumns.Addresses,
        ["volumeattachments.storage.k8s.io"] = VolumeColumns.Attachments,
        ["certificatesigningrequests.certificates.k8s.io"] = ControlColumns.SigningRequests,
        ["apiservices.apiregistration.k8s.io"] = ControlColumns.Services,
        ["runtimeclasses.node.k8s.io"] = ControlColumns.RuntimeClasses,
        ["flowschemas.flowcontrol.apiserver.k8s.io"] = ControlColumns.FlowSchemas,
        ["prioritylevelconfigurations.flowcontrol.apiserver.k8s.io"] = ControlColumns.PriorityLevels,
        ["mutatingwebhookconfigurations.admissionregistration.k8s.io"] = ControlColumns.MutatingWebhooks,
        ["validatingwebhookconfigurations.admissionregistration.k8s.io"] = ControlColumns.ValidatingWebhooks,
        ["validatingadmissionpolicies.admissionregistration.k8s.io"] = ControlColumns.ValidatingPolicies,
        ["validatingadmissionpolicybindings.admissionregistration.k8s.io"] = ControlColumns.ValidatingBindings,
    };

    /// <summary>How much of something there is, as its scale subresource shows it.</summary>
    public static ITableColumns Scales => WorkloadColumns.Scales;

    public static ITableColumns Of(RegisteredResource resource) =>
        resource.Columns ?? Of(resource.QualifiedName);

    /// <summary>The columns of a built-in resource by its name: "deployments.apps".</summary>
    public static ITableColumns Of(string qualifiedName) => ByResource.GetValueOrDefault(qualifiedName, PlainColumns.Instance);
}
