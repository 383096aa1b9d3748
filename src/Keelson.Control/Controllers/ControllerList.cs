using Keelson.Control.Controllers.Certificates;
using Keelson.Control.Controllers.ClusterRoles;
using Keelson.Control.Controllers.CronJobs;
using Keelson.Control.Controllers.DaemonSets;
using Keelson.Control.Controllers.Deployments;
using Keelson.Control.Controllers.Disruption;
using Keelson.Control.Controllers.EndpointSlices;
using Keelson.Control.Controllers.GarbageCollection;
using Keelson.Control.Controllers.Jobs;
using Keelson.Control.Controllers.Namespaces;
using Keelson.Control.Controllers.NodeIpam;
using Keelson.Control.Controllers.Nodes;
using Keelson.Control.Controllers.PodCollection;
using Keelson.Control.Controllers.Protection;
using Keelson.Control.Controllers.Quotas;
using Keelson.Control.Controllers.ReplicaSets;
using Keelson.Control.Controllers.RootCertificates;
using Keelson.Control.Controllers.ServiceAccounts;
using Keelson.Control.Controllers.ServiceRanges;
using Keelson.Control.Controllers.StatefulSets;
using Keelson.Control.Controllers.StorageMigrations;

namespace Keelson.Control.Controllers;

/// <summary>Which controllers there are: one line each.</summary>
internal static class ControllerList
{
    public static IReadOnlyList<(string Name, Func<ControllerContext, IController> Create)> All { get; } =
    [
        ("replicaset-controller", context => new ReplicaSetController(context)),
        ("deployment-controller", context => new DeploymentController(context)),
        ("daemonset-controller", context => new DaemonSetController(context)),
        ("statefulset-controller", context => new StatefulSetController(context)),
        ("job-controller", context => new JobController(context)),
        ("cronjob-controller", context => new CronJobController(context)),
        ("replicationcontroller-controller", context => new ReplicationControllerController(context)),
        ("disruption-controller", context => new DisruptionController(context)),
        ("pod-garbage-collector-controller", context => new PodCollector(context)),
        ("resourcequota-controller", context => new QuotaController(context)),
        ("clusterrole-aggregation-controller", context => new AggregationController(context)),
        ("certificatesigningrequest-approving-controller", context => new ApprovingController(context)),
        ("certificatesigningrequest-signing-controller", context => new SigningController(context)),
        ("certificatesigningrequest-cleaner-controller", context => new RequestCleaner(context)),
        ("persistentvolumeclaim-protection-controller", context => new ClaimProtectionController(context)),
        ("persistentvolume-protection-controller", context => new VolumeProtectionController(context)),
        ("endpointslice-controller", context => new EndpointSliceController(context)),
        ("garbage-collector-controller", context => new GarbageCollector(context)),
        ("storage-version-migrator-controller", context => new StorageMigrationController(context)),
        ("namespace-controller", context => new NamespaceController(context)),
        ("serviceaccount-controller", context => new ServiceAccountController(context)),
        ("root-ca-certificate-publisher-controller", context => new RootCertificateController(context)),
        (ServiceRangeController.Name, context => new ServiceRangeController(context)),
        ("node-ipam-controller", context => new NodeIpamController(context)),
        ("node-lifecycle-controller", context => new NodeLifecycleController(context)),
        ("taint-eviction-controller", context => new TaintEvictionController(context)),
    ];
}
