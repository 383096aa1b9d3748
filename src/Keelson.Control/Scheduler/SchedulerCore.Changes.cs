using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Client;
using Keelson.Control.Scheduler.Cache;
using Keelson.Control.Scheduler.Framework;

namespace Keelson.Control.Scheduler;

/// <summary>Takes over what has changed. Only states come in, never events, so it does not matter how many changes lie between two.</summary>
internal sealed partial class SchedulerCore
{
    /// <param name="node">Null where the node is gone.</param>
    public void SetNode(string name, Node? node, DateTimeOffset now)
    {
        if (node is null)
        {
            Cluster.RemoveNode(name);
            return;
        }

        var events = Cluster.SetNode(node);
        if (events != ClusterEvents.None) Queue.Wake(new ClusterChange(events, Cluster.Node(name)), now);
    }

    /// <param name="labels">Null where the namespace is gone.</param>
    public void SetNamespace(string name, ApiMap<string>? labels, DateTimeOffset now)
    {
        if (Cluster.SetNamespace(name, labels)) Queue.Wake(new ClusterChange(ClusterEvents.Namespace), now);
    }

    /// <summary>Claims, volumes or classes have changed.</summary>
    public void VolumesChanged(DateTimeOffset now) => Queue.Wake(new ClusterChange(ClusterEvents.Volumes), now);

    /// <param name="pod">Null where the pod is gone.</param>
    public void SetPod(ObjectKey key, Pod? pod, DateTimeOffset now)
    {
        if (pod?.Status.Phase is PodPhase.Succeeded or PodPhase.Failed) pod = null;
        if (_uids.TryGetValue(key, out var uid) && uid != pod?.Metadata.Uid) Forget(key, uid, now);
        if (pod is null) return;
        if (pod.Spec.NodeName.Length > 0) SetPlaced(key, pod, now);
        else if (_profiles.ContainsKey(pod.Spec.SchedulerName)) SetWaiting(key, pod, now);
    }

    private void SetWaiting(ObjectKey key, Pod pod, DateTimeOffset now)
    {
        var uid = pod.Metadata.Uid;
        if (pod.Metadata.DeletionTimestamp is not null)
        {
            Forget(key, uid, now);
            return;
        }

        _uids[key] = uid;
        // It is being bound; what the API server says is older than that.
        if (Cluster.IsAssumed(uid)) return;
        var before = Queue.Find(uid)?.Pod;
        if (ReferenceEquals(before?.Pod, pod)) return;
        var info = _reader.Read(pod);
        if (info.NominatedNode.Length == 0 && before is not null) info.NominatedNode = before.NominatedNode;
        if (info.NominatedNode.Length > 0 || before is { NominatedNode.Length: > 0 }) Cluster.Nominate(info, info.NominatedNode);
        Queue.Add(info, now);
    }

    private void SetPlaced(ObjectKey key, Pod pod, DateTimeOffset now)
    {
        var uid = pod.Metadata.Uid;
        _uids[key] = uid;
        if (Queue.Find(uid) is { } queued)
        {
            Cluster.Denominate(queued.Pod);
            Queue.Remove(uid);
        }

        var known = Cluster.Pod(uid);
        if (known is not null && Cluster.NodeOf(uid) == pod.Spec.NodeName && !IsOther(known.Pod, pod))
        {
            Cluster.Confirm(uid);
            return;
        }

        if (known is not null) Cluster.RemovePod(uid);
        var info = _reader.Read(pod);
        Cluster.AddPod(info, pod.Spec.NodeName);
        var events = known is null ? ClusterEvents.PodAssigned : ClusterEvents.PodLabels | (IsSmaller(known, info) ? ClusterEvents.PodRemoved : ClusterEvents.None);
        Queue.Wake(new ClusterChange(events, Pod: info), now);
    }

    private void Forget(ObjectKey key, string uid, DateTimeOffset now)
    {
        _uids.Remove(key);
        if (Queue.Find(uid) is { } queued)
        {
            Cluster.Denominate(queued.Pod);
            Queue.Remove(uid);
        }

        if (Cluster.RemovePod(uid) is { } gone) Queue.Wake(new ClusterChange(ClusterEvents.PodRemoved, Pod: gone), now);
    }

    // All else of a placed pod changes nothing for others.
    private static bool IsOther(Pod before, Pod after) =>
        before.Metadata.Labels != after.Metadata.Labels
        || before.Metadata.DeletionTimestamp is null != after.Metadata.DeletionTimestamp is null
        || before.Spec.Containers != after.Spec.Containers || before.Spec.InitContainers != after.Spec.InitContainers || before.Spec.Resources != after.Spec.Resources
        || before.Status.StartTime != after.Status.StartTime;

    private static bool IsSmaller(PodInfo before, PodInfo after) =>
        after.Shape.Requests.MilliCpu < before.Shape.Requests.MilliCpu || after.Shape.Requests.Memory < before.Shape.Requests.Memory;
}
