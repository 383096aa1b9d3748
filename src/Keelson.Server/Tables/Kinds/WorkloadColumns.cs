using Keelson.Api.Apps.V1;
using Keelson.Api.Autoscaling.V1;
using Keelson.Api.Batch.V1;
using Keelson.Api.Core.V1;

namespace Keelson.Server.Tables.Kinds;

/// <summary>How what makes pods is shown.</summary>
internal static class WorkloadColumns
{
    public static ColumnSet<Deployment> Deployments { get; } = new(
        [Column.Name, Column.Text("Ready"), Column.Count("Up-to-date"), Column.Count("Available"), Column.Age, .. Wide],
        (value, now) => TableCells.Of(
            value.Metadata.Name, Text.Ratio(value.Status.ReadyReplicas, value.Spec.Replicas ?? 0), value.Status.UpdatedReplicas, value.Status.AvailableReplicas,
            Age.Of(value.Metadata.CreationTimestamp, now), Text.Containers(value.Spec.Template), Text.Images(value.Spec.Template), Selected(value)));

    public static ColumnSet<ReplicaSet> ReplicaSets { get; } = new(
        [Column.Name, Column.Number("Desired"), Column.Number("Current"), Column.Number("Ready"), Column.Age, .. Wide],
        (value, now) => TableCells.Of(
            value.Metadata.Name, value.Spec.Replicas ?? 0, value.Status.Replicas, value.Status.ReadyReplicas,
            Age.Of(value.Metadata.CreationTimestamp, now), Text.Containers(value.Spec.Template), Text.Images(value.Spec.Template), Text.Selector(value.Spec.Selector)));

    public static ColumnSet<ReplicationController> ReplicationControllers { get; } = new(
        [Column.Name, Column.Number("Desired"), Column.Number("Current"), Column.Number("Ready"), Column.Age, .. Wide],
        (value, now) => TableCells.Of(
            value.Metadata.Name, value.Spec.Replicas ?? 0, value.Status.Replicas, value.Status.ReadyReplicas, Age.Of(value.Metadata.CreationTimestamp, now),
            value.Spec.Template is { } template ? Text.Containers(template) : "", value.Spec.Template is { } images ? Text.Images(images) : "", Text.Pairs(value.Spec.Selector)));

