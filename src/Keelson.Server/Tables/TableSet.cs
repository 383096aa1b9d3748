using Keelson.Server.Registry;
using Keelson.Server.Tables.Kinds;

namespace Keelson.Server.Tables;

/// <summary>Which columns each resource has, as one list; a resource that is not in it is shown by name and age.</summary>
internal static class TableSet
{
    private static readonly Dictionary<string, ITableColumns> ByResource = new(StringComparer.Ordinal)
    {
        ["pods"] = PodColumns.Instance,
        ["podtemplates"] = PodColumns.Templates,
        ["nodes"] = ClusterColumns.Nodes,
        ["namespaces"] = ClusterColumns.Namespaces,
        ["configmaps"] = ClusterColumns.ConfigMaps,
        ["secrets"] = ClusterColumns.Secrets,
        ["serviceaccounts"] = ClusterColumns.ServiceAccounts,
        ["events"] = ClusterColumns.Events,
        ["priorityclasses.scheduling.k8s.io"] = ClusterColumns.PriorityClasses,
        ["roles.rbac.authorization.k8s.io"] = ClusterColumns.NamespacedRoles,
        ["clusterroles.rbac.authorization.k8s.io"] = ClusterColumns.ClusterRoles,
        ["rolebindings.rbac.authorization.k8s.io"] = ClusterColumns.RoleBindings,
        ["clusterrolebindings.rbac.authorization.k8s.io"] = ClusterColumns.ClusterRoleBindings,
        ["customresourcedefinitions.apiextensions.k8s.io"] = ClusterColumns.Definitions,
        ["apiservices.apiregistration.k8s.io"] = ApiServiceColumns.Instance,
        ["limitranges"] = LimitColumns.Ranges,
        ["resourcequotas"] = LimitColumns.Quotas,
        ["horizontalpodautoscalers.autoscaling"] = LimitColumns.Autoscalers,
        ["poddisruptionbudgets.policy"] = LimitColumns.Budgets,
        ["services"] = NetworkColumns.Services,
        ["endpoints"] = NetworkColumns.Endpoints,
        ["endpointslices.discovery.k8s.io"] = NetworkColumns.Slices,
        ["ingresses.networking.k8s.io"] = NetworkColumns.Ingresses,
        ["ingressclasses.networking.k8s.io"] = NetworkColumns.IngressClasses,
        ["networkpolicies.networking.k8s.io"] = NetworkColumns.NetworkPolicies,
        ["ipaddresses.networking.k8s.io"] = NetworkColumns.Addresses,
        ["servicecidrs.networking.k8s.io"] = NetworkColumns.ServiceRanges,
        ["replicationcontrollers"] = WorkloadColumns.ReplicationControllers,
        ["deployments.apps"] = WorkloadColumns.Deployments,
        ["replicasets.apps"] = WorkloadColumns.ReplicaSets,
        ["daemonsets.apps"] = WorkloadColumns.DaemonSets,
        ["statefulsets.apps"] = WorkloadColumns.StatefulSets,
        ["controllerrevisions.apps"] = WorkloadColumns.Revisions,
        ["jobs.batch"] = WorkloadColumns.Jobs,
        ["cronjobs.batch"] = WorkloadColumns.CronJobs,
        ["persistentvolumes"] = VolumeColumns.Volumes,
        ["persistentvolumeclaims"] = VolumeColumns.Claims,
        ["storageclasses.storage.k8s.io"] = VolumeColumns.Classes,
        ["csidrivers.storage.k8s.io"] = DriverColumns.Drivers,
        ["csinodes.storage.k8s.io"] = DriverColumns.Nodes,
        ["csistoragecapacities.storage.k8s.io"] = DriverColumns.Capacities,
        ["volumeattachments.storage.k8s.io"] = DriverColumns.Attachments,
        ["volumeattributesclasses.storage.k8s.io"] = DriverColumns.AttributesClasses,
        ["resourceclaims.resource.k8s.io"] = DeviceColumns.Claims,
        ["resourceslices.resource.k8s.io"] = DeviceColumns.Slices,
        ["certificatesigningrequests.certificates.k8s.io"] = ControlColumns.SigningRequests,
        ["clustertrustbundles.certificates.k8s.io"] = ControlColumns.TrustBundles,
        ["podcertificaterequests.certificates.k8s.io"] = ControlColumns.PodCertificates,
        ["leases.coordination.k8s.io"] = ControlColumns.Leases,
        ["leasecandidates.coordination.k8s.io"] = ControlColumns.Candidates,
        ["componentstatuses"] = ControlColumns.Components,
        ["runtimeclasses.node.k8s.io"] = ControlColumns.RuntimeClasses,
        ["storageversionmigrations.storagemigration.k8s.io"] = ControlColumns.Migrations,
        ["validatingwebhookconfigurations.admissionregistration.k8s.io"] = PolicyColumns.ValidatingWebhooks,
        ["mutatingwebhookconfigurations.admissionregistration.k8s.io"] = PolicyColumns.MutatingWebhooks,
        ["validatingadmissionpolicies.admissionregistration.k8s.io"] = PolicyColumns.ValidatingPolicies,
        ["validatingadmissionpolicybindings.admissionregistration.k8s.io"] = PolicyColumns.ValidatingBindings,
        ["mutatingadmissionpolicies.admissionregistration.k8s.io"] = PolicyColumns.MutatingPolicies,
        ["mutatingadmissionpolicybindings.admissionregistration.k8s.io"] = PolicyColumns.MutatingBindings,
        ["flowschemas.flowcontrol.apiserver.k8s.io"] = PolicyColumns.FlowSchemas,
        ["prioritylevelconfigurations.flowcontrol.apiserver.k8s.io"] = PolicyColumns.PriorityLevels,
    };

    /// <summary>How much of something there is, as its scale subresource shows it.</summary>
    public static ITableColumns Scales => WorkloadColumns.Scales;

    public static ITableColumns Of(RegisteredResource resource) =>
        resource.Columns ?? ByResource.GetValueOrDefault(resource.Storage.QualifiedName, PlainColumns.Instance);
}
