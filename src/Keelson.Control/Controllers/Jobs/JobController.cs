using System.Runtime.ExceptionServices;
using Keelson.Api.Batch.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Api.Values;
using Keelson.Client;
using Keelson.Client.Informers;
using Keelson.Client.Reconciling;
using Keelson.Client.Recording;
using Keelson.Client.Resources;
using Keelson.Control.Workloads;

namespace Keelson.Control.Controllers.Jobs;

/// <summary>Runs pods until enough of them have succeeded, or too many failed; removes finished jobs whose time is over.</summary>
internal sealed class JobController : IController, IReconciler<Job>
{
    private readonly ControllerContext _context;
    private readonly EventRecorder _recorder;
    private readonly PodControl _control;
    private readonly Informer<Job> _jobs;
    private readonly Informer<Pod> _pods;

    public JobController(ControllerContext context)
    {
        _context = context;
        _recorder = context.Recorder("job-controller");
        _control = new PodControl(context.Client, _recorder, new Expectations(context.Time));
        _jobs = context.Informers.For<Job>();
        _pods = context.Informers.For<Pod>().AddControllerIndex();
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        using var observer = _pods.AddHandler(_control.Watcher<Job>());
        using var loop = _context.Loop("job-controller", this).Watch(_jobs).Watch(_pods, pod => Owners.ControllerKeys<Job>(pod.Metadata));
        await loop.RunAsync(cancel).ConfigureAwait(false);
    }

    public async Task<Outcome> ReconcileAsync(ObjectKey key, CancellationToken cancel)
    {
        if (_jobs.Get(key) is not { } job)
        {
            _control.Forget(key);
            // Nobody counts these pods any more, so nothing may hold them.
            foreach (var pod in _pods.Snapshot.InNamespace(key.Namespace).Where(pod => Owners.ControllerKeys<Job>(pod.Metadata).Contains(key)).ToList())
            {
                await ReleaseAsync(pod, cancel).ConfigureAwait(false);
            }

            return Outcome.Done;
        }

        // Somebody else's job is somebody else's.
        if (job.Spec.ManagedBy is { } manager && manager != "kubernetes.io/job-controller") return Outcome.Done;
        var pods = _pods.Snapshot.ControlledBy(job.Metadata.Uid).ToList();
        if (!_control.IsSettled(key)) return Outcome.Done;
        var plan = JobPlan.Compute(job, pods, _context.Now);
        if (plan.Status != job.Status)
        {
            job = await _context.Client.Resource<Job>().UpdateStatusAsync(job with { Status = plan.Status }, cancel: cancel).ConfigureAwait(false);
            if (plan.Event is var (type, reason, message)) _recorder.Record(EventRecorder.Reference(job), type, reason, message);
        }

        foreach (var pod in plan.Release) await ReleaseAsync(pod, cancel).ConfigureAwait(false);
        var failure = await ApplyAsync(job, plan, cancel).ConfigureAwait(false);
        if (failure is ApiException { IsNamespaceTerminating: true }) return Outcome.Done;
        if (failure is not null) ExceptionDispatchInfo.Throw(failure);
        return await RemoveWhenOverAsync(job, cancel).ConfigureAwait(false) ?? plan.Next;
    }

    private async Task<Exception?> ApplyAsync(Job job, JobPlan plan, CancellationToken cancel)
    {
        if (plan.Delete.Count > 0)
        {
            // Without the finalizer it is not counted: it did not fail, it was ended.
            foreach (var pod in plan.Delete) await ReleaseAsync(pod, cancel).ConfigureAwait(false);
            return await _control.DeleteAsync(job, plan.Delete, cancel).ConfigureAwait(false);
        }

        if (plan.Create.Count == 0) return null;
        return await _control.CreateAsync(job, plan.Create.Count, index => JobPods.Make(job, plan.Create[index]), cancel).ConfigureAwait(false);
    }

    private async Task ReleaseAsync(Pod pod, CancellationToken cancel)
    {
        if (!pod.Metadata.Finalizers.Contains(JobNames.TrackingFinalizer)) return;
        var metadata = MapValue.Of(("uid", pod.Metadata.Uid), ("$deleteFromPrimitiveList/finalizers", ListValue.Create([JobNames.TrackingFinalizer])));
        try
        {
            await _context.Client.Resource<Pod>().In(pod.Metadata.Namespace)
                .PatchAsync(pod.Metadata.Name, PatchBody.Strategic(MapValue.Of(("metadata", metadata))), cancel: cancel).ConfigureAwait(false);
        }
        catch (ApiException gone) when (gone.IsNotFound || gone.IsConflict)
        {
            // The pod is gone, and its end is noted.
        }
    }

    private async Task<Outcome?> RemoveWhenOverAsync(Job job, CancellationToken cancel)
    {
        if (job.Spec.TtlSecondsAfterFinished is not { } seconds || job.Metadata.DeletionTimestamp is not null || JobPlan.FinishedAt(job) is not { } finished) return null;
        var left = finished + TimeSpan.FromSeconds(seconds) - _context.Now;
        if (left > TimeSpan.Zero) return Outcome.After(left);
        var options = new DeleteOptions { PropagationPolicy = DeletionPropagation.Foreground, Preconditions = new Api.Meta.V1.Preconditions { Uid = job.Metadata.Uid } };
        await _context.Client.Resource<Job>().DeleteAsync(new ObjectKey(job.Metadata.Namespace, job.Metadata.Name), options, cancel).ConfigureAwait(false);
        return Outcome.Done;
    }
}
