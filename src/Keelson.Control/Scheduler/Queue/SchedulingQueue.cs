using System.Numerics;
using Keelson.Control.Scheduler.Cache;
using Keelson.Control.Scheduler.Framework;

namespace Keelson.Control.Scheduler.Queue;

/// <summary>The pods without a node: who is next, who pauses, who waits for what. Used by one thread; time is passed in.</summary>
internal sealed class SchedulingQueue
{
    private const int EventKinds = 32;

    private readonly SchedulingQueueOptions _options;
    private readonly Func<PodInfo, bool> _mayEnter;
    private readonly Dictionary<string, QueuedPod> _all = [];
    private readonly SortedSet<QueuedPod> _active;
    private readonly SortedSet<QueuedPod> _backOff = new(Comparer<QueuedPod>.Create(static (left, right) => Order(left.ReadyAt.CompareTo(right.ReadyAt), left, right)));
    private readonly SortedSet<QueuedPod> _unschedulable = new(Comparer<QueuedPod>.Create(static (left, right) => Order(left.Since.CompareTo(right.Since), left, right)));
    private readonly int[] _waitingFor = new int[EventKinds];
    private long _sequence;

    /// <param name="compare">The order of those whose turn it may be.</param>
    /// <param name="mayEnter">Whether a pod may be placed at all.</param>
    public SchedulingQueue(Comparison<QueuedPod> compare, Func<PodInfo, bool> mayEnter, SchedulingQueueOptions? options = null)
    {
        _options = options ?? new SchedulingQueueOptions();
        _mayEnter = mayEnter;
        _active = new(Comparer<QueuedPod>.Create((left, right) => Order(compare(left, right), left, right)));
    }

    public int Count => _all.Count;

    public int ActiveCount => _active.Count;

    public QueuedPod? Find(string uid) => _all.GetValueOrDefault(uid);

    public int CountOf(QueuePlace place) => _all.Values.Count(pod => pod.Place == place);

    public void Add(PodInfo pod, DateTimeOffset now)
    {
        if (_all.ContainsKey(pod.Uid))
        {
            Update(pod, now);
            return;
        }

        var queued = new QueuedPod(pod, ++_sequence) { Since = now };
        _all.Add(pod.Uid, queued);
        Enter(queued, _mayEnter(pod) ? QueuePlace.Active : QueuePlace.Gated);
    }

    /// <summary>Takes over a newer state of a pod. One that waits is tried again if that may help.</summary>
    public void Update(PodInfo pod, DateTimeOffset now)
    {
        if (!_all.TryGetValue(pod.Uid, out var queued)) return;
        var place = queued.Place;
        Leave(queued);
        var before = queued.Pod;
        queued.Pod = pod;
        if (place == QueuePlace.Gated && _mayEnter(pod)) place = QueuePlace.Active;
        Enter(queued, place);
        if (place != QueuePlace.Unschedulable || !IsOther(before, pod)) return;
        if (MayHelp(queued, new ClusterChange(ClusterEvents.PodChangedItself))) Move(queued, now);
    }

    /// <summary>Forgets a pod: it is gone, or on a node.</summary>
    public void Remove(string uid)
    {
        if (!_all.Remove(uid, out var queued)) return;
        Leave(queued);
    }

    /// <summary>The next pod, which is in flight from here on: Remove, Fail or Retry ends that.</summary>
    public QueuedPod? Pop(DateTimeOffset now)
    {
        Flush(now);
        if (_active.Min is not { } next) return null;
        Leave(next);
        next.Attempts++;
        Enter(next, QueuePlace.InFlight);
        return next;
    }

    /// <summary>No node fits: the pod waits for what its plugins say may help, or where none says so for its pause.</summary>
    public void Fail(QueuedPod queued, IReadOnlyList<IPlugin> rejectedBy, DateTimeOffset now)
    {
        if (!IsInFlight(queued)) return;
        queued.Since = now;
        queued.ReadyAt = now + BackOffAfter(queued.Attempts);
        queued.RejectedBy = rejectedBy;
        Enter(queued, QueuePlace.Unschedulable);
    }

    /// <summary>Something went wrong that may not again: the pod is tried again after its pause.</summary>
    public void Retry(QueuedPod queued, DateTimeOffset now)
    {
        if (!IsInFlight(queued)) return;
        queued.Since = now;
        queued.ReadyAt = now + BackOffAfter(queued.Attempts);
        queued.RejectedBy = [];
        Enter(queued, QueuePlace.BackOff);
    }

