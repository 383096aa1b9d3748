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
        ["limitranges"] = ScalingColumns.Ranges,
        ["resourcequotas"] = ScalingColumns.Quotas,
        ["replicationcontrollers"] = ScalingColumns.Controllers,
        ["podtemplates"] = ScalingColumns.Templates,
        ["componentstatuses"] = ServingColumns.Components,
        ["services"] = NetworkColumns.Services,
        ["endpoints"] = NetworkColumns.Endpoints,
        ["persistentvolumes"] = VolumeColumns.Volumes,
        ["persistentvolumeclaims"] = VolumeColumns.Claims,
        ["deployments.apps"] = WorkloadColumns.Deployments,
        ["replicasets.apps"] = WorkloadColumns.ReplicaSets,
        ["daemonsets.apps"] = WorkloadColumns.DaemonSets,
        ["statefulsets.apps"] = WorkloadColumns.StatefulSets,
        ["controllerrevisions.apps"] = ScalingColumns.Revisions,
        ["horizontalpodautoscalers.autoscaling"] = ScalingColumns.Autoscalers,
        ["poddisruptionbudgets.policy"] = ScalingColumns.Budgets,
        ["jobs.batch"] = WorkloadColumns.Jobs,
        ["cronjobs.batch"] = WorkloadColumns.CronJobs,
        ["ingresses.networking.k8s.io"] = NetworkColumns.Ingresses,
        ["ingressclasses.networking.k8s.io"] = NetworkColumns.IngressClasses,
        ["networkpolicies.networking.k8s.io"] = NetworkColumns.NetworkPolicies,
        ["ipaddresses.networking.k8s.io"] = DeviceColumns.Addresses,
        ["servicecidrs.networking.k8s.io"] = DeviceColumns.Ranges,
        ["endpointslices.discovery.k8s.io"] = DeviceColumns.EndpointSlices,
        ["csidrivers.storage.k8s.io"] = DeviceColumns.Drivers,
        ["csinodes.storage.k8s.io"] = DeviceColumns.Nodes,
        ["csistoragecapacities.storage.k8s.io"] = DeviceColumns.Capacities,
        ["volumeattachments.storage.k8s.io"] = DeviceColumns.Attachments,
        ["volumeattributesclasses.storage.k8s.io"] = DeviceColumns.AttributesClasses,
        ["resourceclaims.resource.k8s.io"] = DeviceColumns.Claims,
        ["resourceslices.resource.k8s.io"] = DeviceColumns.Slices,
        ["runtimeclasses.node.k8s.io"] = ServingColumns.Runtimes,
        ["certificatesigningrequests.certificates.k8s.io"] = ServingColumns.SigningRequests,
        ["apiservices.apiregistration.k8s.io"] = ServingColumns.Services,
        ["validatingwebhookconfigurations.admissionregistration.k8s.io"] = ServingColumns.ValidatingWebhooks,
        ["mutatingwebhookconfigurations.admissionregistration.k8s.io"] = ServingColumns.MutatingWebhooks,
        ["validatingadmissionpolicies.admissionregistration.k8s.io"] = ServingColumns.ValidatingPolicies,
        ["validatingadmissionpolicybindings.admissionregistration.k8s.io"] = ServingColumns.ValidatingBindings,
        ["mutatingadmissionpolicies.admissionregistration.k8s.io"] = ServingColumns.MutatingPolicies,
        ["mutatingadmissionpolicybindings.admissionregistration.k8s.io"] = ServingColumns.MutatingBindings,
        ["flowschemas.flowcontrol.apiserver.k8s.io"] = ServingColumns.Flows,
        ["prioritylevelconfigurations.flowcontrol.apiserver.k8s.io"] = ServingColumns.Levels,
        ["storageclasses.storage.k8s.io"] = VolumeColumns.Classes,
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
