using Keelson.Control.Scheduler.Framework;

namespace Keelson.Control.Scheduler.Plugins.DynamicResources;

/// <summary>Refuses pods that claim devices, as nothing allocates them yet; to others it has nothing to say, in upstream's words.</summary>
internal sealed class DynamicResourcesPlugin : IPreFilter, IPostFilter
{
    private static readonly Verdict Unsupported = Verdict.Never("DynamicResources", "resource claims are not supported by this scheduler");

    // Upstream's plugin is asked for every pod that fits nowhere, and this is what stands in the event.
    private static readonly PostFilterAnswer Nothing = new(null, [], "no new claims to deallocate");

    public string Name => "DynamicResources";

    public ClusterEvents WakesOn => ClusterEvents.PodChangedItself;

    public PreFilterAnswer PreFilter(Cycle cycle) =>
        cycle.Pod.Pod.Spec.ResourceClaims.IsEmpty ? PreFilterAnswer.Skip : PreFilterAnswer.Reject(Unsupported);

    public PostFilterAnswer PostFilter(Cycle cycle) => Nothing;
}
