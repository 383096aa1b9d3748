using Keelson.Control.Scheduler.Cache;
using Keelson.Control.Scheduler.Framework;

namespace Keelson.Control.Scheduler.Plugins.SchedulingGates;

/// <summary>Leaves pods alone until their gates are gone.</summary>
internal sealed class SchedulingGatesPlugin : IPreEnqueue
{
    public string Name => "SchedulingGates";

    public ClusterEvents WakesOn => ClusterEvents.PodChangedItself;

    public Verdict PreEnqueue(PodInfo pod)
    {
        var gates = pod.Pod.Spec.SchedulingGates;
        return gates.IsEmpty ? Verdict.Fits : Verdict.Never(Name, $"waiting for scheduling gates: [{string.Join(' ', gates.Select(gate => gate.Name))}]");
    }
}
