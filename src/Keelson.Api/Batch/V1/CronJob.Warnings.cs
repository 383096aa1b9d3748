using Keelson.Api.Validation;

namespace Keelson.Api.Batch.V1;

public sealed partial record CronJob : IHasWarnings
{
    /// <inheritdoc/>
    public void Warn(IResource? old, FieldWarnings warnings)
    {
        ArgumentNullException.ThrowIfNull(warnings);
        if (old is null) warnings.ExpectHostName(Metadata.Name, "Pod names and hostnames");
        if (old is null || old.Metadata.Generation != Metadata.Generation)
        {
            using (warnings.In("spec"))
            using (warnings.In("jobTemplate"))
            using (warnings.In("spec")) Spec.JobTemplate.Spec.Warn(warnings);
        }

        if (Spec.Schedule.Contains("TZ", StringComparison.Ordinal))
        {
            // Upstream names the description twice.
            warnings.Say("cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details");
        }
    }
}
