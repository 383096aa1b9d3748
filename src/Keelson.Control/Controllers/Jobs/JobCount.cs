using System.Globalization;
using Keelson.Api;
using Keelson.Api.Batch.V1;
using Keelson.Api.Core.V1;
using Keelson.Control.Workloads;

namespace Keelson.Control.Controllers.Jobs;

/// <summary>How many of a job's pods are at work and how many ended how, each counted once although pods vanish.</summary>
/// <remarks>
/// A pod's end is first noted by its uid in the status, then its finalizer is removed, and only when that is done the number
/// goes up and the uid goes: whenever the controller stops in between, nothing is lost and nothing counted twice.
/// </remarks>
internal sealed record JobCount
{
    public required IReadOnlyList<Pod> Active { get; init; }

    public required IReadOnlyList<Pod> Terminating { get; init; }

    /// <summary>Pods whose end is noted with this count, or does not matter, and that may go then.</summary>
    public required IReadOnlyList<Pod> Release { get; init; }

    /// <summary>The numbers as they stand in the status, those noted by uid apart.</summary>
    public required int SucceededBefore { get; init; }

    public required int FailedBefore { get; init; }

    public required ApiList<string> NotedSucceeded { get; init; }

    public required ApiList<string> NotedFailed { get; init; }

    /// <summary>The indexes that are completed; null where the job has none.</summary>
    public required SortedSet<int>? Indexes { get; init; }

    public int Succeeded => Indexes?.Count ?? SucceededBefore + NotedSucceeded.Count;

    public int Failed => FailedBefore + NotedFailed.Count;

    public bool IsAllCounted => NotedSucceeded.IsEmpty && NotedFailed.IsEmpty && Release.Count == 0;

    /// <param name="pods">The job's pods, those that ended too.</param>
    /// <param name="isOver">Whether the job has ended: then pods that are still at work are not counted any more.</param>
    /// <param name="counts">Whether a pod's failure counts.</param>
    public static JobCount Of(Job job, IReadOnlyList<Pod> pods, bool isOver, Func<Pod, bool> counts)
    {
        var noted = job.Status.UncountedTerminatedPods ?? UncountedTerminatedPods.Empty;
        var kept = pods.Where(pod => pod.Metadata.Finalizers.Contains(JobNames.TrackingFinalizer)).ToDictionary(pod => pod.Metadata.Uid);
        var notedSucceeded = noted.Succeeded.Where(kept.ContainsKey).ToList();
        var notedFailed = noted.Failed.Where(kept.ContainsKey).ToList();
        var release = notedSucceeded.Concat(notedFailed).Select(uid => kept[uid]).ToList();
        var succeededBefore = job.Status.Succeeded + noted.Succeeded.Count - notedSucceeded.Count;
        var failedBefore = job.Status.Failed + noted.Failed.Count - notedFailed.Count;
        var indexes = IsIndexed(job) ? IndexSet.Parse(job.Status.CompletedIndexes, job.Spec.Completions ?? 0) : null;
        foreach (var (uid, pod) in kept)
        {
            if (notedSucceeded.Contains(uid) || notedFailed.Contains(uid)) continue;
            if (pod.Status.Phase == PodPhase.Succeeded)
            {
                // A second success of one index is no further one.
                if (indexes is null || (Index(pod) is { } index && index < job.Spec.Completions && indexes.Add(index))) notedSucceeded.Add(uid);
                release.Add(pod);
            }
            else if (pod.Status.Phase == PodPhase.Failed || (PodFacts.IsTerminating(pod) && job.Spec.PodReplacementPolicy != PodReplacementPolicy.Failed))
            {
                if (!isOver && counts(pod)) notedFailed.Add(uid);
                release.Add(pod);
            }
            else if (isOver)
            {
                release.Add(pod);
            }
        }

        return new JobCount
        {
            Active = [.. pods.Where(PodFacts.IsActive)],
            Terminating = [.. pods.Where(pod => PodFacts.IsTerminating(pod) && !PodFacts.HasEnded(pod))],
            Release = release,
            SucceededBefore = succeededBefore,
            FailedBefore = failedBefore,
            NotedSucceeded = notedSucceeded.ToApiList(),
            NotedFailed = notedFailed.ToApiList(),
            Indexes = indexes,
        };
    }

    public static bool IsIndexed(Job job) => job.Spec.CompletionMode == CompletionMode.Indexed;

    public static int? Index(Pod pod) =>
        pod.Metadata.Annotations.GetValueOrDefault(JobNames.IndexAnnotation) is { } text && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : null;
}