    public static ColumnSet<ControllerRevision> Revisions { get; } = new(
        [Column.Name, Column.Text("Controller"), Column.Count("Revision"), Column.Age],
        (value, now) => TableCells.Of(value.Metadata.Name, Controller(value), value.Revision, Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<Scale> Scales { get; } = new(
        [Column.Name with { Format = "" }, Column.Number("Desired"), Column.Number("Available"), Column.Age],
        (value, now) => TableCells.Of(value.Metadata.Name, value.Spec.Replicas, value.Status.Replicas, Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<DaemonSet> DaemonSets { get; } = new(
        [
            Column.Name, Column.Number("Desired"), Column.Number("Current"), Column.Number("Ready"), Column.Number("Up-to-date"), Column.Number("Available"),
            Column.Text("Node Selector"), Column.Age, .. Wide,
        ],
        (value, now) => TableCells.Of(
            value.Metadata.Name, value.Status.DesiredNumberScheduled, value.Status.CurrentNumberScheduled, value.Status.NumberReady, value.Status.UpdatedNumberScheduled,
            value.Status.NumberAvailable, Text.Pairs(value.Spec.Template.Spec.NodeSelector), Age.Of(value.Metadata.CreationTimestamp, now),
            Text.Containers(value.Spec.Template), Text.Images(value.Spec.Template), Text.Selector(value.Spec.Selector)));

    public static ColumnSet<StatefulSet> StatefulSets { get; } = new(
        [Column.Name, Column.Text("Ready"), Column.Age, Column.Text("Containers").Wide(), Column.Text("Images").Wide()],
        (value, now) => TableCells.Of(
            value.Metadata.Name, Text.Ratio(value.Status.ReadyReplicas, value.Spec.Replicas ?? 0), Age.Of(value.Metadata.CreationTimestamp, now),
            Text.Containers(value.Spec.Template), Text.Images(value.Spec.Template)));

    public static ColumnSet<Job> Jobs { get; } = new(
        [Column.Name, Column.Text("Status"), Column.Text("Completions"), Column.Text("Duration"), Column.Age, .. Wide],
        (value, now) => TableCells.Of(
            value.Metadata.Name, Status(value), Completions(value), Duration(value, now), Age.Of(value.Metadata.CreationTimestamp, now),
            Text.Containers(value.Spec.Template), Text.Images(value.Spec.Template), Text.Selector(value.Spec.Selector)));

    public static ColumnSet<CronJob> CronJobs { get; } = new(
        [
            Column.Name, Column.Text("Schedule"), Column.Text("Timezone"), Column.Flag("Suspend"), Column.Number("Active"), Column.Text("Last Schedule"), Column.Age, .. Wide,
        ],
        (value, now) => TableCells.Of(
            value.Metadata.Name, value.Spec.Schedule, value.Spec.TimeZone ?? Text.None, value.Spec.Suspend switch { null => Text.Unset, true => "True", false => "False" }, value.Status.Active.Count,
            value.Status.LastScheduleTime is { } last ? Age.Of(last, now) : Text.None, Age.Of(value.Metadata.CreationTimestamp, now),
            Text.Containers(value.Spec.JobTemplate.Spec.Template), Text.Images(value.Spec.JobTemplate.Spec.Template), Text.Selector(value.Spec.JobTemplate.Spec.Selector)));

    private static Api.Meta.V1.TableColumnDefinition[] Wide => [Column.Text("Containers").Wide(), Column.Text("Images").Wide(), Column.Text("Selector").Wide()];

    /// <summary>Unlike other workloads, a deployment shows nothing where it selects all.</summary>
    private static string Selected(Deployment value) => Text.Selector(value.Spec.Selector) switch { Text.None => "", "<error>" => "<invalid>", var selector => selector };

    private static bool Has(Job job, string condition) => job.Status.Conditions.Any(known => known.Type == condition && known.Status == "True");

    private static string Status(Job job) => job switch
    {
        _ when Has(job, "Complete") => "Complete",
        _ when Has(job, "Failed") => "Failed",
        _ when job.Metadata.DeletionTimestamp is not null => "Terminating",
        _ when Has(job, "Suspended") => "Suspended",
        _ when Has(job, "FailureTarget") => "FailureTarget",
        _ when Has(job, "SuccessCriteriaMet") => "SuccessCriteriaMet",
        _ => "Running",
    };

    private static string Completions(Job job)
    {
        if (job.Spec.Completions is { } wanted) return Text.Ratio(job.Status.Succeeded, wanted);
        var parallel = job.Spec.Parallelism ?? 0;
        return parallel > 1 ? $"{Text.Ratio(job.Status.Succeeded, 1)} of {parallel.ToString(System.Globalization.CultureInfo.InvariantCulture)}" : Text.Ratio(job.Status.Succeeded, 1);
    }

    private static string Duration(Job job, DateTimeOffset now)
    {
        if (job.Status.StartTime is not { } start) return "";
        return Age.Of((job.Status.CompletionTime?.ToDateTimeOffset() ?? now) - start.ToDateTimeOffset());
    }

    private static string Controller(ControllerRevision revision)
    {
        var index = revision.Metadata.OwnerReferences.FindIndex(owner => owner.Controller == true);
        if (index < 0) return Text.None;
        var owner = revision.Metadata.OwnerReferences[index];
        return $"{Text.Qualified(owner.Kind, owner.ApiVersion.Split('/') is [var group, _] ? group : "")}/{owner.Name}";
    }
}
