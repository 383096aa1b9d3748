using Keelson.Api.Batch.V1;
using Keelson.Api.Meta.V1;
using Keelson.Client;
using Keelson.Client.Informers;
using Keelson.Client.Reconciling;
using Keelson.Client.Recording;

namespace Keelson.Control.Controllers.CronJobs;

/// <summary>Starts a job whenever a schedule says so, and keeps as many finished ones as it is told to.</summary>
internal sealed class CronJobController : IController, IReconciler<CronJob>
{
    private readonly ControllerContext _context;
    private readonly EventRecorder _recorder;
    private readonly Informer<CronJob> _crons;
    private readonly Informer<Job> _jobs;

    public CronJobController(ControllerContext context)
    {
        _context = context;
        _recorder = context.Recorder("cronjob-controller");
        _crons = context.Informers.For<CronJob>();
        _jobs = context.Informers.For<Job>().AddControllerIndex();
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        using var loop = _context.Loop("cronjob-controller", this).Watch(_crons).Watch(_jobs, job => Owners.ControllerKeys<CronJob>(job.Metadata));
        await loop.RunAsync(cancel).ConfigureAwait(false);
    }

    public async Task<Outcome> ReconcileAsync(ObjectKey key, CancellationToken cancel)
    {
        if (_crons.Get(key) is not { } cron) return Outcome.Done;
        var jobs = _jobs.Snapshot.ControlledBy(cron.Metadata.Uid).ToList();
        var gone = new HashSet<string>(StringComparer.Ordinal);
        foreach (var active in cron.Status.Active)
        {
            // The cache may be behind what was created a moment ago, so the server is asked.
            if (jobs.Exists(job => job.Metadata.Uid == active.Uid)) continue;
            if ((await _context.Client.Resource<Job>().In(key.Namespace).FindAsync(active.Name, cancel).ConfigureAwait(false))?.Metadata.Uid != active.Uid) gone.Add(active.Uid);
        }

        var plan = CronPlan.Compute(cron, jobs, active => gone.Contains(active.Uid), _context.Time.GetUtcNow());
        await ApplyAsync(cron, plan, cancel).ConfigureAwait(false);
        return plan.Next;
    }

    private async Task ApplyAsync(CronJob cron, CronPlan plan, CancellationToken cancel)
    {
        foreach (var job in plan.Delete) await DeleteAsync(job, cancel).ConfigureAwait(false);
        var status = plan.Status;
        Job? started = null;
        if (plan.Create is { } wanted)
        {
            started = await StartAsync(cron, wanted, cancel).ConfigureAwait(false);
            if (started is not null) status = CronPlan.WithActive(status, started, plan.CreatedFor!.Value);
        }

        foreach (var (isWarning, reason, message) in plan.Events)
        {
            if (isWarning) _recorder.Warn(cron, reason, message);
            else _recorder.Record(cron, reason, message);
        }

        if (status != cron.Status) await _context.Client.Resource<CronJob>().UpdateStatusAsync(cron with { Status = status }, cancel: cancel).ConfigureAwait(false);
    }

    private async Task<Job?> StartAsync(CronJob cron, Job wanted, CancellationToken cancel)
    {
        var jobs = _context.Client.Resource<Job>().In(wanted.Metadata.Namespace);
        try
        {
            var started = await jobs.CreateAsync(wanted, cancel: cancel).ConfigureAwait(false);
            _recorder.Record(cron, "SuccessfulCreate", $"Created job {started.Metadata.Name}");
            return started;
        }
        catch (ApiException there) when (there.IsAlreadyExists)
        {
            // It was started before, and only the note of it was lost; another's job of that name is left alone.
            var existing = await jobs.FindAsync(wanted.Metadata.Name, cancel).ConfigureAwait(false);
            return existing is not null && Owners.IsControlledBy(existing.Metadata, cron.Metadata.Uid) ? existing : null;
        }
        catch (ApiException late) when (late.IsNamespaceTerminating)
        {
            return null;
        }
        catch (ApiException failure)
        {
            _recorder.Warn(cron, "FailedCreate", $"Error creating job: {failure.Message}");
            throw;
        }
    }

    private async Task DeleteAsync(Job job, CancellationToken cancel)
    {
        try
        {
            var options = new DeleteOptions { PropagationPolicy = DeletionPropagation.Background, Preconditions = new Api.Meta.V1.Preconditions { Uid = job.Metadata.Uid } };
            await _context.Client.Resource<Job>().DeleteAsync(new ObjectKey(job.Metadata.Namespace, job.Metadata.Name), options, cancel).ConfigureAwait(false);
        }
        catch (ApiException gone) when (gone.IsNotFound || gone.IsConflict)
        {
            // That is what was wanted.
        }
    }
}
