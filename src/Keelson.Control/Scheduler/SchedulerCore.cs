using Keelson.Client;
using Keelson.Control.Scheduler.Cache;
using Keelson.Control.Scheduler.Framework;
using Keelson.Control.Scheduler.Queue;

namespace Keelson.Control.Scheduler;

/// <summary>The scheduler without the world around it: takes changes of the cluster, and says one pod at a time what to do.</summary>
/// <remarks>One thread uses it. Time is passed in, what is to be done is handed back.</remarks>
internal sealed partial class SchedulerCore
{
    private readonly Dictionary<string, Engine> _engines = [];
    private readonly Dictionary<string, Profile> _profiles = [];
    private readonly Dictionary<ObjectKey, string> _uids = [];
    private readonly PodReader _reader = new();

    public SchedulerCore(IReadOnlyList<Profile> profiles, EngineOptions options, SchedulingQueueOptions? queue = null)
    {
        foreach (var profile in profiles)
        {
            _profiles.Add(profile.SchedulerName, profile);
            _engines.Add(profile.SchedulerName, new Engine(Cluster, profile, options));
        }

        Queue = new SchedulingQueue(profiles[0].QueueSort.Compare, MayEnter, queue);
    }

    public ClusterState Cluster { get; } = new();

    public SchedulingQueue Queue { get; }

    public Profile ProfileOf(PodInfo pod) => _profiles[pod.Pod.Spec.SchedulerName];

    /// <summary>When something is to be done though nothing happens; null where nothing is.</summary>
    public DateTimeOffset? NextAt(DateTimeOffset now)
    {
        var next = Queue.NextAt;
        var expiry = Cluster.AssumedCount > 0 ? now + ClusterState.AssumedLifetime : (DateTimeOffset?)null;
        return next is null || expiry < next ? expiry : next;
    }

    /// <summary>Takes the next pod and decides on it; null where none waits.</summary>
    public Decision? Next(DateTimeOffset now)
    {
        foreach (var lost in Cluster.Expire(now)) GiveUp(lost, now);
        if (Queue.Pop(now) is not { } queued) return null;
        var pod = queued.Pod;
        var attempt = _engines[pod.Pod.Spec.SchedulerName].Place(pod);
        if (attempt.Node is { } node) return Assume(queued, node, now);
        if (attempt.Room is { } room) Nominate(pod, room);
        Queue.Fail(queued, attempt.RejectedBy, now);
        return new Decision(queued, null, attempt.Message, attempt.Room);
    }

    /// <summary>The API server has taken the binding; the pod will be seen on its node soon.</summary>
    public void Bound(Decision decision, DateTimeOffset now) => Cluster.FinishBinding(decision.Pod.Uid, now);

    /// <summary>The binding has failed: the pod gives its place up and is tried again.</summary>
    public void NotBound(Decision decision, DateTimeOffset now)
    {
        var pod = decision.Pod;
        if (!Cluster.IsAssumed(pod.Uid)) return;
        foreach (var plugin in ProfileOf(pod).Reserves) plugin.Unreserve(pod, decision.Node!);
        Cluster.RemovePod(pod.Uid);
        Queue.Wake(new ClusterChange(ClusterEvents.PodRemoved, Pod: pod), now);
        Queue.Retry(decision.Queued, now);
    }

    // Bound, as the API server said, and not seen since: it is asked again, which does no harm where it is bound after all.
    private void GiveUp(PodInfo lost, DateTimeOffset now)
    {
        Queue.Wake(new ClusterChange(ClusterEvents.PodRemoved, Pod: lost), now);
        if (Queue.Find(lost.Uid) is { } queued) Queue.Retry(queued, now);
    }

    private Decision Assume(QueuedPod queued, NodeState node, DateTimeOffset now)
    {
        var pod = queued.Pod;
        Cluster.Denominate(pod);
        Cluster.Assume(pod, node.Name);
        Queue.Wake(new ClusterChange(ClusterEvents.PodAssigned, node, pod), now);
        return new Decision(queued, node.Name, "", null);
    }

    private void Nominate(PodInfo pod, PostFilterAnswer room)
    {
        if (room.Node is not { } node) return;
        Cluster.Nominate(pod, node);
        if (node.Length == 0) return;
        // Less important pods that were meant for the node have to look elsewhere.
        foreach (var other in Cluster.NominatedOn(node).Where(other => other.Priority < pod.Priority).ToList()) Cluster.Nominate(other, "");
    }

    private bool MayEnter(PodInfo pod)
    {
        foreach (var plugin in ProfileOf(pod).PreEnqueue)
        {
            if (!plugin.PreEnqueue(pod).IsFit) return false;
        }

        return true;
    }
}

/// <summary>What is to be done with a pod: bind it, or tell why not and make room.</summary>
internal sealed record Decision(QueuedPod Queued, string? Node, string Message, PostFilterAnswer? Room)
{
    public PodInfo Pod { get; } = Queued.Pod;
}
