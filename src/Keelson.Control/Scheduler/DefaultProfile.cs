using Keelson.Api.Policy.V1;
using Keelson.Control.Scheduler.Cache;
using Keelson.Control.Scheduler.Framework;
using Keelson.Control.Scheduler.Plugins.DefaultBinder;
using Keelson.Control.Scheduler.Plugins.DefaultPreemption;
using Keelson.Control.Scheduler.Plugins.DynamicResources;
using Keelson.Control.Scheduler.Plugins.ImageLocality;
using Keelson.Control.Scheduler.Plugins.InterPodAffinity;
using Keelson.Control.Scheduler.Plugins.NodeAffinity;
using Keelson.Control.Scheduler.Plugins.NodeName;
using Keelson.Control.Scheduler.Plugins.NodePorts;
using Keelson.Control.Scheduler.Plugins.NodeResourcesBalancedAllocation;
using Keelson.Control.Scheduler.Plugins.NodeResourcesFit;
using Keelson.Control.Scheduler.Plugins.NodeUnschedulable;
using Keelson.Control.Scheduler.Plugins.PodTopologySpread;
using Keelson.Control.Scheduler.Plugins.PrioritySort;
using Keelson.Control.Scheduler.Plugins.SchedulingGates;
using Keelson.Control.Scheduler.Plugins.TaintToleration;
using Keelson.Control.Scheduler.Plugins.VolumeBinding;
using Keelson.Control.Scheduler.Plugins.VolumeRestrictions;
using Keelson.Control.Scheduler.Plugins.VolumeZone;

namespace Keelson.Control.Scheduler;

/// <summary>The plugins that upstream has on by default, one line each, in its order and with its weights.</summary>
internal static class DefaultProfile
{
    public const string SchedulerName = "default-scheduler";

    /// <param name="budgets">The disruption budgets as they are now.</param>
    /// <param name="volumes">Claims and volumes as they are now; none when null.</param>
    /// <param name="bind">Tells the API server where a pod is.</param>
    public static Profile Create(
        string schedulerName, Func<IEnumerable<PodDisruptionBudget>> budgets, Func<PodInfo, string, CancellationToken, Task> bind, int seed, VolumeView? volumes = null) => new(
        schedulerName,
        [
            new(new SchedulingGatesPlugin()),
            new(new PrioritySortPlugin()),
            new(new NodeUnschedulablePlugin()),
            new(new NodeNamePlugin()),
            new(new TaintTolerationPlugin(), 3),
            new(new NodeAffinityPlugin(), 2),
            new(new NodePortsPlugin()),
            new(new NodeResourcesFitPlugin()),
            new(new VolumeRestrictionsPlugin(volumes ?? VolumeView.Empty)),
            new(new VolumeBindingPlugin(volumes ?? VolumeView.Empty)),
            new(new VolumeZonePlugin(volumes ?? VolumeView.Empty)),
            new(new PodTopologySpreadPlugin(), 2),
            new(new InterPodAffinityPlugin(), 2),
            new(new DynamicResourcesPlugin()),
            new(new DefaultPreemptionPlugin(budgets, new Random(seed))),
            new(new NodeResourcesBalancedAllocationPlugin()),
            new(new ImageLocalityPlugin()),
            new(new DefaultBinderPlugin(bind)),
        ]);
}
