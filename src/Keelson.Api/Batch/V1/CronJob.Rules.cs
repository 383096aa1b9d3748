using Keelson.Api.Validation;

namespace Keelson.Api.Batch.V1;

public sealed partial record CronJob : IHasDefaults, IHasRules
{
    private const int MaximumNameLength = 52;
    private const int DefaultSuccessfulJobs = 3;
    private const int DefaultFailedJobs = 1;

    /// <inheritdoc/>
    public IResource WithDefaults()
    {
        var (job, template) = (Spec.JobTemplate.Spec, Spec.JobTemplate.Spec.Template.WithDefaults());
        var policy = job.PodFailurePolicy?.WithDefaults();
        if (ReferenceEquals(template, job.Template) && policy == job.PodFailurePolicy && Spec.ConcurrencyPolicy.Length > 0 && Spec.Suspend is not null
            && Spec.SuccessfulJobsHistoryLimit is not null && Spec.FailedJobsHistoryLimit is not null) return this;
        return this with
        {
            Spec = Spec with
            {
                // The rest of the job is filled in when one is made of the template.
                JobTemplate = Spec.JobTemplate with { Spec = job with { Template = template, PodFailurePolicy = policy } },
                ConcurrencyPolicy = Spec.ConcurrencyPolicy.Length > 0 ? Spec.ConcurrencyPolicy : ConcurrencyPolicy.Allow,
                Suspend = Spec.Suspend ?? false,
                SuccessfulJobsHistoryLimit = Spec.SuccessfulJobsHistoryLimit ?? DefaultSuccessfulJobs,
                FailedJobsHistoryLimit = Spec.FailedJobsHistoryLimit ?? DefaultFailedJobs,
            },
        };
    }

    /// <inheritdoc/>
    public void Validate(FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        using (errors.In("spec")) Spec.Validate(null, errors);
        // The jobs' names have eleven characters more, and must fit a label.
        if (Metadata.Name.Length <= MaximumNameLength) return;
        using (errors.In("metadata")) errors.Invalid("name", Metadata.Name, $"must be no more than {MaximumNameLength} characters");
    }

    /// <inheritdoc/>
    public void ValidateUpdate(IResource old, FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (old is not CronJob before) return;
        using (errors.In("spec")) Spec.Validate(before.Spec, errors);
    }
}

public sealed partial record CronJobSpec
{
    private const int MaximumZonePartLength = 14;

    internal void Validate(CronJobSpec? old, FieldErrors errors)
    {
        ValidateSchedule(old, errors);
        errors.NonNegative("startingDeadlineSeconds", StartingDeadlineSeconds);
        if (old is null || old.TimeZone != TimeZone) ValidateZone(errors);
        errors.PresentOneOf("concurrencyPolicy", ConcurrencyPolicy, V1.ConcurrencyPolicy.Allow, V1.ConcurrencyPolicy.Forbid, V1.ConcurrencyPolicy.Replace);
        using (errors.In("jobTemplate"))
        using (errors.In("spec"))
        {
            var job = JobTemplate.Spec;
            job.Validate(errors);
            if (job.Selector is not null) errors.Invalid("selector", job.Selector.AsValue(), "`selector` will be auto-generated");
            if (job.ManualSelector is true) errors.NotSupported("manualSelector", true, ["nil", "false"]);
        }

        errors.NonNegative("successfulJobsHistoryLimit", SuccessfulJobsHistoryLimit);
        errors.NonNegative("failedJobsHistoryLimit", FailedJobsHistoryLimit);
    }

    private void ValidateSchedule(CronJobSpec? old, FieldErrors errors)
    {
        if (!errors.Present("schedule", Schedule)) return;
        var schedule = CronSchedule.Parse(Schedule, out var error);
        if (schedule is null) errors.Invalid("schedule", Schedule, error);
        else if (schedule.TimeZone.Length > 0 && ZoneError(schedule.TimeZone) is not null)
        {
            errors.Invalid("schedule", Schedule, $"provided bad location {schedule.TimeZone}: unknown time zone {schedule.TimeZone}");
        }

        if (!Schedule.Contains("TZ", StringComparison.Ordinal)) return;
        // Schedules that had a zone in them before there was a field for it may keep it.
        if (old?.Schedule.Contains("TZ", StringComparison.Ordinal) is not true)
        {
            errors.Invalid("schedule", Schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
        }
        else if (TimeZone is not null)
        {
            errors.Invalid("schedule", Schedule, "cannot use both timeZone field and TZ or CRON_TZ in schedule");
        }
    }

    private void ValidateZone(FieldErrors errors)
    {
        if (TimeZone is not { } zone) return;
        if (zone.Length == 0) errors.Invalid("timeZone", zone, "timeZone must be nil or non-empty string");
        else if (ZoneError(zone) is { } error) errors.Invalid("timeZone", zone, error);
    }

    /// <summary>Names of zones are also paths in the zones' database, so their form is checked before anything is looked up.</summary>
    private static string? ZoneError(string zone)
    {
        foreach (var part in zone.Split('/'))
        {
            var valid = part.Length is > 0 and <= MaximumZonePartLength && part is not ("." or "..") && part[0] != '-'
                && part.All(unit => char.IsAsciiLetterOrDigit(unit) || unit is '.' or '-' or '_' or '+');
            if (!valid) return $"unknown time zone {zone}";
        }

        if (zone.Equals("Local", StringComparison.OrdinalIgnoreCase))
        {
            return "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones";
        }

        return zone == "UTC" || TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _) ? null : $"unknown time zone {zone}";
    }
}