    /// <summary>Something happened: every pod that it may help is tried again, after its pause if that has not ended.</summary>
    public void Wake(in ClusterChange change, DateTimeOffset now)
    {
        if (!IsAwaited(change.Events)) return;
        List<QueuedPod>? helped = null;
        foreach (var queued in _unschedulable)
        {
            if (MayHelp(queued, change)) (helped ??= []).Add(queued);
        }

        foreach (var queued in helped ?? []) Move(queued, now);
    }

    /// <summary>When the queue wants to be asked again though nothing happens; null where it does not.</summary>
    public DateTimeOffset? NextAt
    {
        get
        {
            DateTimeOffset? pause = _backOff.Min?.ReadyAt;
            DateTimeOffset? wait = _unschedulable.Min is { } longest ? longest.Since + _options.LongestWait : null;
            return pause is null || wait < pause ? wait : pause;
        }
    }

    public TimeSpan BackOffAfter(int attempts)
    {
        var pause = _options.FirstBackOff;
        for (var i = 1; i < attempts && pause < _options.LongestBackOff; i++) pause *= 2;
        return pause < _options.LongestBackOff ? pause : _options.LongestBackOff;
    }

    private void Flush(DateTimeOffset now)
    {
        while (_backOff.Min is { } first && first.ReadyAt <= now) MoveTo(first, QueuePlace.Active);
        while (_unschedulable.Min is { } first && first.Since + _options.LongestWait <= now) Move(first, now);
    }

    private void Move(QueuedPod queued, DateTimeOffset now) => MoveTo(queued, queued.ReadyAt > now ? QueuePlace.BackOff : QueuePlace.Active);

    private void MoveTo(QueuedPod queued, QueuePlace place)
    {
        Leave(queued);
        Enter(queued, place);
    }

    private bool IsInFlight(QueuedPod queued) =>
        queued.Place == QueuePlace.InFlight && _all.TryGetValue(queued.Pod.Uid, out var known) && ReferenceEquals(known, queued);

    private void Enter(QueuedPod queued, QueuePlace place)
    {
        queued.Place = place;
        if (place == QueuePlace.Active) _active.Add(queued);
        else if (place == QueuePlace.BackOff) _backOff.Add(queued);
        else if (place == QueuePlace.Unschedulable && _unschedulable.Add(queued)) Await(queued, 1);
    }

    private void Leave(QueuedPod queued)
    {
        if (queued.Place == QueuePlace.Active) _active.Remove(queued);
        else if (queued.Place == QueuePlace.BackOff) _backOff.Remove(queued);
        else if (queued.Place == QueuePlace.Unschedulable && _unschedulable.Remove(queued)) Await(queued, -1);
    }

    private void Await(QueuedPod queued, int by)
    {
        for (var bits = (uint)WakesOn(queued); bits != 0; bits &= bits - 1) _waitingFor[BitOperations.TrailingZeroCount(bits)] += by;
    }

    private bool IsAwaited(ClusterEvents events)
    {
        for (var bits = (uint)events; bits != 0; bits &= bits - 1)
        {
            if (_waitingFor[BitOperations.TrailingZeroCount(bits)] > 0) return true;
        }

        return false;
    }

    // Where no plugin turned it away there were no nodes at all.
    private static ClusterEvents WakesOn(QueuedPod queued) =>
        queued.RejectedBy.Count == 0 ? ClusterEvents.NodeAdded : queued.RejectedBy.Aggregate(ClusterEvents.None, static (events, plugin) => events | plugin.WakesOn);

    private static bool MayHelp(QueuedPod queued, in ClusterChange change)
    {
        if (queued.RejectedBy.Count == 0) return (change.Events & ClusterEvents.NodeAdded) != 0;
        foreach (var plugin in queued.RejectedBy)
        {
            if ((plugin.WakesOn & change.Events) != 0 && plugin.MayHelp(queued.Pod, change)) return true;
        }

        return false;
    }

    private static bool IsOther(PodInfo before, PodInfo after) =>
        before.Pod.Metadata.Labels != after.Pod.Metadata.Labels || before.Pod.Spec != after.Pod.Spec;

    private static int Order(int order, QueuedPod left, QueuedPod right) => order != 0 ? order : left.Sequence.CompareTo(right.Sequence);
}
